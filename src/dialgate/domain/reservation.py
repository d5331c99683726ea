"""What a store reserves, and the one value that opens the forwarder."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialgate.domain.attempt import Attempt
    from dialgate.domain.guard import Guard
    from dialgate.domain.ids import DecisionId
    from dialgate.domain.numbers import Callee
    from dialgate.domain.scope import ScopeName

MAX_ADMITTED_AGE_S = 1.0
"""Older admissions are not sent: an opt-out may have been acknowledged meanwhile."""

KEYED_S = 86_400
"""How long the answer to a request with an `Idempotency-Key` is kept."""


class State(StrEnum):
    """Of a leave to send. What follows `sending` is kept by the guard store and the journal."""

    ADMITTED = "admitted"
    SENDING = "sending"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Claim:
    """One request of a dialer: what makes a second sending of it the same request."""

    key: str
    """Digest over API key, path and either the `Idempotency-Key` or the raw body."""
    parameters: str
    """Digest of the raw body, or of what names it: the same key with other parameters is a conflict."""
    keep_s: int
    """`KEYED_S` with an `Idempotency-Key`, 10 s without."""

    @property
    def keyed(self) -> bool:
        """Whether the dialer itself said that it is the same request."""
        return self.keep_s >= KEYED_S


@dataclass(frozen=True, slots=True)
class Reservation:
    """All that a store needs to reserve, find and release an attempt, and to make it anew after a loss."""

    id: DecisionId
    number: Callee
    tenant: str
    channel: str
    scopes: tuple[ScopeName, ...]
    """The suppression scopes that cover it: a suppression in any of them recalls it."""
    guards: tuple[Guard, ...]
    lifetime_s: int
    claim: Claim | None = None
    due_ms: int = 0
    """Unix milliseconds at which the carrier is to act, and at which it counts; 0: at once."""
    closes_ms: int = 0
    """Unix milliseconds from which on a call that is still queued must not be dialled any more; 0: no such time."""


class NotSendable(Exception):  # noqa: N818 - it names the state, which the forwarder turns into a refusal
    """The admission is too old, was dropped, or was used already. Nothing has been written to the carrier."""


@dataclass(slots=True)
class Admitted:
    """Leave to send one create, once, within `MAX_ADMITTED_AGE_S` of `asked_at_s`.

    Made only by the admission use case, after the store echoed the decision id and the decision is in the journal.
    """

    attempt: Attempt
    reservation: Reservation
    asked_at_s: float
    """Boot-time clock, read before the store's command was written."""
    state: State = field(default=State.ADMITTED)

    def begin(self, now_s: float) -> None:
        """Mark `sending`, as the last act before the first byte. `now_s`: boot-time clock.

        Errors: `NotSendable`, after which nothing may be written.
        """
        if self.state is not State.ADMITTED:
            raise NotSendable(f"the admission is {self.state.value} already")
        if now_s - self.asked_at_s > MAX_ADMITTED_AGE_S:
            self.state = State.FINAL
            raise NotSendable(f"the admission is older than {MAX_ADMITTED_AGE_S:g} s")
        self.state = State.SENDING

    def drop(self) -> None:
        """Take the leave back if it has not been used: a new generation is about to be confirmed."""
        if self.state is State.ADMITTED:
            self.state = State.FINAL
