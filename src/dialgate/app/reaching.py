"""The numbers that a document would reach, each judged as an attempt of its own within the call that follows it, and
handed over to the carrier together.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dialgate.app.ports import Claimed
from dialgate.app.records import Kind, Record
from dialgate.domain.attempt import Attempt, Channel, Purpose
from dialgate.domain.decision import Block, Decision
from dialgate.domain.ids import DecisionId
from dialgate.domain.numbers import Endpoint, Number, Reachable, numbers_in, parse_destination
from dialgate.domain.reasons import Reason
from dialgate.domain.reservation import Claim

if TYPE_CHECKING:
    from dialgate.app.admit import Admission
    from dialgate.app.call_state import CallState, Made
    from dialgate.app.chores import Chores
    from dialgate.app.documents import Party
    from dialgate.app.gate_state import GateState
    from dialgate.app.naming import Naming
    from dialgate.app.ports import Clock, Journal
    from dialgate.app.queries import Tenant
    from dialgate.domain.facts import Facts
    from dialgate.domain.reservation import Admitted

CALL_LIFETIME_S = 86_400
"""The longest that a call can last. Source: Twilio, Call resource, `TimeLimit`; read 2026-11."""
MESSAGE_LIFETIME_S = 36_000
"""Source: Twilio, Message resource, `ValidityPeriod`; read 2026-11."""
REPEAT_S = 120
"""How long a request of the carrier may come again: at most five times, 15 s each.
Source: Twilio, "Webhooks: connection overrides"; read 2026-11."""

HANDED_OVER = b"handed over"
"""What is kept for a repeat: that the first reached the carrier."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where in a call, or after which message, a document is followed."""

    state: CallState
    """Of the address that it stands behind."""
    tenant: Tenant
    carrier_sid: str
    """Of the call that follows it, or of the message that it answers; empty: nobody can be reached."""
    request: str = ""
    """What stays the same when the carrier asks again for want of an answer; empty: not known."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A number that may be reached."""

    made: Made
    address: str
    """The gate's own E.164, with its scheme."""
    admitted: Admitted | None
    """None: the carrier asked before, and this is the answer again."""


class Reaching:
    def __init__(  # noqa: PLR0913 - as `Forwarding`: the ports of the path of an attempt meet here
        self,
        *,
        admission: Admission,
        journal: Journal,
        naming: Naming,
        state: GateState,
        chores: Chores,
        clock: Clock,
        facts: Callable[[Tenant], Facts],
        new_id: Callable[[], DecisionId],
        hash_secret: Callable[[str], str],
    ) -> None:
        self._admission = admission
        self._journal = journal
        self._naming = naming
        self._state = state
        self._chores = chores
        self._clock = clock
        self._facts = facts
        self._new_id = new_id
        self._hash_secret = hash_secret

    def own(self, tenant: Tenant) -> frozenset[str]:
        """The tenant's own destinations."""
        return self._facts(tenant).own_destinations

    async def judged(self, parties: Sequence[Party], course: Course) -> dict[int, Reached | None]:
        """By party; None: refused, on record. All at once, so that many take no longer than one."""
        numbers = [party for party in parties if party.is_attempt]
        tones = {party.beside: party.text for party in parties if party.is_tones}
        found = await asyncio.gather(*(self._one(party, tones.get(party.index, ""), course) for party in numbers))
        return dict(zip((party.index for party in numbers), found, strict=True))

    async def handed_over(self, reached: Sequence[Reached], carrier_sid: str) -> bool:
        """As the last act before the carrier gets the document. Each is known by the call until the carrier names its
        leg, so that an opt-out from now on ends the call. False: one has come in between. Errors: `NotSendable`.
        """
        admitted = [one.admitted for one in reached if one.admitted is not None]
        reachable = await asyncio.gather(*(self._named(one, carrier_sid) for one in admitted))
        if not all(reachable):
            return False
        now_s = self._clock.boottime_s()
        for one in admitted:
            one.begin(now_s)
        return True

    async def given_up(self, reached: Sequence[Reached], why: str) -> None:
        """The carrier does not get the document."""
        for one in reached:
            if one.admitted is not None:
                self._state.forget(one.admitted)
                await self._note(Kind.RELEASED, one.admitted, {"why": why})
                await self._admission.give_back(one.admitted.reservation)

    def done(self, reached: Sequence[Reached]) -> None:
        for one in reached:
            if one.admitted is not None:
                self._state.forget(one.admitted)

    async def refuse(self, block: Block, course: Course) -> None:
        """A document that is not followed, on record as an attempt of the person who is on the call."""
        made = course.state.made
        attempt = self._attempt(made, course, made.number, Channel(made.channel))
        await self._admission.admit(attempt, self._facts(course.tenant), None, (block,))

    async def _one(self, party: Party, tones: str, course: Course) -> Reached | None:
        """`tones`: what is dialled once the party has answered."""
        made = course.state.made
        attempt = replace(
            self._attempt(made, course, party.endpoint or party.text or made.number, party.channel),
            calling=party.calling or made.calling,
            content=hashlib.sha256(party.said.encode()).hexdigest() if party.said else "",
            lifetime_s=CALL_LIFETIME_S if party.channel is Channel.VOICE else MESSAGE_LIFETIME_S,
        )
        called, facts = attempt.called, self._facts(course.tenant)
        if not isinstance(called, Reachable):
            await self._admission.admit(attempt, facts)
            return None
        claim = self._claim(party, tones, course, called.callee)
        if isinstance(called, Number):
            attempt = replace(attempt, also=numbers_in(tones, called.country_code))
        answer = await self._admission.admit(attempt, facts, claim, _of_other_network(party, called))
        if isinstance(answer, Decision) or (isinstance(answer, Claimed) and answer.answer is None):
            return None  # refused, or the first is on its way and may still be given up
        first = answer.decision_id if isinstance(answer, Claimed) else attempt.id
        child = replace(
            made, decision_id=first, channel=attempt.channel.value, number=called.callee, calling=attempt.calling
        )
        return Reached(child, called.address, None if isinstance(answer, Claimed) else answer)

    def _attempt(self, made: Made, course: Course, called: str, channel: Channel) -> Attempt:
        """The location that the dialer gave is that of the person it called, so it says nothing of anybody else."""
        return Attempt(
            id=self._new_id(),
            tenant=made.tenant,
            key=made.key,
            channel=channel,
            called=parse_destination(called, course.tenant.region),
            called_as_asked=called,
            calling=made.calling,
            received_at=self._clock.now(),
            purpose=Purpose(made.purpose),
            campaign=made.campaign,
            subject=made.subject,
            debt=made.debt,
            location=made.location if called == made.number else "",
            device=made.device,
            parent=DecisionId(made.decision_id) if made.decision_id else None,
        )

    def _claim(self, party: Party, tones: str, course: Course, number: str) -> Claim | None:
        """A repeat reaches nobody twice, so it must not count twice. Without a sign of it each request counts. What is
        judged of a number is in its name: a document that has changed in between is no repeat.
        """
        if not course.request:
            return None
        judged = (str(party.index), number, party.channel.value, party.calling, tones)
        parts = ("document", course.tenant.name, course.carrier_sid, course.request, *judged)
        digest = self._hash_secret("\n".join(parts))
        return Claim(digest, digest, REPEAT_S)

    async def _named(self, admitted: Admitted, carrier_sid: str) -> bool:
        await self._note(Kind.SENT, admitted, {"carrier_sid": carrier_sid, "within": True})
        return not await self._naming.tell(admitted.reservation, carrier_sid, HANDED_OVER)

    async def _note(self, kind: Kind, admitted: Admitted, body: dict[str, Any]) -> None:
        record = Record(kind, admitted.attempt.id, admitted.attempt.tenant, self._clock.now(), body)

        async def append() -> bool:
            await self._journal.append(record)
            return True

        await self._chores.do("note", append)


def _of_other_network(party: Party, called: Reachable) -> tuple[Block, ...]:
    detail = ""
    if isinstance(called, Endpoint):
        detail = "" if party.endpoint else "An address after sip: or client: is dialled with <Sip> or <Client>."
    elif party.channel is Channel.VOICE and called.scheme:
        detail = "whatsapp: and rcs: numbers are for messages. Dial the number without its scheme."
    if detail:
        return (Block(Reason.UNSUPPORTED_DESTINATION, "destination", detail),)
    return ()
