"""The patterns of phonenumbers' metadata, put together so that one match tells whether national digits are valid.

The library asks up to eleven patterns a number, and more than once. What it says of a number that it would not shorten
is said here at a tenth of the cost; the tests compare both over all plans. Knows no memo and no service code.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from phonenumbers import PhoneMetadata, region_codes_for_country_code
from phonenumbers.phonemetadata import PhoneNumberDesc

_KINDS = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
    "fixed_line",
    "mobile",
)
_NOTHING = re.compile(r"(?!)")


class _Region(NamedTuple):
    name: str
    chosen: re.Pattern[str] | None
    """What national digits begin with that are this region's, valid or not; None: whatever is valid here is."""
    valid: re.Pattern[str]


def region_of_digits(code: str, national: str) -> str | None:
    """The region in whose plan the digits are valid, `001` for none; "" where they are invalid.

    None: the library may take a prefix off first, so it alone can say. For digits that it would read, that is 7 or
    more behind a country code that exists, 15 with it.
    """
    prefix = _prefix(code).match(national)
    if prefix and (prefix.end() or prefix.lastindex):
        return None
    for name, chosen, valid in _regions(code, len(national)):
        if chosen is None:
            if valid.fullmatch(national):
                return name
        elif chosen.match(national):
            return name if valid.fullmatch(national) else ""
    return ""


@cache
def _prefix(code: str) -> re.Pattern[str]:
    plan = _plan(code, region_codes_for_country_code(int(code))[0])
    prefix = plan.national_prefix_for_parsing if plan else None
    return re.compile(prefix, re.ASCII) if prefix else _NOTHING


@cache
def _regions(code: str, length: int) -> tuple[_Region, ...]:
    """In the library's order: the first that is meant by the leading digits, or else valid, has the number."""
    names = region_codes_for_country_code(int(code))
    plans = [(name, plan) for name in names if (plan := _plan(code, name)) is not None]
    leading = [plan.leading_digits if len(names) > 1 else None for _, plan in plans]
    return tuple(
        _Region(name, re.compile(digits, re.ASCII) if digits is not None else None, _valid(plan, length))
        for (name, plan), digits in zip(plans, leading, strict=True)
    )


def _plan(code: str, region: str) -> PhoneMetadata | None:
    found: PhoneMetadata | None = PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    return found


def _valid(plan: PhoneMetadata, length: int) -> re.Pattern[str]:
    """As described in general, and as one kind of number at least."""
    same = plan.same_mobile_and_fixed_line_pattern
    kinds = [_pattern(getattr(plan, kind), length) for kind in _KINDS if not (same and kind == "mobile")]
    general, either = _pattern(plan.general_desc, length), "|".join(dict.fromkeys(filter(None, kinds)))
    return re.compile(f"(?=(?:{general})\\Z)(?:{either})", re.ASCII) if general and either else _NOTHING


def _pattern(kind: PhoneNumberDesc | None, length: int) -> str:
    """Empty where no number of this length is of the kind."""
    if kind is None or (kind.possible_length and length not in kind.possible_length):
        return ""
    return kind.national_number_pattern or ""
