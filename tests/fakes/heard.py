"""A gate that hears people: the real use cases of inbound messages over stores in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from dialgate.app.confirming import Confirming
from dialgate.app.directory import DirectoryCopy
from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.inbound import InboundAnswer, InboundMessage, Receiving
from dialgate.app.meaning import Meanings
from dialgate.app.queries import CallerId, CarrierKeywords, DirectorySnapshot, Inbound
from dialgate.app.reviews import Reviewing
from dialgate.app.wordings import Wordings
from tests.fakes.api_gate import ListedLog
from tests.fakes.lexicon import shipped
from tests.fakes.one_gate import NUMBER, SENDER, OneGate
from tests.fakes.reviews import Backwards, MemoryReviews
from tests.fakes.web_gate import MemoryDirectory, MemoryInbox

if TYPE_CHECKING:
    from dialgate.app.queries import Directory

STOP = InboundMessage("SM1", NUMBER, SENDER, "", "STOP", "")
UNSURE = replace(STOP, body="who gave you my number")


def caller(tenant: str, sender: str = SENDER, mode: CarrierKeywords = CarrierKeywords.NONE) -> tuple[CallerId, ...]:
    return (CallerId(tenant, sender, mode),)


@dataclass(slots=True)
class Callers(MemoryDirectory):
    callers: dict[str, tuple[CallerId, ...]] = field(default_factory=lambda: {SENDER: caller("acme")})
    current: int = 1
    down: bool = False

    def give(self, sender: str, owners: tuple[CallerId, ...]) -> None:
        self.callers = self.callers | {sender: owners}
        self.current += 1

    async def version(self) -> int:
        if self.down:
            raise LedgerUnavailableError("SQL is down")
        return self.current

    async def snapshot(self) -> DirectorySnapshot:
        found = await MemoryDirectory.snapshot(self)
        return replace(found, version=self.current, callers=self.callers)


@dataclass(slots=True)
class FailingInbox(MemoryInbox):
    down: bool = False

    async def seen(self, message_sid: str) -> Inbound | None:
        if self.down:
            raise LedgerUnavailableError("SQL is down")
        return await MemoryInbox.seen(self, message_sid)

    async def note(self, inbound: Inbound) -> None:
        if self.down:
            raise LedgerUnavailableError("SQL is down")
        await MemoryInbox.note(self, inbound)


class Inside(OneGate):
    """A gate that takes in messages for `acme`, which owns the sender, and knows a tenant `other`."""

    def __init__(self) -> None:
        super().__init__()
        self.callers, self.inbox = Callers(), FailingInbox()
        self.directory = DirectoryCopy(cast("Directory", self.callers))
        self.wordings = Wordings(shipped())
        self.reviews = MemoryReviews(self.sql, self.sql_trouble)
        self.listed = ListedLog(self)
        self.reviewing = Reviewing(
            reviews=self.reviews,
            opting_out=self.opting_out,
            ledger=self.ledger,
            journal=self.journal,
            clock=self.clock,
            sealed=Backwards(),
        )
        self.receiving = Receiving(
            directory=self.directory,
            inbox=self.inbox,
            opting_out=self.opting_out,
            lifting=self.lifting,
            meanings=Meanings(self.wordings, self.directory, self.ledger, self.listed),
            reviewing=self.reviewing,
            confirming=Confirming(self.wordings, self.directory, self.store),
            clock=self.clock,
        )

    async def receive(self, message: InboundMessage) -> InboundAnswer:
        return await self.receiving.receive(message)

    def sql_down(self, *, down: bool = True) -> None:
        self.sql_trouble.down = self.inbox.down = self.callers.down = down

    def suppressed(self) -> set[str]:
        return {entry.scope for entry in self.server.content.members}

    async def give_replies(self, tenant: str = "acme", **replies: object) -> None:
        """From now on these are the tenant's own."""
        tenants = self.callers.tenants
        self.callers.tenants = [replace(one, replies=replies) if one.name == tenant else one for one in tenants]
        self.callers.current += 1
        await self.directory.refresh()
