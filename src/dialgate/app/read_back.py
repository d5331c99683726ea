"""Read back from the carrier's list of messages what no webhook told: refusals of people, and of the carrier.

A list is walked page by page, the newest first, as the carrier gives it. What silences counts at once. What depends on
its turn, a START and the carrier's own refusals, waits until the whole walk is read, and then goes by the carrier's
time: so a person ends as they left it, whatever order the pages came in. However often a message is read, it is the
same opt-out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from dialgate.app.carrier_stop import is_as_wide, learn
from dialgate.app.inbound import InboundMessage
from dialgate.app.preferences import PREFERENCES
from dialgate.app.reviews import NOTE
from dialgate.app.snoozes import SNOOZE
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Source
from dialgate.domain.numbers import Number, mask, parse
from dialgate.domain.opt_out.keywords import Intent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dialgate.app.inbound import Receiving
    from dialgate.app.lift import Lifting
    from dialgate.app.opt_out import OptingOut
    from dialgate.app.ports import Carrier, Clock, Ledger
    from dialgate.app.queries import DecisionLog
    from dialgate.domain.numbers import E164

KNOWN, REVIEW, REFUSED, UNOWNED = "already_known", "review", "refused_by_carrier", "unowned"
SETTLED_A_STEP = 50
"""Each may ask the carrier several times."""
MOST_EXAMPLES = 20
MOST_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class Listed:
    """A message of the carrier's list."""

    sid: str
    sent_at: datetime
    """By the carrier: UTC, whole seconds."""
    sender: str
    receiver: str
    messaging_service: str
    body: str
    refused: bool
    """False: a person sent it. True: it was for a person who has opted out at the carrier, so it never left."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    rows: tuple[Listed, ...]
    """Nothing but what people sent and what the carrier refused for an opt-out."""
    listed: int
    oldest: datetime | None
    """Of everything listed on it."""
    next: str
    """What the page behind it is asked by; empty: there is none."""


class CarrierMessages(Protocol):
    async def page(self, since: datetime, until: datetime, place: str) -> MessagePage:
        """The newest first. May hold more than was asked for, never less. `place`: `next` of the page before, or empty.

        Errors: `CarrierUnreachableError`, also for whatever is no list.
        """
        ...


@dataclass(frozen=True, slots=True)
class Example:
    """Numbers masked."""

    sent_at: datetime
    number: str
    intent: str
    tenants: tuple[str, ...]
    text: str


@dataclass(slots=True)
class Walk:
    """From `since` to `until`, both included, and how far it has come. `tenant`: only what concerns it; a sender that
    nobody owns concerns everybody. `dry_run`: count, and do nothing.
    """

    since: datetime
    until: datetime
    tenant: str = ""
    dry_run: bool = False
    reached: datetime | None = None
    """The oldest that was listed."""
    next: str = ""
    read: bool = False
    """Every page."""
    waiting: list[Listed] = field(default_factory=list)
    """What goes by its time when everything is read."""
    listed: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """By intent if it was sure, else `REVIEW`; besides `KNOWN`, `REFUSED` and `UNOWNED`."""
    examples: list[Example] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.read and not self.waiting

    def count(self, intent: str, row: Listed, tenants: Sequence[str]) -> None:
        self.counts[intent] += 1
        if self.dry_run and intent != Intent.NONE and len(self.examples) < MOST_EXAMPLES:
            person = (row.receiver if row.refused else row.sender).rpartition(":")[2]
            text = row.body[:MOST_SHOWN_CHARS] if not row.refused else ""
            self.examples.append(Example(row.sent_at, mask(person), intent, tuple(tenants), text))


class ReadingBack:
    def __init__(
        self,
        *,
        messages: CarrierMessages,
        receiving: Receiving,
        opting_out: OptingOut,
        lifting: Lifting,
        ledger: Ledger,
        log: DecisionLog,
        carrier: Carrier,
        clock: Clock,
    ) -> None:
        self._messages = messages
        self._receiving = receiving
        self._opting_out = opting_out
        self._lifting = lifting
        self._ledger = ledger
        self._log = log
        self._carrier = carrier
        self._clock = clock

    async def step(self, walk: Walk) -> Walk:
        """One page further, or a few of what has waited.

        Errors: every `DialgateError`; then `walk` is where it was, and what was done already is found done.
        """
        ahead = replace(walk, waiting=list(walk.waiting), counts=Counter(walk.counts), examples=list(walk.examples))
        if walk.read:
            await self._settle(ahead)
        else:
            await self._read(ahead)
        return ahead

    async def _read(self, walk: Walk) -> None:
        page = await self._messages.page(walk.since, walk.until, walk.next)
        for row in page.rows:
            if walk.since <= row.sent_at <= walk.until:
                await self._take(row, walk)
        walk.listed += page.listed
        walk.reached = page.oldest or walk.reached
        walk.next, walk.read = page.next, not page.next

    async def _take(self, row: Listed, walk: Walk) -> None:
        if row.refused:
            walk.waiting.append(row)
            return
        seen = await self._receiving.look(_message(row))
        if not seen.replay and walk.tenant and walk.tenant not in seen.tenants:
            return
        if seen.intent == Intent.START:
            walk.waiting.append(row)
        elif seen.replay:
            walk.counts[KNOWN] += 1
        else:
            walk.counts[UNOWNED] += not seen.owned
            walk.count(REVIEW if seen.review else seen.intent, row, seen.tenants)
            if not walk.dry_run:
                await self._receiving.receive(_message(row), said_at=row.sent_at)

    async def _settle(self, walk: Walk) -> None:
        """The oldest first. Of equal age a refusal comes last, so that it holds."""
        walk.waiting.sort(key=lambda row: (row.sent_at, row.refused, row.sid))
        due, walk.waiting = walk.waiting[:SETTLED_A_STEP], walk.waiting[SETTLED_A_STEP:]
        for row in due:
            if row.refused:
                await self._learn(row, walk)
            else:
                await self._start(row, walk)

    async def _start(self, row: Listed, walk: Walk) -> None:
        seen = await self._receiving.look(_message(row))
        walk.count(KNOWN if seen.replay else seen.intent, row, seen.tenants)
        if seen.replay and not walk.dry_run:
            if seen.owned:
                await self._lift(row, walk, seen.tenants)
        elif not walk.dry_run:
            await self._receiving.receive(_message(row), said_at=row.sent_at)

    async def _lift(self, row: Listed, walk: Walk, tenants: Sequence[str]) -> None:
        """A START that a webhook told may have been said after what was read back only now."""
        person = parse(row.sender, None)
        if not isinstance(person, Number):
            return
        for tenant in tenants:
            if await self._ledger.opt_outs_of(tenant, person.e164):
                lift_id = OptOutId(f"{row.sid}.{tenant}.{walk.until:%Y%m%dT%H%M%S}")
                await self._lifting.start(lift_id, tenant, person.e164, row.sid)

    async def _learn(self, row: Listed, walk: Walk) -> None:
        called = parse(row.receiver.rpartition(":")[2], None)
        if not isinstance(called, Number):
            return
        made = await self._log.owner(row.sid)
        senders = tuple(sender for sender in (row.sender, row.messaging_service) if sender)
        tenants = (made[0],) if made else await self._receiving.tenants_of(senders)
        if walk.tenant and walk.tenant not in tenants:
            return
        new = [tenant for tenant in tenants if not await self._knows(tenant, called.e164, row.sent_at)]
        walk.count(REFUSED if new else KNOWN, row, new)
        evidence, now = made[1] if made else row.sid, self._clock.now()
        for tenant in new if not walk.dry_run else ():
            await learn(self._opting_out, self._ledger, tenant, called.e164, evidence, now, said_by=row.sent_at)

    async def _knows(self, tenant: str, number: E164, refused_at: datetime) -> bool:
        """That the person opted out, or has taken it back since: what the carrier refused before that says no more."""
        if any(is_as_wide(known) for known in await self._ledger.opt_outs_of(tenant, number)):
            return True
        for lift in (await self._log.number(tenant, number)).lifts:
            if lift["actor"] in {SNOOZE, PREFERENCES} or lift["note"] == NOTE:
                continue  # something else was over, undone, or never a refusal: nobody came back
            said_at = await self._carrier.date_sent(lift["evidence"]) if lift["source"] == Source.SMS else None
            if (said_at or lift["recorded_at"]) > refused_at:
                return True
        return False


def _message(row: Listed) -> InboundMessage:
    return InboundMessage(row.sid, row.sender, row.receiver, row.messaging_service, row.body, "")
