"""Telephone numbers are reached, and SIP phones and browser clients that are own destinations by their exact address:
no list can be consulted for anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.numbers import SPELLING, Endpoint, OtherDestination
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts

NOT_OWN = "This address is none of the tenant's own destinations; compliance can add it (/v1/destinations)."
_NOT_WRITTEN_TO = "An address after sip: or client: can be called, not written to. Write to a telephone number."
_UNKNOWN_FORM = f"Only own destinations are called after sip: and client:. {SPELLING}"


def destination(attempt: Attempt, facts: Facts) -> Iterator[Block]:
    called = attempt.called
    if isinstance(called, OtherDestination):
        yield _block(_other(called))
    elif isinstance(called, Endpoint):
        if attempt.channel is not Channel.VOICE:
            yield _block(_NOT_WRITTEN_TO)
        elif called.address not in facts.own_destinations:
            yield _block(NOT_OWN)


def _other(called: OtherDestination) -> str:
    if called.scheme in {"sip:", "client:"}:
        return _UNKNOWN_FORM
    return f"Destinations of the kind {called.scheme} are not permitted. Call a telephone number."


def _block(detail: str) -> Block:
    return Block(Reason.UNSUPPORTED_DESTINATION, "destination", detail)
