"""What the numbering plans say, and that what is remembered of them says the same."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import timezone
from phonenumbers.tzdata import TIMEZONE_DATA

from dialgate.domain.numbers import E164, Number, parse, region_of, time_zones, zones_of_region
from dialgate.domain.numbers.plan import MEMO_PLANS, Standing, country_code, standing
from dialgate.domain.numbers.service_codes import is_service_code

KINDS = [
    "general_desc",
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
]
TOKENS = re.compile(r"\\d|\[[^\]]*\]|\(\?:|\{\d+(?:,\d+)?\}|[0-9()|?]")


def reach(pattern: str) -> int:
    """The last position at which a pattern looks at a digit's value; any digit (`d` behind a backslash) is no look."""
    tokens = TOKENS.findall(pattern)
    assert pattern == "".join(tokens), "a construct that this reading does not know"
    return alternatives(iter([*tokens, ")"]))[1]


def alternatives(tokens: Iterator[str]) -> tuple[int, int]:
    """(widest, reach) of everything up to the closing bracket."""
    widest = deepest = width = seen = 0
    last: tuple[int, int] = (0, 0)
    for token in tokens:
        if token in {")", "|"}:
            widest, deepest, width, seen = max(widest, width), max(deepest, seen), 0, 0
            if token == ")":
                break
        elif token.startswith("{"):
            repeated = int(token.strip("{}").split(",")[-1]) - 1
            width += repeated * last[0]
            seen = width - last[0] + last[1] if last[1] else seen
        elif token != "?":
            last = alternatives(tokens) if token.startswith("(") else (1, int(token != r"\d"))
            seen = width + last[1] if last[1] else seen
            width += last[0]
    return widest, deepest


def plan_of(region: str) -> phonenumbers.PhoneMetadata:
    found = phonenumbers.PhoneMetadata.metadata_for_region(region)
    assert found is not None
    return found


def by_library(digits: str) -> Standing:
    """What phonenumbers and the service codes say, by the library's own way."""
    code = country_code(digits)
    if is_service_code(code, digits[len(code) :]):
        return Standing("short_code")
    number = phonenumbers.parse("+" + digits, None)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if written != "+" + digits or not phonenumbers.is_valid_number(number):
        return Standing("invalid")
    return Standing("valid", phonenumbers.region_code_for_number(number) or "", int(code))


def test_reach_is_measured_as_written() -> None:
    """The measure that the next promise rests on is right where a reader can check it."""
    assert [4, 2, 3, 0] == [reach(text) for text in (r"1\d\d2\d|3", r"\d[2-9]\d{6}", r"(?:1\d?|2)3\d{2,4}", r"\d{8}")]


@pytest.mark.parametrize("code", MEMO_PLANS)
def test_no_pattern_of_a_remembered_plan_looks_past_the_remembered_digits(code: str) -> None:
    """So two numbers of one length with the same beginning are both valid or both not."""
    regions = phonenumbers.region_codes_for_country_code(int(code))
    patterns = [
        pattern
        for region in regions
        for kind in KINDS
        if (described := getattr(plan_of(region), kind)) and (pattern := described.national_number_pattern)
    ]
    assert MEMO_PLANS[code] >= max(map(reach, patterns))


@pytest.mark.parametrize("code", MEMO_PLANS)
def test_no_remembered_number_begins_with_what_the_library_takes_off(code: str) -> None:
    """Prefixes that phonenumbers removes cannot make two numbers of one beginning differ: none of them is valid."""
    prefix = plan_of(phonenumbers.region_code_for_country_code(int(code))).national_prefix_for_parsing
    chance = random.Random(code)
    if prefix is None:
        return
    beginnings = {f"{number:05d}" for number in range(100_000) if re.match(prefix, f"{number:05d}")}
    for beginning in chance.sample(sorted(beginnings), min(300, len(beginnings))):
        for length in range(8, 13):
            digits = code + beginning + "".join(chance.choices("0123456789", k=length - 5))
            assert "valid" != by_library(digits).state, digits


@given(st.from_regex(r"[0-9]{0,20}", fullmatch=True))
def test_any_digits_have_a_standing(digits: str) -> None:
    """Asking never raises, and a valid answer is one that phonenumbers gives and writes again as the same digits."""
    if standing(digits).state == "valid":
        assert by_library(digits).state == "valid"


def e164(text: str) -> E164:
    found = parse(text, None)
    assert isinstance(found, Number)
    return found.e164


def test_a_number_knows_its_region() -> None:
    """A number of no country has no region."""
    numbers = ["+14165550123", "+8613800138000", "+442079460958", "+80012345678"]
    assert ["CA", "CN", "GB", ""] == [region_of(e164(number)) for number in numbers]


@pytest.mark.parametrize("code", MEMO_PLANS)
def test_the_memo_knows_the_zones_that_the_library_knows(code: str) -> None:
    """What is remembered of a beginning is true of every number that begins so."""
    chance = random.Random(code)
    found = 0
    while found < 300:
        digits = code + "".join(chance.choices("0123456789", k=chance.choice((8, 9, 10, 11))))
        if len(digits) <= 15 and standing(digits).state == "valid":
            found += 1
            number = parse("+" + digits, None)
            assert isinstance(number, Number)
            zones = timezone.time_zones_for_number(phonenumbers.parse("+" + digits, None))
            assert tuple(sorted(set(zones) - {timezone.UNKNOWN_TIMEZONE})) == time_zones(number.e164), digits


def test_a_number_knows_every_zone_it_may_be_in() -> None:
    """China has one zone, an American toll-free number has all of them, and an unknown one has none."""
    assert ("Asia/Shanghai",) == time_zones(e164("+8613800138000"))
    assert len(time_zones(e164("+18002345678"))) > 30
    assert () == time_zones(e164("+80012345678"))


def test_a_country_of_one_zone_is_answered_by_its_code() -> None:
    """No finer entry of the metadata names another zone than the one of the whole country."""
    single = {code: zones[0] for code, zones in TIMEZONE_DATA.items() if country_code(code) == code and len(zones) == 1}
    differing = [
        prefix
        for prefix, zones in TIMEZONE_DATA.items()
        for code in (prefix[:length] for length in range(1, 4))
        if code in single and zones != (single[code],)
    ]
    assert [] == differing
    assert "Asia/Shanghai" == single["86"]


def test_a_region_has_the_zones_of_its_plan() -> None:
    """Those of others that share its country code included; none for what is no region."""
    assert ("Asia/Shanghai",) == zones_of_region("CN")
    assert "Europe/London" in zones_of_region("GB")
    assert () == zones_of_region("ZZ")
