"""Only telephone numbers are reached: no list can be consulted for anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.decision import Block
from dialgate.domain.numbers import OtherDestination
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts


def destination(attempt: Attempt, _facts: Facts) -> Iterator[Block]:
    called = attempt.called
    if isinstance(called, OtherDestination):
        detail = f"Destinations of the kind {called.scheme} are not permitted. Call a telephone number."
        yield Block(Reason.UNSUPPORTED_DESTINATION, "destination", detail)
