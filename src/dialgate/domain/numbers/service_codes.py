"""Service numbers and short codes: they exist inside one network and are never called through the gate.

Asked before the numbering plans are, because those count some of these among their lines.
"""

from __future__ import annotations

import re

SHORTEST_NUMBER_DIGITS = 7
"""With fewer digits, a text without a country code is a short code wherever it is dialled."""

_LONGEST_EMERGENCY_DIGITS = 3
_SHORTEST_CHINESE_NUMBER_DIGITS = 10

# Carriers' services (100...), SMS ports (106...), hot lines (110, 114, 12315, 116114) and prefixes dialled before a
# number (12520, 17951). Mobiles begin with 13 to 19, but no mobile with 179.
_CHINESE_SERVICE = re.compile(r"1(?:0[06]|1|2|79)\d*")
# The ten digits of an SMS port may also be a line in Beijing: area 10, line 6901 2345.
_BEIJING_LINE = re.compile(r"106\d{7}")


def is_service_code(country_code: str, national: str) -> bool:
    """Whether the digits after a country code name a service; true for 112, 911, 999, 110 and 000 in any country.

    A Chinese national number has 10 digits or more: what is shorter is a service (10086, 95188, also behind an area
    code: 010-10086) or a local number without its area code.
    Source: national numbering plans of +1 and +86; phonenumbers 9.0.43, measured, takes 010-10086 for a line.
    """
    if len(national) <= _LONGEST_EMERGENCY_DIGITS:
        return True
    if country_code == "1":
        return len(national) < SHORTEST_NUMBER_DIGITS
    if country_code == "86":
        return len(national) < _SHORTEST_CHINESE_NUMBER_DIGITS or (
            _CHINESE_SERVICE.fullmatch(national) is not None and _BEIJING_LINE.fullmatch(national) is None
        )
    return False


def is_dialled_service_code(country_code: str, digits: str) -> bool:
    """The same for a text without `+`, as it is dialled inside a country.

    There 1069012345 is an SMS port; the line in Beijing is 010 6901 2345.
    Source: phonenumbers 9.0.43, measured, takes 1069012345 with region CN for a line.
    """
    if len(digits) < SHORTEST_NUMBER_DIGITS:
        return True
    return country_code == "86" and (
        _CHINESE_SERVICE.fullmatch(digits) is not None
        or (len(digits) < _SHORTEST_CHINESE_NUMBER_DIGITS and not digits.startswith("0"))
    )
