"""Opt-outs by the thousand: one statement finds those that are known, one adds the rest. Knows no index.

Row by row, SQLAlchemy would take longer than both backends need for the rows themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Dialect, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.domain.ledger import Change, Entry, OptOut
from dialgate.domain.scope import ScopeName
from dialgate.stores.sql.schema.columns import storable
from dialgate.stores.sql.schema.ledger import PARTITION, ledger, partition

_TYPES = {
    "seq": "bigint",
    "id": "text",
    "kind": "text",
    "tenant": "text",
    "scope": "text",
    "member": "text",
    "source": "text",
    "actor": "text",
    "occurred_at": "timestamptz",
    "recorded_at": "timestamptz",
    "note": "text",
    "evidence": "text",
}
_INTO = f"INSERT INTO ledger ({', '.join(_TYPES)})"
_ROW = f"({', '.join('?' * len(_TYPES))})"
_ROWS = 50
"""In one statement. SQLite takes twice as long for them one by one, and wants Python's lock back between two
statements: whoever reads the next list meanwhile would have it wait for each.
"""
_ARRAYS = ", ".join(f"${place}::{type_}[]" for place, type_ in enumerate(_TYPES.values(), start=1))
_NEW_HEAD = update(partition).where(partition.c.id == PARTITION).values(head=bindparam("last"))
_INSERT_ARRAYS = f"{_INTO} SELECT * FROM unnest({_ARRAYS})"  # noqa: S608 - names of our own columns
_NUMBERS = {"sqlite": ("?", "IN (SELECT value FROM json_each(?))"), "postgresql": ("$1", "= ANY($2::text[])")}
_KNOWN = {
    backend: "SELECT member, source FROM ledger AS said "  # noqa: S608 - as above
    f"WHERE kind = 'opt_out' AND scope = {scope} AND member {numbers} AND ends_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM lifted WHERE opt_out_seq = said.seq)"
    for backend, (scope, numbers) in _NUMBERS.items()
}

_Wish = tuple[str, str, str]
"""Scope, number and source: what makes two rows of a list the same, whatever their time and words."""


async def unknown(connection: AsyncConnection, opt_outs: Sequence[OptOut]) -> list[OptOut]:
    """As the port says."""
    wishes: list[_Wish] = [(one.scope.name, one.number, one.source.value) for one in opt_outs]
    numbers: dict[str, list[str]] = {}
    for scope, number, _ in wishes:
        numbers.setdefault(scope, []).append(number)
    known = {wish for scope, members in numbers.items() for wish in await _known(connection, scope, members)}
    fresh = []
    for wish, opt_out in zip(wishes, opt_outs, strict=True):
        if wish not in known:
            known.add(wish)
            fresh.append(opt_out)
    return fresh


async def _known(connection: AsyncConnection, scope: str, members: Sequence[str]) -> Iterable[_Wish]:
    """All numbers are one parameter: a thousand of them would cost more to write than to find."""
    numbers: Any = members if connection.dialect.name == "postgresql" else json.dumps(members)
    rows = await connection.exec_driver_sql(_KNOWN[connection.dialect.name], (storable(scope), numbers))
    return [(scope, row.member, row.source) for row in rows]


async def add(connection: AsyncConnection, opt_outs: Sequence[OptOut], head: int) -> list[Change]:
    """Numbered in their order from `head` + 1 on; the caller holds the partition's row."""
    if not opt_outs:
        return []
    columns = _columns(opt_outs, head, connection.dialect)
    if connection.dialect.name == "sqlite":
        await _insert_rows(connection, list(zip(*columns, strict=True)))
    else:
        await connection.exec_driver_sql(_INSERT_ARRAYS, columns)
    last = head + len(opt_outs)
    await connection.execute(_NEW_HEAD, {"last": last})
    seqs, ids, _, _, scopes, members = columns[:6]
    named = zip(seqs, ids, scopes, members, strict=True)
    return [Change(seq, id_, add=(Entry(ScopeName(scope), member),)) for seq, id_, scope, member in named]


async def _insert_rows(connection: AsyncConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    whole = len(rows) - len(rows) % _ROWS
    for start, end, count in ((0, whole, _ROWS), (whole, len(rows), 1)):
        values = [tuple(chain.from_iterable(rows[at : at + count])) for at in range(start, end, count)]
        if values:
            await connection.exec_driver_sql(f"{_INTO} VALUES {', '.join([_ROW] * count)}", values)


def _columns(opt_outs: Sequence[OptOut], head: int, dialect: Dialect) -> tuple[list[Any], ...]:
    """In the order of `_TYPES`. Ids and numbers are the gate's own spellings, which every driver takes as they are."""
    scopes = [one.scope for one in opt_outs]

    def written(name: str, values: list[Any]) -> list[Any]:
        """Most columns of a list hold one value a thousand times: each is brought into the driver's form once."""
        write = ledger.c[name].type.bind_processor(dialect)
        forms = {value: write(value) if write else value for value in set(values)}
        return [forms[value] for value in values]

    return (
        list(range(head + 1, head + 1 + len(opt_outs))),
        [one.id for one in opt_outs],
        ["opt_out"] * len(opt_outs),
        written("tenant", [scope.tenant for scope in scopes]),
        written("scope", [scope.name for scope in scopes]),
        [one.number for one in opt_outs],
        written("source", [one.source.value for one in opt_outs]),
        written("actor", [one.actor for one in opt_outs]),
        written("occurred_at", [one.occurred_at for one in opt_outs]),
        written("recorded_at", [one.recorded_at for one in opt_outs]),
        written("note", [one.note for one in opt_outs]),
        written("evidence", [one.evidence for one in opt_outs]),
    )
