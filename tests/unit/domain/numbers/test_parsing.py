"""Text in, exactly one valid number or a refusal out."""

from __future__ import annotations

import json

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.domain.numbers import E164, Number, NumberRefusal, OtherDestination, parse, parse_destination
from tests.house import tree

SPELLINGS: list[tuple[str, str | None, str]] = [
    tuple(json.loads(line))
    for line in (tree.ROOT / "tests/data/number_spellings.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Text, region of the tenant, and the one number it is or the reason for its refusal."""

GENUINE = ["+14155552671", "+12025550143", "+8613800138000", "+861069012345", "+442079460958", "+33142685300"]
TAKEN_OFF = {"", "0", "1", "00", "011"}
"""What a dialled text may have before its country code, or before and after it."""
DECORATIONS = " \t-.()/+,;:#*xpwOoe0\u200b\u202a\u202e\u00a0\u2011\u0660\uff10\u0000²①extel\u0301\ud800"


def outcome(text: str, region: str | None) -> str:
    found = parse(text, region)
    return found.e164 if isinstance(found, Number) else found.reason


def test_every_known_spelling_is_the_number_or_a_refusal() -> None:
    """Hostile spellings of genuine American, Chinese, British and French numbers never give another number."""
    assert len(SPELLINGS) >= 250
    wrong = [(text, region, outcome(text, region)) for text, region, is_ in SPELLINGS if outcome(text, region) != is_]
    assert [] == wrong


@given(st.sampled_from(GENUINE), st.data())
def test_decorations_never_give_another_number(genuine: str, data: st.DataObject) -> None:
    """Signs put anywhere into a number leave it that number, or something with all the digits shown, or refuse it."""
    text = genuine
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(DECORATIONS)) + text[at:]
    found = parse(text, data.draw(st.sampled_from([None, "US", "CN", "GB", "FR", "DE"])))
    shown = "".join(str(int(char)) for char in text if char.isdecimal())
    if isinstance(found, Number):
        code = str(found.country_code)
        national = found.e164[1 + len(code) :]
        spelled = {before + middle + national for before in TAKEN_OFF for middle in ("", code, code + "0")}
        assert shown in spelled, (text, found)


@given(st.text(st.characters(codec=None, exclude_categories=())), st.sampled_from([None, "", "US", "CN", "DE", "ZZ"]))
def test_any_text_has_an_answer(text: str, region: str | None) -> None:
    """No text of any alphabet makes parsing raise, and a number found is valid and written in one way only."""
    found = parse_destination(text, region)
    if isinstance(found, Number):
        number = phonenumbers.parse(found.e164, None)
        assert phonenumbers.is_valid_number(number)
        assert found.e164 == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_example_numbers_of_every_region_are_understood(region: str) -> None:
    """The international and the E.164 spelling of each country's example number are that number."""
    example = phonenumbers.example_number(region)
    assert example is not None
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    international = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    assert [e164, e164] == [outcome(e164, None), outcome(international, None)]


def test_a_number_carries_its_country() -> None:
    """Rules need region and country code without parsing again."""
    assert Number(E164("+442079460958"), "GB", 44) == parse("020 7946 0958", "GB")


@pytest.mark.parametrize("scheme", ["whatsapp:", "rcs:"])
def test_messaging_schemes_are_kept_apart(scheme: str) -> None:
    """They are messages to a number, which must come with its country code."""
    assert Number(E164("+14155552671"), "US", 1, scheme) == parse(f"{scheme}+14155552671", "US")
    assert "invalid" == outcome(f"{scheme}4155552671", "US")
    assert "letters" == outcome(f"{scheme}tel:+14155552671", "US")


def test_an_address_is_no_number() -> None:
    """Where only numbers will do, an address is refused; where a rule decides, it is told what it is."""
    assert "scheme" == outcome("client:+14155552671", "US")
    assert OtherDestination("client:", "+14155552671") == parse_destination("client:+14155552671", "US")


def test_national_spellings_follow_the_region_alone() -> None:
    """The same digits are other numbers elsewhere, and none at all without a region."""
    assert ["+14155552671", "invalid", "invalid"] == [outcome("4155552671", home) for home in ("US", "FR", None)]


def test_a_text_with_two_valid_readings_is_refused() -> None:
    """The gate does not guess which of two numbers was meant."""
    assert "ambiguous" == outcome("49229484616", "DE")


def test_each_refusal_says_what_to_mend() -> None:
    """A dialer's log shows a sentence that tells what to write, and never the text itself."""
    for text, region, _ in SPELLINGS:
        found = parse(text, region)
        if isinstance(found, NumberRefusal):
            assert found.message.endswith(".")
            assert "4155552671" in text or len(text.strip()) < 5 or text not in found.message
