"""Documents made fit for the carrier: whom they reach judged, every address in them the gate's own.

A document is served whole, without whom was refused, or not at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dialgate.app.call_state import ALIVE_S, TONES_KEPT, CallState
from dialgate.app.documents import Problem
from dialgate.app.errors import StoreUnavailableError
from dialgate.app.front import Wanted
from dialgate.app.ports import Closed, Refusing
from dialgate.app.reaching import CALL_LIFETIME_S
from dialgate.domain.decision import Block
from dialgate.domain.guard import MustBeAbsent
from dialgate.domain.numbers import E164, Endpoint, Number, numbers_in, parse_destination
from dialgate.domain.reasons import Reason
from dialgate.domain.reservation import NotSendable
from dialgate.domain.scope import covering

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from dialgate.app.call_state import Addresses, Made
    from dialgate.app.documents import Document, Needed, Party, Written
    from dialgate.app.gate_state import GateState
    from dialgate.app.ports import Clock, GuardStore
    from dialgate.app.reaching import Course, Reached, Reaching

MOST_NUMBERS = 20
"""In one document. The carrier itself dials at most 10 at once. Source: Twilio, "TwiML: Number"; read 2026-11."""

MOST_TONES = 100
"""Digits that one document sends down lines. Every piece of them is read as a number: many would hold up all else."""

NOT_VALID = 12_200
"""The carrier's own code for a document that it cannot follow. Source: Twilio, error dictionary; read 2026-11."""

_FEWEST_DIGITS = 7
"""With fewer, nobody is reached behind a switchboard but an extension or a service."""

_BEHIND = "The tones read as the number of a person who has opted out, or nobody can say at the moment."


class Gating:
    def __init__(
        self,
        *,
        reaching: Reaching,
        addresses: Addresses,
        store: GuardStore,
        state: GateState,
        clock: Clock,
        status_url: str,
    ) -> None:
        """`status_url`: where attempts are reported to the gate alone; their id follows it."""
        self._reaching = reaching
        self._addresses = addresses
        self._store = store
        self._state = state
        self._clock = clock
        self._status_url = status_url

    async def served(self, document: Document, course: Course) -> bytes | Problem | None:
        """None: somebody whom it reaches has opted out this instant, so that the call is to end. Errors:
        `LedgerUnavailableError` where an address is too long to hold its state.
        """
        if problem := impassable(document.parties, self._reaching.own(course.tenant), reaches=bool(course.carrier_sid)):
            return problem
        document = document.begun()
        judged = await self._reaching.judged(document.parties, course)
        reached = [one for one in judged.values() if one is not None]
        try:
            refused, sent = await self._tones(document.parties, course)
            written = _written(judged, refused)
            heard = {party.beside: party.text for party in document.parties if party.is_tones} | {None: sent}
            addresses = [await self._address(one, course, judged, heard) for one in document.needed(written)]
            if not await self._reaching.handed_over(reached, course.carrier_sid):
                await self._reaching.given_up(reached, "an opt-out came before the document was served")
                return None
        except NotSendable as error:
            await self._reaching.given_up(reached, str(error))
            return Problem(Reason.GATE_UNAVAILABLE, f"Not followed: {error}.", NOT_VALID)
        except BaseException:
            await self._reaching.given_up(reached, "the document was not served")
            raise
        finally:
            self._reaching.done(reached)
        return document.served(written, addresses)

    async def may_go_on(self, made: Made) -> bool:
        """False: the person on the call has opted out since. A store that does not answer says nothing of it: whom
        else a document reaches is judged anyway, and an opt-out ends the call by itself.
        """
        try:
            answer = await self._opted_out(made, (E164(made.number),))
        except StoreUnavailableError:
            return True
        return not (isinstance(answer, Refusing) and answer.refused)

    async def put_on_record(self, problem: Problem, course: Course) -> None:
        await self._reaching.refuse(Block(problem.reason, "documents", problem.message), course)

    async def _tones(self, parties: Sequence[Party], course: Course) -> tuple[list[int], str]:
        """Those that are refused, and all that is sent then, of the documents before as well: whoever is on the call
        may be a switchboard and hears them one after the other. Those behind a number are judged with it. In which plan
        a SIP phone would dial them nobody knows, so it hears no number at all.
        """
        made = course.state.made
        called = parse_destination(made.number, None)
        endpoint = isinstance(called, Endpoint)
        code = called.country_code if isinstance(called, Number) else 0
        refused, sent = [], course.state.tones
        for party in parties:
            if not party.is_tones or party.beside is not None:
                continue
            heard = f"{sent}w{party.text}"
            behind = numbers_in(heard, code)
            if (endpoint and _holds_number(heard)) or (
                behind and not await self._absent(made, [number.e164 for number in behind])
            ):
                await self._reaching.refuse(Block(Reason.SUPPRESSED, "suppression", _BEHIND), course)
                refused.append(party.index)
            else:
                sent = heard
        return refused, sent

    async def _absent(self, made: Made, numbers: Sequence[E164]) -> bool:
        """Whether none of them has opted out, for certain."""
        try:
            return await self._opted_out(made, numbers) == Refusing(())
        except StoreUnavailableError:
            return False

    async def _opted_out(self, made: Made, numbers: Sequence[E164]) -> Refusing | Closed:
        scopes = covering(made.tenant, made.channel, made.purpose, made.campaign)
        guards = [MustBeAbsent(scope.name, number) for scope in scopes for number in numbers]
        return await self._store.probe(guards, self._state.view, int(self._clock.now().timestamp() * 1000))

    async def _address(
        self,
        needed: Needed,
        course: Course,
        judged: Mapping[int, Reached | None],
        heard: Mapping[int | None, str],
    ) -> str:
        """`heard`: the tones sent to each party, and to whoever is on the call."""
        before = course.state
        own = judged.get(needed.party) if needed.party is not None else None
        made = own.made if own else before.made
        if not (needed.url or needed.twiml):
            return f"{self._status_url}{made.decision_id}"
        state = CallState(
            made=made,
            wanted=needed.wanted,
            url=needed.url,
            method=needed.method,
            expires_at_s=int(self._clock.now().timestamp()) + CALL_LIFETIME_S + ALIVE_S,
            events=needed.events,
            cookies=before.cookies,
            told=needed.told,
            twiml=needed.twiml,
            tones=heard.get(needed.party if own else None, "")[-TONES_KEPT:],
        )
        if needed.wanted is Wanted.DOCUMENT:
            state = replace(state, fallback_url=before.fallback_url, fallback_method=before.fallback_method)
        return await self._addresses.address(state)


def impassable(parties: Sequence[Party], own: Collection[str], *, reaches: bool = True) -> Problem | None:
    """What is wrong with a document as a whole. `own`: the tenant's own destinations. `reaches`: whether anybody can be
    reached from where it is followed.
    """
    numbers = [party for party in parties if party.is_attempt]
    ungated = next((one.ungated for one in parties if one.ungated and one.endpoint not in own), "")
    if ungated:
        return Problem(Reason.UNKNOWN_TWIML, ungated, NOT_VALID)
    if len(numbers) > MOST_NUMBERS:
        return Problem(Reason.BAD_REQUEST, f"The document reaches more than {MOST_NUMBERS} numbers.", NOT_VALID)
    if sum(char.isdigit() for party in parties if party.is_tones for char in party.text) > MOST_TONES:
        return Problem(Reason.BAD_REQUEST, f"The document sends more than {MOST_TONES} digits as tones.", NOT_VALID)
    if numbers and not reaches:
        return Problem(Reason.BAD_REQUEST, "Nobody can be reached from here; only play and say.", NOT_VALID)
    return None


def _holds_number(tones: str) -> bool:
    return sum(char.isdigit() for char in tones) >= _FEWEST_DIGITS


def _written(judged: Mapping[int, Reached | None], refused_tones: Collection[int]) -> Written:
    written: dict[int, str | None] = dict.fromkeys(refused_tones)
    for index, reached in judged.items():
        written[index] = None if reached is None else reached.address
    return written
