"""Forward an admitted attempt exactly once, and make what came of it known to journal and store."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from dialgate.app.errors import CarrierUnreachableError, OutcomeUnknownError
from dialgate.app.ports import Claimed
from dialgate.app.records import Kind, Record
from dialgate.domain.decision import Block, Decision
from dialgate.domain.reasons import Reason
from dialgate.domain.reservation import NotSendable

if TYPE_CHECKING:
    from dialgate.app.admit import Admission
    from dialgate.app.breaker import Breaker
    from dialgate.app.chores import Chores
    from dialgate.app.gate_state import GateState
    from dialgate.app.naming import Naming
    from dialgate.app.pacing import Pacing
    from dialgate.app.ports import Carrier, CarrierAnswer, CarrierRequest, Clock, GuardStore, Journal
    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts
    from dialgate.domain.ids import DecisionId
    from dialgate.domain.reservation import Admitted, Claim

OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing reached anybody, or it was cancelled at once, or (`outcome_unknown`) nobody knows."""

    decision_id: DecisionId
    blocks: tuple[Block, ...]
    carrier_sid: str = ""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The carrier's own answer, good or bad."""

    decision_id: DecisionId
    answer: CarrierAnswer


class Envelope(Protocol):
    """Keeps an answer for a later repeat of the same request, sealed: it holds numbers and texts."""

    def seal(self, kept: Forwarded | Refusal) -> bytes: ...

    def open(self, sealed: bytes) -> Forwarded | Refusal: ...


class Forwarding:
    def __init__(  # noqa: PLR0913 - the one place where all ports of the path of an attempt meet
        self,
        *,
        admission: Admission,
        carrier: Carrier,
        journal: Journal,
        store: GuardStore,
        naming: Naming,
        state: GateState,
        chores: Chores,
        clock: Clock,
        envelope: Envelope,
        breaker: Breaker,
        pacing: Pacing,
    ) -> None:
        self._admission = admission
        self._carrier = carrier
        self._journal = journal
        self._store = store
        self._naming = naming
        self._state = state
        self._chores = chores
        self._clock = clock
        self._envelope = envelope
        self._breaker = breaker
        self._pacing = pacing

    async def place(
        self,
        attempt: Attempt,
        facts: Facts,
        claim: Claim,
        request: CarrierRequest,
        found: tuple[Block, ...] = (),
        *,
        creates_call: bool = False,
    ) -> Forwarded | Refusal | Claimed:
        """`Claimed`: the same request came before; ask `repeat` for its answer. `found`: as for the admission.
        `creates_call`: it waits for its slot. Errors: `CarrierUnreachableError`.
        """
        found = (*found, *self._breaker.blocks(self._clock.now()))
        paced = creates_call and self._pacing.on and not found
        if paced and (held_up := await self._pacing.turn(attempt, facts, claim)):
            decision = await self._admission.refuse(attempt, facts, held_up)
            return Refusal(attempt.id, decision.blocks)
        attempt = replace(attempt, received_at=self._clock.now())  # hours may have ended while it waited for anything
        admitted = await self._admission.admit(attempt, facts, claim, found)
        if isinstance(admitted, Claimed):
            return admitted
        if isinstance(admitted, Decision):
            return Refusal(attempt.id, admitted.blocks)
        try:
            answer = await self._carrier.send(request, lambda: admitted.begin(self._clock.boottime_s()))
        except (CarrierUnreachableError, NotSendable) as error:
            await self._release(admitted, {"why": str(error)})
            if isinstance(error, CarrierUnreachableError):
                self._breaker.failed()
                raise
            return Refusal(attempt.id, (Block(Reason.GATE_UNAVAILABLE, "forward", f"Not sent: {error}. Try again."),))
        except OutcomeUnknownError as error:
            self._breaker.failed()
            return await self._unknown(admitted, str(error))
        except asyncio.CancelledError:
            await self._unknown(admitted, "the gate ended before the carrier's answer came")
            raise
        finally:
            self._state.forget(admitted)
        self._breaker.answered()
        if answer.status in OK:
            return await self._sent(admitted, answer)
        await self._release(admitted, {"status": answer.status})
        return Forwarded(attempt.id, answer)

    async def repeat(self, claim: Claim) -> Forwarded | Refusal | None:
        """What came of the first; None while it is on its way, or if it left nothing to repeat. Errors:
        `StoreUnavailableError`.
        """
        claimed = await self._store.claimed(claim)
        return None if claimed is None or claimed.answer is None else self._envelope.open(claimed.answer)

    async def _sent(self, admitted: Admitted, answer: CarrierAnswer) -> Forwarded | Refusal:
        forwarded = Forwarded(admitted.attempt.id, answer)
        claim = admitted.reservation.claim
        sealed = self._envelope.seal(forwarded) if claim else None
        body: dict[str, Any] = {"carrier_sid": answer.sid}
        if claim and sealed and claim.keyed:
            body["answer"] = base64.b64encode(sealed).decode()
        await self._note(Kind.SENT, admitted, body)
        if not await self._naming.tell(admitted.reservation, answer.sid, sealed):
            return forwarded
        detail = "The called person opted out while this was being sent; the carrier is told to cancel it."
        refusal = Refusal(admitted.attempt.id, (Block(Reason.RECALLED, "recall", detail),), carrier_sid=answer.sid)
        await self._keep(admitted, refusal)
        return refusal

    async def _unknown(self, admitted: Admitted, why: str) -> Refusal:
        """The reservation stays counted; nothing is sent again."""
        detail = "The carrier was asked and gave no usable answer; it may have acted. Check before you try again."
        refusal = Refusal(admitted.attempt.id, (Block(Reason.OUTCOME_UNKNOWN, "forward", detail),))
        await self._note(Kind.OUTCOME_UNKNOWN, admitted, {"why": why})
        await self._keep(admitted, refusal)
        return refusal

    async def _keep(self, admitted: Admitted, refusal: Refusal) -> None:
        """For repeats of the same request."""
        claim = admitted.reservation.claim
        if claim is None:
            return
        sealed = self._envelope.seal(refusal)

        async def keep() -> bool:
            await self._store.keep_answer(claim, admitted.attempt.id, sealed)
            return True

        await self._chores.do("keep_answer", keep)

    async def _release(self, admitted: Admitted, body: dict[str, Any]) -> None:
        await self._note(Kind.RELEASED, admitted, body)
        await self._admission.give_back(admitted.reservation)

    async def _note(self, kind: Kind, admitted: Admitted, body: dict[str, Any]) -> None:
        """The carrier has acted or not already: a journal that cannot be written must not change the answer."""
        record = Record(kind, admitted.attempt.id, admitted.attempt.tenant, self._clock.now(), body)

        async def append() -> bool:
            await self._journal.append(record)
            return True

        await self._chores.do("note", append)
