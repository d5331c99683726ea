"""An inbound message: understand it, act on it in every tenant it belongs to, and say what to answer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.queries import CallerId, CarrierKeywords, Inbound
from dialgate.app.reviews import Doubt
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import Number, mask, parse
from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dialgate.app.confirming import Confirming
    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.lift import Lifting
    from dialgate.app.meaning import Meanings
    from dialgate.app.opt_out import OptingOut
    from dialgate.app.ports import Clock
    from dialgate.app.queries import Inbox
    from dialgate.app.reviews import Reviewing
    from dialgate.domain.numbers import E164
    from dialgate.domain.opt_out.understanding import Understanding

CARRIER = "carrier"
MOST_UNOWNED = 20


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """After signature and required fields were checked. Texts as the carrier sent them."""

    message_sid: str
    sender: str
    """`From`: the person."""
    receiver: str
    """`To`: one of our senders."""
    messaging_service: str
    body: str
    opt_out_type: str
    """The carrier's own verdict (`OptOutType`), or empty."""


@dataclass(frozen=True, slots=True)
class InboundAnswer:
    """`text` empty: answer with an empty `<Response/>`. `in_force` False: durable, and the gate goes on until it is."""

    intent: str
    text: str = ""
    tenants: tuple[str, ...] = ()
    owned: bool = True
    """False: no tenant owns the receiving sender, so the message counted for every tenant; somebody should look."""
    in_force: bool = True
    replay: bool = False
    by: str = ""
    """What the understanding rests on."""
    confidence: float = 0.0
    review: bool = False
    """A person must decide what was meant."""

    @property
    def for_tenant(self) -> bool:
        """Nothing of which the gate is sure, new, and somebody's: never everybody's. Where it may be a refusal that is
        not in force yet, a tenant's answer could reach somebody who has refused.
        """
        return (self.intent == Intent.NONE.value or self.review) and self.owned and self.in_force and not self.replay


class Receiving:
    def __init__(
        self,
        *,
        directory: DirectoryCopy,
        inbox: Inbox,
        opting_out: OptingOut,
        lifting: Lifting,
        meanings: Meanings,
        reviewing: Reviewing,
        confirming: Confirming,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._inbox = inbox
        self._opting_out = opting_out
        self._lifting = lifting
        self._meanings = meanings
        self._reviewing = reviewing
        self._confirming = confirming
        self._clock = clock
        self.unowned: set[str] = set()
        """Receiving senders, masked, that no tenant owned when a message came in for them; at most `MOST_UNOWNED`."""

    async def receive(self, message: InboundMessage, *, said_at: datetime | None = None) -> InboundAnswer:
        """A message that was dealt with before does nothing and is answered with nothing.

        A START to a sender that nobody owns lifts nothing: nobody knows to whom it was said.
        `said_at`: read back from the carrier's list, which knows when it was sent. It is acted upon for whomever it
        was not yet, and never answered: the moment for that has passed.

        Errors: `JournalUnavailableError`, and for a START `LedgerUnavailableError` or `CarrierUnreachableError`:
        nothing may be acknowledged, the carrier shall come again.
        """
        person = parse(message.sender, None)
        owners, owned = await self._owners((message.receiver, message.messaging_service))
        meaning = await self._meanings.of(message, person, _names(owners) if owned else ())
        noted = await self._noted(message, meaning)
        if noted is not None and said_at is None:
            return InboundAnswer(meaning.intent.value, replay=True)
        tenants = _left(owners, noted, meaning)
        if noted is not None and not tenants:
            return InboundAnswer(meaning.intent.value, replay=True)
        in_force, speak = True, meaning.intent is Intent.HELP
        if meaning.intent is Intent.STOP and isinstance(person, Number):
            stop = self._stop if meaning.sure else self._ask
            in_force = await stop(message, meaning, person.e164, tenants, said_at or self._clock.now())
            speak = in_force and bool(tenants) and meaning.sure
        elif meaning.intent is Intent.START and isinstance(person, Number):
            speak = owned and await self._start(message, person.e164, tenants)
            if speak:
                await self._confirming.came_back(message)
        await self._note(message, meaning, (*(noted.tenants if noted else ()), *tenants), owned=owned)
        text = await self._confirming.text(message, meaning, owners) if speak and said_at is None else ""
        return _answer(meaning, text, tenants, owned=owned, in_force=in_force)

    async def look(self, message: InboundMessage) -> InboundAnswer:
        """What `receive` would make of a message that is read back; nothing is done. Of a replay, `tenants` are
        those for whom it was dealt with.

        Errors: `LedgerUnavailableError`.
        """
        owners, owned = await self._owners((message.receiver, message.messaging_service))
        meaning = await self._meanings.of(message, parse(message.sender, None), _names(owners) if owned else ())
        noted = await self._inbox.seen(message.message_sid)
        tenants = _left(owners, noted, meaning)
        replay = noted is not None and not tenants
        if replay:
            tenants = tuple(name for name in _names(owners) if noted and name in noted.tenants)
        return InboundAnswer(meaning.intent.value, tenants=tenants, owned=owned, replay=replay, review=not meaning.sure)

    async def came_to(self, tenant: str, message_sid: str) -> bool:
        """Whether this message came to a sender of the tenant's. Errors: `LedgerUnavailableError`."""
        inbound = await self._inbox.seen(message_sid)
        return inbound is not None and tenant in inbound.tenants and inbound.facts.get("owned") is True

    async def _stop(
        self, message: InboundMessage, meaning: Understanding, number: E164, tenants: Sequence[str], said_at: datetime
    ) -> bool:
        """Whether it is in force in all of them."""
        in_force = True
        for tenant in tenants:
            for scope in await self._meanings.scopes(meaning, tenant, message, number, said_at):
                opted_out = await self._opting_out.record(self._opt_out(message, meaning, number, scope, said_at))
                in_force = in_force and opted_out.in_force
        return in_force

    async def _ask(
        self, message: InboundMessage, meaning: Understanding, number: E164, tenants: Sequence[str], said_at: datetime
    ) -> bool:
        """Whether what holds meanwhile is in force in all of them that do not wait."""
        doubt = Doubt(
            message_sid=message.message_sid,
            number=number,
            receiver=message.receiver,
            text=message.body,
            language=meaning.language,
            evidence=f"{meaning.by.value}: {meaning.evidence}",
            confidence=meaning.confidence,
            said_at=said_at,
        )
        in_force = True
        for tenant in tenants:
            held = not self._meanings.waits(tenant)
            in_force = await self._reviewing.ask(doubt, tenant, held=held) and in_force
        return in_force

    def _opt_out(
        self, message: InboundMessage, meaning: Understanding, number: E164, scope: Scope, said_at: datetime
    ) -> OptOut:
        """Its id follows from message and scope, so that the same is the same opt-out however often it comes."""
        covers = scope.tenant if scope == Scope(scope.tenant) else scope.name
        return OptOut(
            id=OptOutId(f"{message.message_sid}.{covers}"),
            number=number,
            scope=scope,
            note=f"{meaning.by.value}: {meaning.evidence}",
            source=Source.SMS,
            actor=CARRIER,
            occurred_at=said_at,
            recorded_at=self._clock.now(),
            evidence=message.message_sid,
        )

    async def _start(self, message: InboundMessage, number: E164, tenants: Sequence[str]) -> bool:
        """Whether it lifted anything."""
        lifted = False
        for tenant in tenants:
            lift_id = OptOutId(f"{message.message_sid}.{tenant}")
            lifted = bool(await self._lifting.start(lift_id, tenant, number, message.message_sid)) or lifted
        return lifted

    async def tenants_of(self, senders: Sequence[str]) -> tuple[str, ...]:
        """Whose these senders are; everybody's if they are nobody's."""
        owners, _ = await self._owners(senders)
        return _names(owners)

    async def _owners(self, senders: Sequence[str]) -> tuple[tuple[CallerId, ...], bool]:
        """The tenants of the first sender that somebody owns; all tenants if nobody owns any: a refusal must not be
        lost.
        """
        owners = self._known(senders)
        if not owners:
            with suppress(LedgerUnavailableError):
                await self._directory.refresh()
            owners = self._known(senders)
        if owners:
            return owners, True
        sender = next(iter(senders), "")
        if len(self.unowned) < MOST_UNOWNED:
            self.unowned.add(mask(sender))
        everyone = (CallerId(name, sender, CarrierKeywords.DEFAULT) for name in self._directory.now.tenants)
        return tuple(everyone), False

    def _known(self, senders: Sequence[str]) -> tuple[CallerId, ...]:
        """As they came, each also without its scheme (`whatsapp:`)."""
        callers = self._directory.now.callers
        names = [name for sender in senders for name in (sender, sender.rpartition(":")[2])]
        return next((callers[name] for name in names if callers.get(name)), ())

    async def _noted(self, message: InboundMessage, meaning: Understanding) -> Inbound | None:
        """With SQL down a STOP is taken in once more, which changes nothing; a START waits."""
        try:
            return await self._inbox.seen(message.message_sid)
        except LedgerUnavailableError:
            if meaning.intent is Intent.START:
                raise
            return None

    async def _note(
        self, message: InboundMessage, meaning: Understanding, tenants: tuple[str, ...], *, owned: bool
    ) -> None:
        facts: dict[str, object] = {"receiver": message.receiver, "keyword": meaning.evidence}
        facts |= {"language": meaning.language, "owned": owned, "sure": meaning.sure}
        inbound = Inbound(message.message_sid, tenants, meaning.intent.value, self._clock.now(), facts=facts)
        try:
            await self._inbox.note(inbound)
        except LedgerUnavailableError:
            return


def _answer(
    meaning: Understanding, text: str, tenants: tuple[str, ...], *, owned: bool, in_force: bool
) -> InboundAnswer:
    return InboundAnswer(
        meaning.intent.value,
        text,
        tenants,
        owned,
        in_force,
        by=meaning.by.value,
        confidence=meaning.confidence,
        review=not meaning.sure,
    )


def _names(owners: Sequence[CallerId]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(owner.tenant for owner in owners))


def _left(owners: Sequence[CallerId], noted: Inbound | None, meaning: Understanding) -> tuple[str, ...]:
    """Those for whom it was not dealt with: who came to own the sender later must not miss what it was told. But a
    START takes nothing back from them, for it was not said to them.
    """
    if noted is not None and meaning.intent is Intent.START:
        return ()
    return tuple(dict.fromkeys(owner.tenant for owner in owners if noted is None or owner.tenant not in noted.tenants))
