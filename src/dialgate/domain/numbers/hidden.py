"""Numbers behind a number: digits that are dialled once the called party has answered can reach somebody else through a
switchboard. Every number that they could be is named, so that none of those who said no is among them.
"""

from __future__ import annotations

import re

from dialgate.domain.numbers.plan import standing
from dialgate.domain.numbers.values import E164, Number

_LENGTHS = range(7, 16)
_RUN = re.compile(r"\d+", re.ASCII)


def numbers_in(digits: str, country_code: int) -> tuple[Number, ...]:
    """Of each run of digits, and of all of them without their pauses: every piece that is a valid number of the plan of
    `country_code`, that of the switchboard, and every end that is one of any country. A switchboard may take off
    whatever comes before, and in its own plan it may stop listening at the last digit of a number; for another country
    it waits for the end. In the order of the numbers.
    """
    runs = _RUN.findall(digits)
    texts = {*runs, "".join(runs)}
    national = {
        f"{country_code}{text[start : start + length]}"
        for text in texts
        for length in _LENGTHS
        for start in range(len(text) - length + 1)
    }
    ends = {text[-length:] for text in texts for length in _LENGTHS if length <= len(text)}
    found = ((reading, standing(reading)) for reading in sorted(national | ends))
    return tuple(
        Number(E164(f"+{reading}"), one.region, one.country_code) for reading, one in found if one.state == "valid"
    )
