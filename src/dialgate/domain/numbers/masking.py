"""How a number is shown where it must not be readable: logs, listings, messages."""

from __future__ import annotations

import re

from dialgate.domain.numbers.plan import country_code

_E164 = re.compile(r"\+[1-9][0-9]{3,14}")
_SCHEMES = ("sip:", "client:")
_LONG_NATIONAL_DIGITS = 8


def mask(number: str) -> str:
    """Country code and the last four digits, two where the number is short; the scheme alone of an address; all stars
    for anything else.

    Takes any text, so that a log line can never fail or leak because of what it was given.
    """
    if _E164.fullmatch(number) is None:
        return f"{number.partition(':')[0]}:***" if number.startswith(_SCHEMES) else "***"
    code = country_code(number[1:])
    shown = 4 if len(number) - 1 - len(code) >= _LONG_NATIONAL_DIGITS else 2
    return f"+{code}***{number[-shown:]}"
