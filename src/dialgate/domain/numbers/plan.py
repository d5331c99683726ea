"""What the numbering plans say about digits. With `patterns` the only module that imports phonenumbers; it reads no
hostile text.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import phonenumbers
from phonenumbers import shortnumberinfo, timezone
from phonenumbers.tzdata import TIMEZONE_DATA

from dialgate.domain.numbers.patterns import region_of_digits
from dialgate.domain.numbers.service_codes import is_service_code
from dialgate.domain.numbers.values import E164


class Standing(NamedTuple):
    """What the plans make of some international digits."""

    state: Literal["valid", "invalid", "short_code"]
    region: str = ""
    """Of a valid number; "" where it belongs to no country."""
    country_code: int = 0
    """Of a valid number."""


MEMO_PLANS = {"1": 7, "33": 5, "34": 7, "39": 5, "44": 7, "49": 6, "86": 6, "91": 6, "852": 4}
"""Country code -> how many leading national digits, with the length, settle validity, region and time zones.

Only plans for which that is exact: no pattern of phonenumbers looks at a later digit. The tests prove it from the
patterns and by comparison; of every other plan the time zones are asked number by number.
"""

_MEMO_MIN_NATIONAL_DIGITS = 8
_MEMO_ENTRIES = 65_536
_LONGEST_SHORT_CODE_DIGITS = 6
_LONGEST_COUNTRY_CODE_DIGITS = 3
_LONGEST_E164_DIGITS = 15
_NO_COUNTRY = "001"
_INVALID = Standing("invalid")
_SHORT_CODE = Standing("short_code")


def country_code(digits: str) -> str:
    """The country code that international digits begin with, or ""; no code is the beginning of another."""
    return _COUNTRY_CODES.get(digits[:_LONGEST_COUNTRY_CODE_DIGITS], "")


def standing(digits: str) -> Standing:
    """Whether exactly these international digits, without `+`, are a number that can be called."""
    code = country_code(digits)
    if not code:
        return _INVALID
    national = digits[len(code) :]
    if is_service_code(code, national):
        return _SHORT_CODE
    region = None
    if len(national) > _LONGEST_SHORT_CODE_DIGITS and len(digits) <= _LONGEST_E164_DIGITS:
        region = region_of_digits(code, national)
    return _ask_library(code, digits) if region is None else _standing(code, region)


def dialling(region: str) -> tuple[str, tuple[str, ...], str] | None:
    """Of a region: country code, international prefixes, trunk prefix ("" where there is none)."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if metadata is None:
        return None
    prefixes = (metadata.international_prefix or "", re.sub(r"\D", "", metadata.preferred_international_prefix or ""))
    return (
        str(metadata.country_code),
        tuple(prefix for prefix in prefixes if prefix.isdigit()),
        metadata.national_prefix or "",
    )


def has_trunk_zero(code: str) -> bool:
    """Whether people write a 0 after this country code that is not dialled from abroad (+44 (0)20)."""
    region = phonenumbers.region_code_for_country_code(int(code))
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    return metadata is not None and metadata.national_prefix == "0"


def region_of(e164: E164) -> str:
    """ISO 3166-1 region, or "" for a number that belongs to no country."""
    return standing(e164[1:]).region


def time_zones(e164: E164) -> tuple[str, ...]:
    """Every IANA zone the number may be in, sorted: many for a toll-free number, none where the plan does not tell.

    The area code data of North America miss overlays; they must not decide hours alone.
    """
    digits = e164[1:]
    code = country_code(digits)
    whole_country = TIMEZONE_DATA.get(code, ())
    if len(whole_country) == 1:
        return whole_country
    depth = MEMO_PLANS.get(code)
    if depth is None or len(digits) - len(code) < _MEMO_MIN_NATIONAL_DIGITS:
        return _ask_zones(e164)
    telling = digits[: max(len(code) + depth, _zone_digits(code))]
    return _ask_zones("+" + telling.ljust(len(digits), "5"))


@lru_cache(maxsize=_MEMO_ENTRIES)
def _ask_zones(e164: str) -> tuple[str, ...]:
    found = timezone.time_zones_for_number(phonenumbers.parse(e164, None))
    return tuple(sorted(zone for zone in found if zone != timezone.UNKNOWN_TIMEZONE))


@cache
def _zone_digits(code: str) -> int:
    """How many leading digits the time-zone data of a country code look at, the code included."""
    return max((len(prefix) for prefix in TIMEZONE_DATA if prefix.startswith(code)), default=0)


def zones_of_region(region: str) -> tuple[str, ...]:
    """Every IANA zone of the plan of an ISO 3166-1 region, those of others that share its country code included."""
    code = phonenumbers.country_code_for_region(region)
    return TIMEZONE_DATA.get(str(code), ())


def _ask_library(code: str, digits: str) -> Standing:
    """Parsed, valid and written again as the same digits; anything less is invalid."""
    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return _INVALID
    if len(digits) - len(code) <= _LONGEST_SHORT_CODE_DIGITS and _is_known_short_code(code, digits[len(code) :]):
        return _SHORT_CODE
    region = phonenumbers.region_code_for_number(number)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if region is None or written != "+" + digits or not phonenumbers.is_valid_number_for_region(number, region):
        return _INVALID
    return _standing(code, region)


@cache
def _standing(code: str, region: str) -> Standing:
    """`region`: as `region_of_digits` says it."""
    return Standing("valid", "" if region == _NO_COUNTRY else region, int(code)) if region else _INVALID


def _is_known_short_code(code: str, national: str) -> bool:
    return any(
        shortnumberinfo.is_valid_short_number_for_region(
            phonenumbers.PhoneNumber(country_code=int(code), national_number=int(national)), region
        )
        for region in phonenumbers.region_codes_for_country_code(int(code))
    )


def _codes_by_beginning() -> dict[str, str]:
    codes = sorted(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
    longest = _LONGEST_COUNTRY_CODE_DIGITS
    return {
        code + f"{rest:0{width}}" if width else code: code
        for code in codes
        for width in range(longest - len(code) + 1)
        for rest in range(10**width)
    }


_COUNTRY_CODES = _codes_by_beginning()
