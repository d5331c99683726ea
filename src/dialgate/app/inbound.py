"""An inbound message: understand it, act on it in every tenant it belongs to, and say what to answer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.queries import CallerId, CarrierKeywords, Inbound
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import Number, mask, parse
from dialgate.domain.opt_out.confirmation import confirmation
from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import carrier_answers, understand
from dialgate.domain.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.lift import Lifting
    from dialgate.app.opt_out import OptingOut
    from dialgate.app.ports import Clock
    from dialgate.app.queries import Inbox
    from dialgate.domain.numbers import E164, NumberRefusal
    from dialgate.domain.opt_out.lexicon import Lexicon
    from dialgate.domain.opt_out.understanding import Understanding

CARRIER = "carrier"
MOST_UNOWNED = 20
TOLL_FREE = tuple(f"+1{code}" for code in ("800", "833", "844", "855", "866", "877", "888"))


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

    @property
    def for_tenant(self) -> bool:
        """Nothing that the gate understands, new, and somebody's: never everybody's."""
        return self.intent == Intent.NONE.value and self.owned and not self.replay


class Receiving:
    def __init__(
        self,
        *,
        directory: DirectoryCopy,
        inbox: Inbox,
        opting_out: OptingOut,
        lifting: Lifting,
        lexicon: Lexicon,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._inbox = inbox
        self._opting_out = opting_out
        self._lifting = lifting
        self._lexicon = lexicon
        self._clock = clock
        self.unowned: set[str] = set()
        """Receiving senders, masked, that no tenant owned when a message came in for them; at most `MOST_UNOWNED`."""

    async def receive(self, message: InboundMessage, *, said_at: datetime | None = None) -> InboundAnswer:
        """A message that was dealt with before does nothing and is answered with nothing.

        `said_at`: read back from the carrier's list, which knows when it was sent. It is acted upon for whomever it
        was not yet, and never answered: the moment for that has passed.

        Errors: `JournalUnavailableError`, and for a START `LedgerUnavailableError` or `CarrierUnreachableError`:
        nothing may be acknowledged, the carrier shall come again.
        """
        person = parse(message.sender, None)
        meaning = self._meaning(message, person)
        noted = await self._noted(message, meaning)
        if noted is not None and said_at is None:
            return InboundAnswer(meaning.intent.value, replay=True)
        owners, owned = await self._owners((message.receiver, message.messaging_service))
        tenants = _left(owners, noted)
        if noted is not None and not tenants:
            return InboundAnswer(meaning.intent.value, replay=True)
        in_force, speak = True, meaning.intent is Intent.HELP
        if meaning.intent is Intent.STOP and isinstance(person, Number):
            in_force = await self._stop(message, person.e164, tenants, said_at or self._clock.now())
            speak = in_force and bool(tenants)
        elif meaning.intent is Intent.START and isinstance(person, Number):
            speak = await self._start(message, person.e164, tenants)
        await self._note(message, meaning, (*(noted.tenants if noted else ()), *tenants), owned=owned)
        text = self._text(message, meaning, owners) if speak and said_at is None else ""
        return InboundAnswer(meaning.intent.value, text, tenants, owned, in_force)

    async def look(self, message: InboundMessage) -> InboundAnswer:
        """What `receive` would make of a message that is read back; nothing is done.

        Errors: `LedgerUnavailableError`.
        """
        meaning = self._meaning(message, parse(message.sender, None))
        noted = await self._inbox.seen(message.message_sid)
        owners, owned = await self._owners((message.receiver, message.messaging_service))
        tenants = _left(owners, noted)
        replay = noted is not None and not tenants
        return InboundAnswer(meaning.intent.value, tenants=tenants, owned=owned, replay=replay)

    async def came_to(self, tenant: str, message_sid: str) -> bool:
        """Whether this message came to a sender of the tenant's. Errors: `LedgerUnavailableError`."""
        inbound = await self._inbox.seen(message_sid)
        return inbound is not None and tenant in inbound.tenants and inbound.facts.get("owned") is True

    def _meaning(self, message: InboundMessage, person: Number | NumberRefusal) -> Understanding:
        region = person.region if isinstance(person, Number) else ""
        return understand(message.body, region, self._lexicon, message.opt_out_type)

    async def _stop(self, message: InboundMessage, number: E164, tenants: Sequence[str], said_at: datetime) -> bool:
        """Whether it is in force in all of them."""
        in_force = True
        for tenant in tenants:
            opted_out = await self._opting_out.record(self._opt_out(message, number, tenant, said_at))
            in_force = in_force and opted_out.in_force
        return in_force

    def _opt_out(self, message: InboundMessage, number: E164, tenant: str, said_at: datetime) -> OptOut:
        """Its id follows from the message, so that the same message is the same opt-out however often it comes."""
        return OptOut(
            id=OptOutId(f"{message.message_sid}.{tenant}"),
            number=number,
            scope=Scope(tenant),
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
        return tuple(dict.fromkeys(owner.tenant for owner in owners))

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

    def _text(self, message: InboundMessage, meaning: Understanding, owners: Sequence[CallerId]) -> str:
        toll_free = message.receiver.startswith(TOLL_FREE)
        for owner in owners:
            if carrier_answers(message.body, owner.carrier_keywords, message.opt_out_type, toll_free=toll_free):
                return ""
        name = owners[0].tenant if len(owners) == 1 else message.receiver
        return confirmation(meaning.intent, meaning.language, name, self._lexicon.keywords)

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
        facts |= {"language": meaning.language, "owned": owned}
        inbound = Inbound(message.message_sid, tenants, meaning.intent.value, self._clock.now(), facts=facts)
        try:
            await self._inbox.note(inbound)
        except LedgerUnavailableError:
            return


def _left(owners: Sequence[CallerId], noted: Inbound | None) -> tuple[str, ...]:
    """Those for whom it was not dealt with: who came to own the sender later must not miss what it was told."""
    return tuple(dict.fromkeys(owner.tenant for owner in owners if noted is None or owner.tenant not in noted.tenants))
