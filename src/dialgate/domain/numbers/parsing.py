"""The one door through which text becomes a number: read, weigh every reading, keep the only valid one."""

from __future__ import annotations

import re

from dialgate.domain.numbers.endpoints import endpoint
from dialgate.domain.numbers.plan import country_code, dialling, has_trunk_zero, standing
from dialgate.domain.numbers.service_codes import SHORTEST_NUMBER_DIGITS, is_dialled_service_code
from dialgate.domain.numbers.text import Written, read
from dialgate.domain.numbers.values import E164, Endpoint, Number, NumberRefusal, OtherDestination

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

_SHORT_CODE = NumberRefusal(
    "short_code",
    "A service number or short code cannot be called through the gate; give the full number with its country code.",
)
_INVALID = NumberRefusal(
    "invalid", "No such number can exist in its country's plan; write it with its country code, such as +14155552671."
)
_NO_COUNTRY_CODE = NumberRefusal(
    "invalid", "The number has no country code; write it as + and digits only, such as +14155552671."
)
_AMBIGUOUS = NumberRefusal(
    "ambiguous", "The text can be read as more than one number; write it with + and its country code."
)


def parse(text: str, region: str | None) -> Number | NumberRefusal:
    """One number that phonenumbers calls valid and that has every digit of the text, or a refusal.

    Only an international prefix, a trunk prefix and a country code that the text spells are taken off or put on.
    `region` is the ISO region whose national spellings are understood; without it the text needs a `+`.
    """
    found = parse_destination(text, region)
    if isinstance(found, Endpoint):
        return NumberRefusal("scheme", "An address after sip: or client: is no phone number.")
    if isinstance(found, OtherDestination):
        return NumberRefusal("scheme", f"An address after {found.scheme} is no phone number.")
    return found


def parse_destination(text: str, region: str | None) -> Number | Endpoint | OtherDestination | NumberRefusal:
    """`parse`, and `sip:`, `client:`, `app:`, `messenger:` told apart; `name@host` counts as `sip:`, but is no
    endpoint.
    """
    if _E164.fullmatch(text) is not None:
        state, home, code = standing(text[1:])
        if state == "valid":
            return Number(E164(text), home, code)
    written = read(text)
    if isinstance(written, OtherDestination):
        return endpoint(text) or written
    if isinstance(written, NumberRefusal):
        return written
    if written.international:
        return _only_valid(_international(written.digits), written.scheme)
    return _parse_national(written, region)


def _parse_national(written: Written, region: str | None) -> Number | NumberRefusal:
    digits = written.digits
    plan = dialling(region) if region else None
    if len(digits) < SHORTEST_NUMBER_DIGITS or (plan and is_dialled_service_code(plan[0], digits)):
        return _SHORT_CODE
    if plan is None:
        return _NO_COUNTRY_CODE
    code, prefixes, trunk = plan
    readings = [code + digits]
    if trunk and digits.startswith(trunk):
        readings.append(code + digits[len(trunk) :])
    for prefix in prefixes:
        if digits.startswith(prefix):
            readings += _international(digits[len(prefix) :])
    if digits.startswith(code):
        readings += _international(digits)
    return _only_valid(readings, written.scheme)


def _international(digits: str) -> list[str]:
    """As written, and without the trunk zero that people put after a country code."""
    code = country_code(digits)
    if code and digits[len(code) : len(code) + 1] == "0" and has_trunk_zero(code):
        return [digits, code + digits[len(code) + 1 :]]
    return [digits]


def _only_valid(readings: list[str], scheme: str) -> Number | NumberRefusal:
    standings = {digits: standing(digits) for digits in readings}
    valid = [(digits, found) for digits, found in standings.items() if found.state == "valid"]
    if len(valid) == 1:
        digits, found = valid[0]
        return Number(E164("+" + digits), found.region, found.country_code, scheme)
    if valid:
        return _AMBIGUOUS
    return _SHORT_CODE if any(found.state == "short_code" for found in standings.values()) else _INVALID
