"""Opt-outs by the thousand: one statement finds those that are known, one adds the rest. Knows no index.

Row by row, SQLAlchemy would take longer than both backends need for the rows themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Dialect, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialgate.domain.ledger import OptOut, Source
from dialgate.stores.sql.schema import ledger, lifted, partition
from dialgate.stores.sql.schema.ledger import PARTITION

_COLUMNS = (
    "seq",
    "id",
    "kind",
    "tenant",
    "scope",
    "member",
    "source",
    "actor",
    "occurred_at",
    "recorded_at",
    "note",
    "evidence",
)
_TYPES = {"seq": "bigint", "occurred_at": "timestamptz", "recorded_at": "timestamptz"}
_INTO = f"INSERT INTO ledger ({', '.join(_COLUMNS)})"
_ARRAYS = ", ".join(f"${place}::{_TYPES.get(name, 'text')}[]" for place, name in enumerate(_COLUMNS, start=1))
_INSERT = {
    "sqlite": f"{_INTO} VALUES ({', '.join('?' * len(_COLUMNS))})",
    "postgresql": f"{_INTO} SELECT * FROM unnest({_ARRAYS})",  # noqa: S608 - names of our own columns
}


_Wish = tuple[str, str, Source]
"""Scope, number and source: what makes two rows of a list the same, whatever their time and words."""


async def unknown(connection: AsyncConnection, opt_outs: Sequence[OptOut]) -> list[OptOut]:
    """As the port says."""
    numbers: dict[str, list[str]] = {}
    for opt_out in opt_outs:
        numbers.setdefault(opt_out.scope.name, []).append(opt_out.number)
    known = {wish for scope, members in numbers.items() for wish in await _known(connection, scope, members)}
    fresh = []
    for opt_out in opt_outs:
        wish = (opt_out.scope.name, opt_out.number, opt_out.source)
        if wish not in known:
            known.add(wish)
            fresh.append(opt_out)
    return fresh


async def _known(connection: AsyncConnection, scope: str, members: Sequence[str]) -> set[_Wish]:
    is_lifted = exists().where(lifted.c.opt_out_seq == ledger.c.seq)
    statement = select(ledger.c.scope, ledger.c.member, ledger.c.source).where(
        ledger.c.kind == "opt_out",
        ledger.c.scope == scope,
        ledger.c.member.in_(members),
        ledger.c.ends_at.is_(None),
        ~is_lifted,
    )
    return {(row.scope, row.member, Source(row.source)) for row in await connection.execute(statement)}


async def add(connection: AsyncConnection, opt_outs: Sequence[OptOut], head: int) -> None:
    """Numbered in their order from `head` + 1 on; the caller holds the partition's row."""
    dialect = connection.dialect
    columns = [_values(name, opt_outs, head, dialect) for name in _COLUMNS]
    rows: Any = list(zip(*columns, strict=True)) if dialect.name == "sqlite" else tuple(columns)
    await connection.exec_driver_sql(_INSERT[dialect.name], rows)
    await connection.execute(update(partition).where(partition.c.id == PARTITION).values(head=head + len(opt_outs)))


def _values(name: str, opt_outs: Sequence[OptOut], head: int, dialect: Dialect) -> list[Any]:
    match name:
        case "seq":
            return list(range(head + 1, head + 1 + len(opt_outs)))
        case "kind":
            return ["opt_out"] * len(opt_outs)
        case "tenant":
            raw: list[Any] = [opt_out.scope.tenant for opt_out in opt_outs]
        case "scope":
            raw = [opt_out.scope.name for opt_out in opt_outs]
        case "member":
            raw = [opt_out.number for opt_out in opt_outs]
        case "source":
            raw = [opt_out.source.value for opt_out in opt_outs]
        case _:
            raw = [getattr(opt_out, name) for opt_out in opt_outs]
    written = _written(ledger.c[name], set(raw), dialect)
    return [written[value] for value in raw]


def _written(column: Column[Any], values: set[Any], dialect: Dialect) -> dict[Any, Any]:
    """Each value as the driver takes it: most columns of a list hold one value a thousand times."""
    write = column.type.bind_processor(dialect)
    return {value: write(value) if write else value for value in values}
