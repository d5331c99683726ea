"""Destinations that are no telephone number need the tenant's leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.decision import Block
from dialgate.domain.numbers import OtherDestination
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.domain.attempt import Attempt, Facts


def destination(attempt: Attempt, facts: Facts) -> Iterator[Block]:
    called = attempt.called
    if isinstance(called, OtherDestination) and called.scheme not in facts.permitted_schemes:
        detail = (
            f"Destinations of the kind {called.scheme} are not permitted to this tenant: no list can be "
            "consulted for them. Call a telephone number."
        )
        yield Block(Reason.UNSUPPORTED_DESTINATION, "destination", detail)
