"""Replies of which the gate is unsure: on record before the message is acknowledged, decided by a person, once.

A refusal that counts meanwhile is an opt-out like any other. The review itself goes through the journal, as opt-outs
do, so that neither is lost while SQL is down; in SQL no review comes before its opt-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from dialgate.app.errors import ConflictError, NotFoundError
from dialgate.app.records import Kind, Record
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.app.opt_out import OptingOut
    from dialgate.app.ports import Clock, Journal, Ledger

NOTE = "review"
MOST_CHARS = 2_000
"""Of what somebody wrote; the longest message that a carrier joins has 1,600."""


class Verdict(StrEnum):
    STOP = "stop"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reply that is probably a refusal."""

    message_sid: str
    number: E164
    receiver: str
    text: str
    language: str
    evidence: str
    """What it was understood by; never the text."""
    confidence: float
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    id: str
    """Of the opt-out too that holds meanwhile, or that a verdict makes."""
    tenant: str
    number: E164
    receiver: str
    sealed_text: str
    language: str
    evidence: str
    confidence: float
    held: bool
    """Whether it counts as an opt-out until somebody decides."""
    asked_at: datetime
    verdict: str = ""
    """Empty until decided."""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    items: tuple[Review, ...]
    next: str
    """Cursor of the next page; empty at the end."""


class Reviews(Protocol):
    """Errors of every method: `LedgerUnavailableError`."""

    async def get(self, review_id: str) -> Review | None: ...

    async def listing(self, tenant: str, limit: int, cursor: str = "", *, decided: bool | None = None) -> ReviewPage:
        """`tenant` empty: of all. Open ones the oldest first, as they wait; all others the newest first. `decided`
        None: both. Errors: also `BadRequestError` for a cursor of another listing.
        """
        ...

    async def decide(self, review_id: str, verdict: Verdict, by: str, at: datetime) -> Review:
        """Atomicity: the first verdict stands. The review as it is then. Errors: also `NotFoundError`."""
        ...


class Sealed(Protocol):
    """Encryption at rest."""

    def seal(self, text: str) -> str: ...

    def unseal(self, sealed: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Decided:
    review: Review
    in_force: bool = True
    """False: durable, and the gate goes on until it is."""


class Reviewing:
    def __init__(
        self,
        *,
        reviews: Reviews,
        opting_out: OptingOut,
        ledger: Ledger,
        journal: Journal,
        clock: Clock,
        sealed: Sealed,
    ) -> None:
        self.reviews = reviews
        self._opting_out = opting_out
        self._ledger = ledger
        self._journal = journal
        self._clock = clock
        self._sealed = sealed

    async def ask(self, doubt: Doubt, tenant: str, *, held: bool) -> bool:
        """Whether what holds meanwhile is in force. Errors: `JournalUnavailableError`: the carrier shall come again.

        Idempotent: the id follows from the message.
        """
        review = self._review(doubt, tenant, held=held)
        in_force = True
        if held:
            in_force = (await self._opting_out.record(self._opt_out(review, "carrier"))).in_force
        await self._journal.append(review_record(review))
        return in_force

    async def decide(self, review_id: str, tenant: str, verdict: Verdict, by: str) -> Decided:
        """`tenant` empty: of any. The same verdict again completes what a failure has left undone.

        A refusal is recorded before the verdict, and an opt-out lifted after it: whatever fails between leaves a
        number suppressed, never a verdict without its opt-out.
        Errors: `NotFoundError`; `ConflictError` if somebody has decided otherwise; `JournalUnavailableError`,
        `LedgerUnavailableError`.
        """
        review = await self.reviews.get(review_id)
        if review is None or tenant not in {"", review.tenant}:
            raise NotFoundError("There is no such review.")
        if review.decided_at is not None and review.verdict != verdict:
            raise _too_late(review)
        in_force = True
        if verdict is Verdict.STOP and not review.held:
            in_force = (await self._opting_out.record(self._opt_out(review, by))).in_force
        stands = await self.reviews.decide(review_id, verdict, by, self._clock.now())
        if stands.verdict == Verdict.NONE:
            await self._take_back(stands)
        if stands.verdict != verdict:
            raise _too_late(stands)
        return Decided(stands, in_force)

    def text(self, review: Review) -> str:
        """What the person wrote. Errors: `UnfitStoreError` if no master key opens it."""
        return self._sealed.unseal(review.sealed_text)

    async def _take_back(self, review: Review) -> None:
        """Exactly the opt-out of this review, if there is one, and none that the person made beside it."""
        name = OptOutId(review.id)
        if not await self._ledger.sequences([name]):
            return
        lift = Lift(
            id=OptOutId(f"{review.id}.{NOTE}"),
            number=review.number,
            tenant=review.tenant,
            names=(name,),
            source=Source.SMS,
            actor=review.decided_by,
            recorded_at=self._clock.now(),
            note=NOTE,
            evidence=_message_sid(review),
        )
        await self._ledger.record_lift(lift)

    def _review(self, doubt: Doubt, tenant: str, *, held: bool) -> Review:
        written = doubt.text[:MOST_CHARS].encode("utf-8", "replace").decode()
        return Review(
            id=f"{doubt.message_sid}.{tenant}",
            tenant=tenant,
            number=doubt.number,
            receiver=doubt.receiver,
            sealed_text=self._sealed.seal(written),
            language=doubt.language,
            evidence=doubt.evidence,
            confidence=doubt.confidence,
            held=held,
            asked_at=doubt.said_at,
        )

    def _opt_out(self, review: Review, actor: str) -> OptOut:
        return OptOut(
            id=OptOutId(review.id),
            number=review.number,
            scope=Scope(review.tenant),
            source=Source.SMS,
            actor=actor,
            occurred_at=review.asked_at,
            recorded_at=self._clock.now(),
            note=f"{NOTE}: {review.evidence}",
            evidence=_message_sid(review),
        )


def review_record(review: Review) -> Record:
    body = {
        "number": review.number,
        "receiver": review.receiver,
        "text": review.sealed_text,
        "language": review.language,
        "evidence": review.evidence,
        "confidence": review.confidence,
        "held": review.held,
    }
    return Record(Kind.REVIEW, review.id, review.tenant, review.asked_at, body)


def review_of(record: Record) -> Review:
    """The review of a record that `review_record` made."""
    said = {name: record.body[name] for name in ("receiver", "language", "evidence", "confidence", "held")}
    number, sealed = E164(record.body["number"]), record.body["text"]
    return Review(id=record.id, tenant=record.tenant, number=number, sealed_text=sealed, asked_at=record.at, **said)


def _message_sid(review: Review) -> str:
    return review.id.removesuffix(f".{review.tenant}")


def _too_late(review: Review) -> ConflictError:
    return ConflictError(f"This review was decided before: {review.verdict}. What it says stands.")
