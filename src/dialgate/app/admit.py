"""Decide one attempt: ask the rules, reserve in the guard store, put the decision on record. In this order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dialgate.app.errors import JournalUnavailableError, StoreUnavailableError
from dialgate.app.ports import Claimed, Closed, Refusing, Reserved
from dialgate.app.records import Kind, Record, decision_record
from dialgate.domain.decision import Block, Decision, Evaluation
from dialgate.domain.evaluate import evaluate
from dialgate.domain.guard import AtMost
from dialgate.domain.numbers import Reachable
from dialgate.domain.reasons import Reason
from dialgate.domain.reservation import Admitted, NotSendable, Reservation
from dialgate.domain.rules import RULES
from dialgate.domain.scope import covering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.app.chores import Chores
    from dialgate.app.gate_state import GateState
    from dialgate.app.ports import Clock, GuardStore, Journal, View
    from dialgate.domain.attempt import Attempt
    from dialgate.domain.decision import Guarded
    from dialgate.domain.facts import Facts
    from dialgate.domain.reservation import Claim


_ORDER = {rule.__name__: rank for rank, rule in enumerate(RULES)}
_NO_REASON = "The guard store refused without naming a guard. Try again."

STORE_SILENT = "The guard store did not answer in time, so nothing was forwarded. Try again."
JOURNAL_CLOSED = "The gate cannot put attempts on record at the moment, so nothing was forwarded. Try again."
"""For dialers; which file or socket it is stands in `/readyz` and in the log."""


class Admission:
    """Answers with leave to send (`Admitted`), the refusal on record (`Decision`), or the same request made before."""

    def __init__(self, store: GuardStore, journal: Journal, state: GateState, chores: Chores, clock: Clock) -> None:
        self._store = store
        self._journal = journal
        self._state = state
        self._chores = chores
        self._clock = clock

    async def admit(
        self, attempt: Attempt, facts: Facts, claim: Claim | None = None, found: tuple[Block, ...] = ()
    ) -> Admitted | Decision | Claimed:
        """`found`: refusals that were seen while the request was read; they come before the rules'.

        Raises nothing for a store or journal that fails: that is a refusal, and nothing stays reserved. A refusal that
        the journal does not take names it as a further reason.
        """
        evaluation = evaluate(attempt, facts, RULES)
        if found or evaluation.blocks:
            return await self.refuse(attempt, facts, (*found, *await self._all_blocks(evaluation, attempt.due_at)))
        reservation = _reservation(attempt, evaluation, claim)
        view = self._state.view
        asked_at_s = self._clock.boottime_s()
        try:
            answer = await self._store.admit(reservation, view, self._now_ms())
        except StoreUnavailableError:
            self._chores.add("abandon", lambda: self._abandon(reservation))
            return await self.refuse(attempt, facts, (store_silent(),))
        match answer:
            case Reserved(at_ms):
                admitted = Admitted(attempt, reservation, asked_at_s)
                return await self._put_on_record(admitted, facts, view, at_ms)
            case Claimed():
                blocks = await self._refused_since(evaluation, claim)
                return await self.refuse(attempt, facts, blocks) if blocks else answer
            case Closed():
                return await self.refuse(attempt, facts, (_unverified(answer),))
            case Refusing(refused):
                blocks = _refused_blocks(evaluation.guarded, Refusing(refused))
                return await self.refuse(attempt, facts, blocks or (_unavailable("guard_store", _NO_REASON),))

    async def _refused_since(self, evaluation: Evaluation, claim: Claim | None) -> tuple[Block, ...]:
        """Whether an opt-out has come since the first of two equal requests: then the second is refused, unless the
        dialer named both as one by an `Idempotency-Key`. Nothing is sent either way.
        """
        if claim is None or claim.keyed:
            return ()
        members = tuple(asked for asked in evaluation.guarded if not isinstance(asked.guard, AtMost))
        return await self._all_blocks(Evaluation((), members))

    async def decide(self, attempt: Attempt, facts: Facts) -> Decision:
        """For an attempt that is placed outside the gate: the answer itself is the leave, so it is used up here, under
        the same age and generation as the first byte of a create. An allow stays reserved until it is settled.
        """
        answer = await self.admit(attempt, facts)
        if isinstance(answer, Decision):
            return answer
        if isinstance(answer, Claimed):
            raise TypeError("an attempt without a claim cannot have been claimed")
        self._state.forget(answer)
        try:
            answer.begin(self._clock.boottime_s())
        except NotSendable as error:
            return await self._too_late(answer, facts, str(error))
        return self._decision(attempt, facts, ())

    async def _too_late(self, admitted: Admitted, facts: Facts, why: str) -> Decision:
        """Its record says allow already; a further one says that nothing came of it."""
        attempt = admitted.attempt

        async def released() -> bool:
            await self._journal.append(
                Record(Kind.RELEASED, attempt.id, attempt.tenant, self._clock.now(), {"why": why})
            )
            return True

        await self._chores.do("note", released)
        await self.give_back(admitted.reservation)
        block = Block(Reason.GATE_UNAVAILABLE, "forward", f"Not allowed: {why}. Try again.")
        return self._decision(attempt, facts, (block,))

    async def dry_run(self, attempt: Attempt, facts: Facts) -> Decision:
        """The decision as it would be now; reserves, counts and records nothing."""
        evaluation = evaluate(attempt, facts, RULES)
        return self._decision(attempt, facts, await self._all_blocks(evaluation, attempt.due_at))

    async def give_back(self, reservation: Reservation) -> None:
        """Nothing was sent: its counts and its claim are free again."""
        await self._chores.do("abandon", lambda: self._abandon(reservation))

    async def _abandon(self, reservation: Reservation) -> bool:
        await self._store.abandon(reservation)
        return True

    async def _put_on_record(
        self, admitted: Admitted, facts: Facts, view: View, reserved_at_ms: int
    ) -> Admitted | Decision:
        if self._state.generation != view.generation:
            await self.give_back(admitted.reservation)
            detail = "The suppression index changed its generation while this was decided. Try again."
            return await self.refuse(admitted.attempt, facts, (Block(Reason.INDEX_UNVERIFIED, "fence", detail),))
        self._state.keep(admitted)
        decision = self._decision(admitted.attempt, facts, ())
        try:
            await self._journal.append(decision_record(decision, view, admitted.reservation, reserved_at_ms))
        except JournalUnavailableError:
            self._state.forget(admitted)
            await self.give_back(admitted.reservation)
            return self._decision(admitted.attempt, facts, (_unavailable("journal", JOURNAL_CLOSED),))
        return admitted

    async def refuse(self, attempt: Attempt, facts: Facts, blocks: Sequence[Block]) -> Decision:
        """On record, for `blocks` that were found outside the rules and before admission."""
        decision = self._decision(attempt, facts, blocks)
        try:
            await self._journal.append(decision_record(decision, self._state.view))
        except JournalUnavailableError:
            return self._decision(attempt, facts, (*blocks, _unavailable("journal", JOURNAL_CLOSED)))
        return decision

    async def _all_blocks(self, evaluation: Evaluation, due_at: datetime | None = None) -> tuple[Block, ...]:
        """The rules' blocks and, as far as the store can tell, those of the guards: every failing rule is named, in the
        order of the rules.
        """
        guards = [asked.guard for asked in evaluation.guarded]
        if not guards:
            return evaluation.blocks
        try:
            answer = await self._store.probe(guards, self._state.view, self._now_ms(), _ms(due_at))
        except StoreUnavailableError:
            return (*evaluation.blocks, store_silent())
        if isinstance(answer, Closed):
            return (*evaluation.blocks, _unverified(answer))
        return tuple(sorted((*evaluation.blocks, *_refused_blocks(evaluation.guarded, answer)), key=_rank))

    def _decision(self, attempt: Attempt, facts: Facts, blocks: Sequence[Block]) -> Decision:
        """A cap that has room again at night is no reason to call at night: each time to try again is an open hour."""
        opened = tuple(
            block if block.retry_at is None else replace(block, retry_at=facts.opening(attempt, block.retry_at))
            for block in blocks
        )
        return Decision(attempt, opened, facts.policy_version, self._clock.now(), facts.zones(attempt))

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _reservation(attempt: Attempt, evaluation: Evaluation, claim: Claim | None) -> Reservation:
    if not isinstance(attempt.called, Reachable):
        raise TypeError("no rule refused a destination that cannot be reached")
    scopes = covering(attempt.tenant, attempt.channel, attempt.purpose, attempt.campaign)
    return Reservation(
        id=attempt.id,
        number=attempt.called.callee,
        tenant=attempt.tenant,
        channel=attempt.channel,
        scopes=tuple(scope.name for scope in scopes),
        guards=tuple(asked.guard for asked in evaluation.guarded),
        lifetime_s=attempt.lifetime_s,
        claim=claim,
        due_ms=_ms(attempt.due_at),
        closes_ms=_ms(attempt.dial_until),
    )


def _ms(at: datetime | None) -> int:
    return 0 if at is None else int(at.timestamp() * 1000)


def _refused_blocks(guarded: Sequence[Guarded], answer: Refusing) -> tuple[Block, ...]:
    return tuple(_timed(guarded[refused.index].block, refused.free_at_ms) for refused in answer.refused)


def _rank(block: Block) -> int:
    return _ORDER[block.rule]


def _timed(block: Block, free_at_ms: int | None) -> Block:
    """A span of the calendar ends when it ends, whenever its first attempt was counted."""
    if free_at_ms is None or block.retry_at is not None:
        return block
    return replace(block, retry_at=datetime.fromtimestamp(free_at_ms / 1000, UTC))


def store_silent() -> Block:
    return _unavailable("guard_store", STORE_SILENT)


def _unavailable(rule: str, detail: str) -> Block:
    return Block(Reason.GATE_UNAVAILABLE, rule, detail)


def _unverified(closed: Closed) -> Block:
    detail = f"The suppression index is not verified ({closed.why.value}); nothing is forwarded until it is. Try again."
    return Block(Reason.INDEX_UNVERIFIED, "fence", detail)
