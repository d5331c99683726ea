"""SQL in memory: ledger, register of gates, and decision log. One effect is one transaction; what is in is durable."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dialgate.app.errors import NotFoundError
from dialgate.app.ports import GateRow, Kept, LedgerView
from dialgate.app.records import Kind, Record, kept_until, opt_out_of, reservation_of
from dialgate.domain.ids import GateId, OptOutId
from dialgate.domain.ledger import Change, Entry, Lift, OptOut, Source
from dialgate.domain.numbers import Callee
from dialgate.domain.scope import REVOKED_KEYS
from tests.model.in_memory import Turn, at_once

BATCH = 1
"""Batches as small as can be, so that a load takes as many steps as it has entries."""


@dataclass(frozen=True, slots=True)
class Row:
    seq: int
    id: str
    what: OptOut | Lift | Entry


@dataclass(slots=True)
class Sql:
    rows: dict[str, Row] = field(default_factory=dict)
    generation: int = 0
    watermark: int = 0
    gates: dict[GateId, GateRow] = field(default_factory=dict)
    records: dict[tuple[Kind, str], Record] = field(default_factory=dict)
    lease: tuple[GateId, datetime] | None = None
    struck: list[GateId] = field(default_factory=list)

    @property
    def head(self) -> int:
        return max((row.seq for row in self.rows.values()), default=0)

    def insert(self, row_id: str, what: OptOut | Lift | Entry) -> int:
        known = self.rows.get(row_id)
        row = known or Row(self.head + 1, row_id, what)
        self.rows[row_id] = row
        return row.seq

    def in_order(self) -> list[Row]:
        return sorted(self.rows.values(), key=lambda row: row.seq)

    def opted_out(self, up_to: int) -> dict[OptOutId, OptOut]:
        """Those of the rows up to there that no lift among them names."""
        rows = [row.what for row in self.in_order() if row.seq <= up_to]
        lifted = {name for what in rows if isinstance(what, Lift) for name in what.names}
        return {what.id: what for what in rows if isinstance(what, OptOut) and what.id not in lifted}

    def unknown(self, opt_outs: Sequence[OptOut]) -> list[OptOut]:
        known = [wish_of(one) for one in self.opted_out(self.head).values() if one.ends_at is None]
        wishes = [*known, *map(wish_of, opt_outs)]
        return [one for place, one in enumerate(opt_outs, len(known)) if wishes[place] not in wishes[:place]]

    def effective(self, up_to: int) -> list[Entry]:
        keys = [row.what for row in self.in_order() if isinstance(row.what, Entry) and row.seq <= up_to]
        return [*dict.fromkeys([entry_of(one) for one in self.opted_out(up_to).values()] + keys)]

    def change(self, row: Row) -> Change:
        match row.what:
            case OptOut() as opt_out:
                return Change(row.seq, row.id, add=(entry_of(opt_out),))
            case Entry() as entry:
                return Change(row.seq, row.id, add=(entry,))
            case Lift() as lift:
                named = [self.rows[name].what for name in lift.names if name in self.rows]
                left = {entry_of(one) for one in self.opted_out(row.seq).values()}
                remove = [entry_of(one) for one in named if isinstance(one, OptOut) and entry_of(one) not in left]
                return Change(row.seq, row.id, remove=tuple(dict.fromkeys(remove)))

    def ship(self, records: Sequence[Record]) -> None:
        for record in records:
            if record.kind is Kind.OPT_OUT:
                self.insert(record.id, opt_out_of(record))
            else:
                self.records.setdefault((record.kind, record.id), record)

    def kept(self, since: datetime, at: datetime) -> list[Kept]:
        decisions = [one for (kind, _), one in self.records.items() if kind is Kind.DECISION and one.at >= since]
        allowed = [one for one in decisions if one.body["reservation"] is not None]
        return [self._kept(one) for one in allowed if kept_until(one.body, one.at) >= at]

    def _kept(self, decision: Record) -> Kept:
        sent = self.records.get((Kind.SENT, decision.id))
        named = sent or self.records.get((Kind.NAMED, decision.id))
        ends = (Kind.RELEASED, Kind.RECALLED, Kind.WINDOW_CLOSED, Kind.SETTLED)
        return Kept(
            reservation=reservation_of(decision.id, decision.tenant, decision.body["reservation"]),
            reserved_at_ms=decision.body["reserved_at_ms"],
            carrier_sid=named.body["carrier_sid"] if named else "",
            open=not any((kind, decision.id) in self.records for kind in ends),
            answer=b64decode(sent.body["answer"]) if sent and "answer" in sent.body else None,
        )


def wish_of(opt_out: OptOut) -> tuple[Entry, Source]:
    return entry_of(opt_out), opt_out.source


def entry_of(opt_out: OptOut) -> Entry:
    return Entry(opt_out.scope.name, opt_out.number)


@dataclass(slots=True)
class FakeLedger:
    sql: Sql
    turn: Turn = at_once

    async def view(self) -> LedgerView:
        sql = self.sql
        return await self.turn("view", lambda: LedgerView(sql.generation, sql.head, sql.watermark))

    async def record_opt_out(self, opt_out: OptOut) -> int:
        return await self.turn("record_opt_out", lambda: self.sql.insert(opt_out.id, opt_out))

    async def record_opt_outs(self, opt_outs: Sequence[OptOut]) -> list[Change]:
        def write() -> list[Change]:
            fresh = self.sql.unknown(opt_outs)
            for one in fresh:
                self.sql.insert(one.id, one)
            return [self.sql.change(self.sql.rows[one.id]) for one in fresh]

        return await self.turn("record_opt_outs", write)

    async def unknown(self, opt_outs: Sequence[OptOut]) -> list[OptOut]:
        return await self.turn("unknown", lambda: self.sql.unknown(opt_outs))

    async def record_lift(self, lift: Lift) -> int:
        return await self.turn("record_lift", lambda: self.sql.insert(lift.id, lift))

    async def record_key_revoked(self, sid: str, actor: str, at: datetime) -> int:
        return await self.turn("record_key_revoked", lambda: self.sql.insert(sid, Entry(REVOKED_KEYS, sid)))

    async def changes(self, after: int, limit: int) -> list[Change]:
        def above() -> list[Change]:
            return [self.sql.change(row) for row in self.sql.in_order() if row.seq > after][:limit]

        return await self.turn("changes", above)

    async def effective(self, head: int) -> AsyncIterator[Sequence[Entry]]:
        entries = await self.turn("effective", lambda: self.sql.effective(head))
        for start in range(0, len(entries), BATCH):
            yield entries[start : start + BATCH]

    async def opt_outs_of(self, tenant: str, number: Callee) -> list[OptOut]:
        def unnamed() -> list[OptOut]:
            left = self.sql.opted_out(self.sql.head).values()
            return [one for one in left if one.number == number and one.scope.tenant == tenant]

        return await self.turn("opt_outs_of", unnamed)

    async def ended(self, after: datetime, now: datetime, limit: int) -> list[OptOut]:
        def over() -> list[OptOut]:
            left = [(one.ends_at, one) for one in self.sql.opted_out(self.sql.head).values() if one.ends_at]
            return [one for at, one in sorted(left, key=lambda pair: pair[0]) if after < at <= now][:limit]

        return await self.turn("ended", over)

    async def sequences(self, ids: Sequence[str]) -> dict[str, int]:
        return await self.turn("sequences", lambda: {i: self.sql.rows[i].seq for i in ids if i in self.sql.rows})


@dataclass(slots=True)
class FakeRegister:
    sql: Sql
    turn: Turn = at_once

    async def enlist(self, gate: GateId, directory: str, confirmed: int, at: datetime) -> None:
        def write() -> None:
            self.sql.gates.setdefault(gate, GateRow(gate, directory, confirmed))

        await self.turn("enlist", write)

    async def confirm(self, gate: GateId, generation: int) -> None:
        def write() -> None:
            row = self.sql.gates.get(gate)
            if row is None:
                raise NotFoundError("struck")
            self.sql.gates[gate] = replace(row, confirmed=max(row.confirmed, generation))

        await self.turn(f"confirm {generation}", write)

    async def strike(self, gate: GateId, actor: str, at: datetime) -> None:
        def write() -> None:
            if self.sql.gates.pop(gate, None):
                self.sql.struck.append(gate)
            if self.sql.lease and self.sql.lease[0] == gate:
                self.sql.lease = None

        await self.turn(f"strike {gate}", write)

    async def gates(self) -> list[GateRow]:
        return await self.turn("gates", lambda: list(self.sql.gates.values()))

    async def next_generation(self, after: int, at: datetime) -> bool:
        def write() -> bool:
            mine = self.sql.generation == after
            self.sql.generation += mine
            return mine

        return await self.turn(f"next_generation after {after}", write)

    async def note_watermark(self, watermark: int) -> None:
        def write() -> None:
            self.sql.watermark = max(self.sql.watermark, watermark)

        await self.turn(f"note_watermark {watermark}", write)

    async def hold_lease(self, gate: GateId, now: datetime, ttl_s: float) -> bool:
        def take() -> bool:
            lease = self.sql.lease
            if lease and lease[0] != gate and lease[1] > now:
                return False
            self.sql.lease = (gate, now + timedelta(seconds=ttl_s))
            return True

        return await self.turn("hold_lease", take)


@dataclass(slots=True)
class FakeSink:
    sql: Sql
    turn: Turn = at_once

    async def ship(self, records: Sequence[Record]) -> None:
        await self.turn(f"ship {len(records)}", lambda: self.sql.ship(records))

    async def kept(self, since: datetime, at: datetime) -> AsyncIterator[Sequence[Kept]]:
        kept = await self.turn("kept", lambda: self.sql.kept(since, at))
        for start in range(0, len(kept), BATCH):
            yield kept[start : start + BATCH]
