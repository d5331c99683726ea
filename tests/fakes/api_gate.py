"""The gate of `web_gate` with a directory that can be written and a log that can be listed: what `/v1` stands on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from aiohttp import encode_basic_auth
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from dialgate.app.directory import DirectoryCopy
from dialgate.app.errors import BadRequestError, ConflictError, NotFoundError
from dialgate.app.queries import (
    ApiKey,
    CallerId,
    CarrierKeywords,
    DecisionLog,
    DecisionRow,
    Directory,
    DirectorySnapshot,
    Filter,
    NumberFacts,
    OwnDestination,
    Page,
    Role,
    Tenant,
    TenantChange,
)
from dialgate.app.records import Kind
from dialgate.domain.ledger import Lift, OptOut
from dialgate.domain.numbers import Callee
from tests.fakes.one_gate import OneGate
from tests.fakes.web_gate import ACCOUNT, OTHER_ACCOUNT, OTHER_TOKEN, TOKEN, MemoryLog, WebGate, key, tenant
from tests.model.fakes import FakeLog

Http = TestClient[Request, Application]
SECRET = "secret"
KEYS = {role: (f"SK{index:032x}", SECRET) for index, role in enumerate(Role, start=0xF001)}
"""One key for each role, named as no key that a test has made; all but the operator's belong to `acme`."""
DIALER, AGENT, OPS, COMPLIANCE, ADMIN, OPERATOR, PARTNER = KEYS.values()
NUMBER = "+14155552671"
ASKED = {"channel": "voice", "to": NUMBER, "from": "+14155550100"}


@dataclass(slots=True)
class WritableDirectory:
    keys: dict[str, ApiKey] = field(default_factory=dict)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    callers: list[CallerId] = field(default_factory=list)
    destinations: list[OwnDestination] = field(default_factory=list)
    writes: int = 0

    async def version(self) -> int:
        return self.writes

    async def snapshot(self) -> DirectorySnapshot:
        senders = dict.fromkeys(caller.sender for caller in self.callers)
        return DirectorySnapshot(
            version=self.writes,
            tenants=dict(self.tenants),
            by_account={one.account_sid: one for one in self.tenants.values()},
            keys=dict(self.keys),
            callers={sender: tuple(one for one in self.callers if one.sender == sender) for sender in senders},
            destinations=tuple(self.destinations),
        )

    async def create_tenant(self, tenant: Tenant, callers: Sequence[CallerId]) -> None:
        if tenant.name in self.tenants:
            raise ConflictError("A tenant of that name exists already.")
        self.tenants[tenant.name] = tenant
        self.callers += callers
        self.writes += 1

    async def change_tenant(self, name: str, change: TenantChange) -> None:
        own = {one.sender for one in self.callers if one.tenant == name}
        if not own.issuperset(change.removed):
            raise NotFoundError("It is none of this tenant's caller IDs.")
        values = {
            "sms_webhook": change.sms_webhook,
            "notice_url": change.notice_url,
            "allow_private_urls": change.allow_private_urls,
            "replies": change.replies,
        }
        given: dict[str, Any] = {field: value for field, value in values.items() if value is not None}
        if change.policy is not None:
            given |= {"policy": change.policy, "open_policy": change.open_policy}
        self.tenants[name] = replace(self.tenants[name], **given)
        gone = {*change.removed, *(one.sender for one in change.callers)}
        self.callers = [one for one in self.callers if one.tenant != name or one.sender not in gone]
        self.callers += change.callers
        self.writes += 1

    async def set_auth_tokens(self, name: str, tokens: tuple[str, ...]) -> None:
        self.tenants[name] = replace(self.tenants[name], auth_tokens=tokens)
        self.writes += 1

    async def create_key(self, key: ApiKey) -> None:
        self.keys[key.sid] = key
        self.writes += 1

    async def revoke_key(self, sid: str, at: datetime) -> None:
        self.keys[sid] = replace(self.keys[sid], revoked_at=at)
        self.writes += 1

    async def add_destination(self, destination: OwnDestination) -> None:
        if self._place(destination.tenant, destination.number) is not None:
            raise ConflictError("This number is one of the tenant's own destinations already.")
        self.destinations.append(destination)
        self.writes += 1

    async def remove_destination(self, tenant: str, number: Callee, by: str, at: datetime) -> None:
        place = self._place(tenant, number)
        if place is None:
            raise NotFoundError("This number is none of the tenant's own destinations.")
        self.destinations[place] = replace(self.destinations[place], removed_by=by, removed_at=at)
        self.writes += 1

    def _place(self, tenant: str, number: Callee) -> int | None:
        live = [(one.tenant, one.number, one.removed_at) for one in self.destinations]
        return live.index((tenant, number, None)) if (tenant, number, None) in live else None


class ListedLog(MemoryLog):
    """Newest first; a cursor is the number of rows before the page."""

    __slots__ = ("asked",)

    def __init__(self, gate: OneGate) -> None:
        super().__init__(gate.sql, FakeLog(gate.sql, gate.sql_trouble))
        self.asked: list[Filter] = []

    async def get(self, decision_id: str) -> DecisionRow | None:
        row = await super().get(decision_id)
        return row and replace(row, events=tuple(event for event in row.events if event[0] != Kind.DECISION))

    async def listing(self, wanted: Filter, limit: int, cursor: str = "") -> Page:
        if cursor and not cursor.isdecimal():
            raise BadRequestError("cursor is not one that a listing gave.")
        rows, start = await self._rows(wanted), int(cursor or 0)
        more = len(rows) > start + limit
        return Page(tuple(rows[start : start + limit]), str(start + limit) if more else "")

    async def stream(self, wanted: Filter) -> AsyncIterator[Sequence[DecisionRow]]:
        for row in await self._rows(wanted):
            yield [row]

    async def stats(self, wanted: Filter, group_by: str) -> list[tuple[str, int, int]]:
        verdicts = [row.body["verdict"] for row in await self._rows(wanted)]
        return [(group_by, verdicts.count("allow"), verdicts.count("block"))]

    async def number(self, tenant: str, number: str) -> NumberFacts:
        rows = [row.what for row in self.sql.in_order()]
        holding = self.sql.opted_out(self.sql.head)
        opt_outs = [one for one in rows if isinstance(one, OptOut) and one.number == number]
        lifts = [one for one in rows if isinstance(one, Lift) and one.number == number]
        decisions = await self._rows(Filter(tenant=tenant, to=number))
        return NumberFacts(
            opt_outs=tuple((one, one.id in holding) for one in opt_outs if tenant in {"", one.scope.tenant}),
            lifts=tuple(_lift(one) for one in lifts if tenant in {"", one.tenant}),
            decisions=tuple(reversed(decisions)),
        )

    async def _rows(self, wanted: Filter) -> list[DecisionRow]:
        self.asked.append(wanted)
        ids = [id_ for kind, id_ in self.sql.records if kind is Kind.DECISION]
        rows = [row for id_ in reversed(ids) if (row := await self.get(id_))]
        equal = {
            "verdict": wanted.verdict,
            "to": wanted.to,
            "from": wanted.sender,
            "campaign": wanted.campaign,
            "channel": wanted.channel,
            "key": wanted.key,
        }
        return [
            row
            for row in rows
            if wanted.tenant in {"", row.tenant}
            and (wanted.until is None or row.decided_at < wanted.until)
            and all(row.body[name] == value for name, value in equal.items() if value)
            and (not wanted.reason or wanted.reason in [reason["code"] for reason in row.body["reasons"]])
        ]


class ApiGate(WebGate):
    def __init__(self) -> None:
        super().__init__()
        self.written = WritableDirectory(
            keys={sid: key(sid, secret, role, "acme") for role, (sid, secret) in KEYS.items()},
            tenants={
                "acme": tenant("acme", ACCOUNT, TOKEN),
                "other": tenant("other", OTHER_ACCOUNT, OTHER_TOKEN, open_policy=True),
            },
            callers=[CallerId("acme", ASKED["from"], CarrierKeywords.DEFAULT)],
        )
        operator = KEYS[Role.OPERATOR][0]
        self.written.keys[operator] = replace(self.written.keys[operator], tenant="", campaign="", purpose="")
        partner = KEYS[Role.PARTNER][0]
        self.written.keys[partner] = replace(self.written.keys[partner], partner="callers", campaign="", purpose="")
        self.listed = ListedLog(self)
        self.log = cast("DecisionLog", self.listed)
        self._make_use_cases()
        directory = cast("Directory", self.written)
        copy = DirectoryCopy(directory)
        adopting = self._adopting(copy, directory)
        self.inside = replace(self._inside(copy), tenants=directory, log=self.log, adopting=adopting)

    async def ship(self) -> None:
        """What the journal's shipper does within half a second."""
        await self.journal.shipped()


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    headers: dict[str, str]
    text: str
    json: Any


async def say(
    http: Http,
    method: str,
    path: str,
    body: object = None,
    *,
    pair: tuple[str, str] | None = OPERATOR,
    raw: bytes | None = None,
    media: str = "application/json",
    accept: str = "*/*",
) -> Said:
    """`raw` goes before `body`, as it is."""
    headers = {"Accept": accept} | ({"Authorization": encode_basic_auth(*pair)} if pair else {})
    async with http.request(
        method,
        path,
        data=raw if raw is not None else None,
        json=body if raw is None and body is not None else None,
        headers=headers | ({"Content-Type": media} if raw is not None else {}),
    ) as answer:
        text = await answer.text()
        is_json = answer.content_type.endswith("json")
        return Said(
            answer.status, dict(answer.headers), text, await answer.json(content_type=None) if is_json else None
        )


def _lift(lift: Lift) -> dict[str, Any]:
    return {
        "id": lift.id,
        "tenant": lift.tenant,
        "source": lift.source.value,
        "actor": lift.actor,
        "recorded_at": lift.recorded_at,
        "note": lift.note,
        "evidence": lift.evidence,
        "names": list(lift.names),
    }
