"""The real web in front of the real use cases of one gate in memory: what a dialer and the carrier meet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, cast

from dialgate.app.adopting import Adopting
from dialgate.app.directory import DirectoryCopy
from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.gate import Check, Gate
from dialgate.app.policies import Policies
from dialgate.app.ports import CarrierAnswer, CarrierStream
from dialgate.app.queries import (
    ApiKey,
    CallerId,
    CarrierKeywords,
    DecisionRow,
    DirectorySnapshot,
    Filter,
    Inbound,
    NumberFacts,
    OwnDestination,
    Page,
    Role,
    Tenant,
)
from dialgate.app.records import is_name
from dialgate.bootstrap.following import following
from dialgate.bootstrap.hearing import hearing
from dialgate.bootstrap.tidings import tidings
from dialgate.domain.ids import RANDOM_BYTES
from dialgate.domain.numbers import Callee
from dialgate.stores.sql.preference_links import SealedLinks
from tests.fakes.carrier_settings import MemoryFormer, ToldSettings
from tests.fakes.journal_tools import AT, SetClock
from tests.fakes.lexicon import shipped
from tests.fakes.messages import MemoryBookmarks
from tests.fakes.no_rows import NO_ROWS
from tests.fakes.one_gate import OneGate, ToldCarrier
from tests.fakes.outside import MemoryAddresses, ToldOutside
from tests.fakes.reviews import Backwards, MemoryReviews
from tests.fakes.tidings import MemoryNotices, MemoryPartners
from tests.model.fakes import FakeLog
from tests.model.sql import Sql
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL

if TYPE_CHECKING:
    from dialgate.app.queries import DecisionLog, Directory

CARRIER_ACCOUNT = "AC" + "c" * 32
ACCOUNT, OTHER_ACCOUNT = "AC" + "a" * 32, "AC" + "b" * 32
TOKEN, SECOND_TOKEN, OTHER_TOKEN = "tenanttoken", "secondtoken", "othertoken"
SENDER = "+14155550100"
SERVICE = "MG" + "5" * 32


def tenant(name: str, account: str, *tokens: str, open_policy: bool = False) -> Tenant:
    return Tenant(name, "US", account, tokens, open_policy, {}, "", allow_private_urls=False, created_at=AT)


def key(sid: str, secret: str, role: Role, owner: str = "acme", revoked_at: datetime | None = None) -> ApiKey:
    return ApiKey(sid, owner, role, hash_secret(secret), "keycampaign", "survey", AT, revoked_at)


def hash_secret(text: str) -> str:
    return hashlib.sha256(f"pepper{text}".encode()).hexdigest()


def sid(kind: str, number: int) -> str:
    return f"{kind}{number:032x}"


class TickingClock(SetClock):
    """Each look at the boot-time clock costs a quarter of a second, so that no wait in a test is long."""

    def boottime_s(self) -> float:
        self.pass_s(0.25)
        return super().boottime_s()


class NamingCarrier(ToldCarrier):
    """Names each thing that it makes, and answers reads from `documents` by path."""

    __slots__ = ("documents", "media", "names", "reads")

    def __init__(self, clock: SetClock) -> None:
        super().__init__(clock)
        self.names = count(1)
        self.documents: dict[str, object] = {}
        self.media: dict[str, Sequence[bytes]] = {}
        self.reads: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.before_answer = self._name

    def _name(self) -> None:
        request = self.sent[-1]
        if request.method == "DELETE":
            self.answer = CarrierAnswer(204, b"", "")
            return
        resource, _, rest = request.path.removesuffix(".json").partition("/")
        joins = rest.endswith("/Participants")
        rest = "" if joins else rest
        made = rest or sid("SM" if resource == "Messages" else "CA", next(self.names))
        name = "call_sid" if joins else "sid"
        document = {name: made, "account_sid": CARRIER_ACCOUNT, "uri": f"/2010-04-01/Accounts/{CARRIER_ACCOUNT}/x"}
        self.answer = CarrierAnswer(200 if rest else 201, json.dumps(document).encode(), "application/json", sid=made)

    @asynccontextmanager
    async def stream(
        self, path: str, query: Sequence[tuple[str, str]], byte_range: str
    ) -> AsyncIterator[CarrierStream | CarrierAnswer]:
        found = self.media.get(path)
        if found is None:
            yield await self.read(path, query)
        else:
            headers = (("Content-Type", "audio/mpeg"), ("X-Range", byte_range))
            yield CarrierStream(206 if byte_range else 200, headers, self._chunks(found))

    async def _chunks(self, found: Sequence[bytes]) -> AsyncIterator[bytes]:
        """An empty chunk is where the carrier breaks off."""
        for chunk in found:
            if not chunk:
                raise CarrierUnreachableError("It broke off.")
            yield chunk

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        self.reads.append((path, tuple(query)))
        found = self.documents.get(path)
        body = json.dumps(found if found is not None else {"code": 20404, "status": 404}).encode()
        return CarrierAnswer(200 if found is not None else 404, body, "application/json")


@dataclass(slots=True)
class MemoryLog:
    """As much of the decision log as the web asks for."""

    sql: Sql
    rows: FakeLog

    async def get(self, decision_id: str) -> DecisionRow | None:
        return await self.rows.get(decision_id)

    async def owner(self, carrier_sid: str) -> tuple[str, str] | None:
        return await self.rows.turn("log owner", lambda: self._owner(carrier_sid))

    def _owner(self, carrier_sid: str) -> tuple[str, str] | None:
        sent = (one for (kind, _), one in self.sql.records.items() if is_name(kind, one.body))
        found = (one for one in sent if one.body["carrier_sid"] == carrier_sid)
        return next(((one.tenant, one.id) for one in found), None)

    async def made(self, tenant: str, carrier_sids: Sequence[str]) -> frozenset[str]:
        owners = {carrier_sid: await self.owner(carrier_sid) for carrier_sid in carrier_sids}
        return frozenset(one for one, owner in owners.items() if owner is not None and owner[0] == tenant)

    async def listing(self, wanted: Filter, limit: int, cursor: str = "") -> Page:
        return Page((), "")

    async def stream(self, wanted: Filter) -> AsyncIterator[Sequence[DecisionRow]]:
        yield ()

    async def stats(self, wanted: Filter, group_by: str) -> list[tuple[str, int, int]]:
        return []

    async def number(self, tenant: str, number: str) -> NumberFacts:
        return NumberFacts(())


@dataclass(slots=True)
class MemoryInbox:
    noted: dict[str, Inbound] = field(default_factory=dict)

    async def seen(self, message_sid: str) -> Inbound | None:
        return self.noted.get(message_sid)

    async def note(self, inbound: Inbound) -> None:
        first = self.noted.setdefault(inbound.message_sid, inbound)
        self.noted[inbound.message_sid] = replace(first, tenants=inbound.tenants)


@dataclass(slots=True)
class MemoryDirectory:
    """Tenants `acme` and `other`, each with its own pair, and keys that a test puts in."""

    keys: list[ApiKey] = field(default_factory=list)
    asked: int = 0
    destinations: list[OwnDestination] = field(default_factory=list)
    tenants: list[Tenant] = field(
        default_factory=lambda: [
            tenant("acme", ACCOUNT, TOKEN, SECOND_TOKEN),
            tenant("other", OTHER_ACCOUNT, OTHER_TOKEN),
        ]
    )

    async def version(self) -> int:
        self.asked += 1
        return len(self.keys) + len(self.tenants) + len(self.destinations)

    async def snapshot(self) -> DirectorySnapshot:
        return DirectorySnapshot(
            version=len(self.keys) + len(self.tenants) + len(self.destinations),
            tenants={one.name: one for one in self.tenants},
            by_account={one.account_sid: one for one in self.tenants},
            keys={one.sid: one for one in self.keys},
            callers={sender: (CallerId("acme", sender, CarrierKeywords.NONE),) for sender in (SENDER, SERVICE)},
            destinations=tuple(self.destinations),
        )

    async def create_tenant(self, tenant: Tenant, callers: Sequence[CallerId]) -> None:
        self.tenants.append(tenant)

    async def create_key(self, key: ApiKey) -> None:
        self.keys.append(key)

    async def revoke_key(self, sid: str, at: datetime) -> None:
        raise AssertionError("the surface revokes nothing")

    async def add_destination(self, destination: OwnDestination) -> None:
        self.destinations.append(destination)

    async def remove_destination(self, tenant: str, number: Callee, by: str, at: datetime) -> None:
        raise AssertionError("the surface exempts nobody")


class WebGate(OneGate):
    """`inside` is what `bootstrap` would hand to the web."""

    def __init__(self, calls_per_second: float = 0) -> None:
        super().__init__(calls_per_second=calls_per_second)
        self.carrier = self.naming_carrier = NamingCarrier(self.clock)
        self.memory_log = MemoryLog(self.sql, FakeLog(self.sql, self.sql_trouble))
        self.log = cast("DecisionLog", self.memory_log)
        self._make_use_cases()
        self.directory = MemoryDirectory()
        self.inbox = MemoryInbox()
        self.settings, self.former = ToldSettings(), MemoryFormer()
        self.addresses, self.outside = MemoryAddresses(), ToldOutside()
        self.notices, self.partners = MemoryNotices(), MemoryPartners()
        self.bookmarks = MemoryBookmarks()
        self.policies = Policies(NO_ROWS, open_allowed=True)
        self.checks: tuple[Check, ...] = (Check("journal", ""),)
        self._ids = count(1)
        self.inside = self._inside(DirectoryCopy(cast("Directory", self.directory)))

    def _inside(self, directory: DirectoryCopy) -> Gate:
        followed = following(
            admission=self.admission,
            journal=self.journal,
            store=self.store,
            naming=self.naming,
            state=self.state,
            chores=self.chores,
            clock=self.clock,
            chance=lambda length: next(self._ids).to_bytes(length, "big"),
            directory=directory,
            policies=self.policies,
            carrier=self.carrier,
            addresses=self.addresses,
            outside=self.outside,
            hash_secret=hash_secret,
            public_url=PUBLIC_URL,
        )
        self.reaching = followed.reaching
        return Gate(
            clock=TickingClock(),
            chance=lambda length: next(self._ids).to_bytes(length, "big"),
            policies=self.policies,
            directory=directory,
            tenants=cast("Directory", self.directory),
            ledger=self.ledger,
            register=self.register,
            log=self.log,
            carrier=self.carrier,
            admission=self.admission,
            forwarding=self.forwarding,
            settling=self.settling,
            opting_out=self.opting_out,
            lifting=self.lifting,
            adopting=self._adopting(directory, cast("Directory", self.directory)),
            tidings=tidings(self.notices, self.partners, directory, self.outside, self.policies, self.clock, bytes),
            hearing=hearing(
                chance=lambda length: next(self._ids).to_bytes(length, "big"),
                ledger=self.ledger,
                store=self.store,
                state=self.state,
                links=SealedLinks([b"m" * 32]),
                public_url=PUBLIC_URL,
                directory=directory,
                inbox=self.inbox,
                journal=self.journal,
                log=self.log,
                reviews=MemoryReviews(self.sql, self.sql_trouble),
                sealed=Backwards(),
                carrier=self.carrier,
                bookmarks=self.bookmarks,
                opting_out=self.opting_out,
                lifting=self.lifting,
                lexicon=shipped(),
                clock=self.clock,
            ),
            addresses=self.addresses,
            outside=self.outside,
            documents=followed.documents,
            gating=followed.gating,
            taking_over=followed.taking_over,
            live_calls=followed.live_calls,
            answering=followed.answering,
            checks=self._checks,
            hash_secret=hash_secret,
        )

    def _adopting(self, copy: DirectoryCopy, directory: Directory) -> Adopting:
        return Adopting(self.settings, self.former, copy, directory, reachable=True)

    async def _checks(self) -> tuple[Check, ...]:
        return self.checks

    def decision_id(self, number: int) -> str:
        """The id of the n-th attempt at the time at which the clock of a test starts."""
        return f"{int(AT.timestamp() * 1000):012x}{number.to_bytes(RANDOM_BYTES, 'big').hex()}"
