r"""One line of a journal: a record with its number and a checksum. Pure; knows no file.

`<crc32 of the rest, 8 hex digits> <number> <durable> <shipped> <canonical JSON>\n`
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

import orjson

from dialgate.app.records import Kind, Record
from dialgate.stores.spelling import spelled

MAX_RECORD_BYTES = 1 << 20
_CRC_CHARS = 8


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    """From 1 on, without holes in the order of writing."""
    durable: int
    """The newest number known to be on disk when this line was written. A line that is missing although a later one
    says that it was durable has been lost; any other missing line was never acknowledged."""
    shipped: int
    """The newest number known to be in SQL when this line was written. It may lag; shipping twice is harmless."""
    record: Record


def payload(record: Record) -> bytes:
    """Canonical JSON, ASCII, so without a newline. Errors: `ValueError` or `TypeError` if the body is no JSON or the
    whole is beyond `MAX_RECORD_BYTES`.
    """
    said = {
        "kind": record.kind.value,
        "id": record.id,
        "tenant": record.tenant,
        "at": record.at.isoformat(),
        "body": record.body,
    }
    encoded = spelled(said)
    if len(encoded) > MAX_RECORD_BYTES:
        raise ValueError(f"a {record.kind} record of {len(encoded)} bytes is beyond {MAX_RECORD_BYTES}")
    return encoded


def seal(number: int, durable: int, shipped: int, record_payload: bytes) -> bytes:
    rest = b"%d %d %d %s" % (number, durable, shipped, record_payload)
    return b"%08x %s\n" % (crc32(rest), rest)


def read(piece: bytes) -> Line | None:
    """`piece`: what stood between two newlines. None: not a whole line (blank, torn or changed).

    Errors: `ValueError` or `KeyError` for a whole line that this version cannot understand.
    """
    checksum, _, rest = piece.partition(b" ")
    if len(checksum) != _CRC_CHARS or checksum != b"%08x" % crc32(rest):
        return None
    number, durable, shipped, said = rest.split(b" ", 3)
    return Line(int(number), int(durable), int(shipped), record_of(said))


def record_of(record_payload: bytes) -> Record:
    """The record that `payload` wrote. Errors: `ValueError` or `KeyError` for one that this version does not know."""
    match orjson.loads(record_payload):
        case {"kind": str(kind), "id": str(id_), "tenant": str(tenant), "at": str(at), "body": dict(body)}:
            return Record(Kind(kind), id_, tenant, datetime.fromisoformat(at), body)
        case _:
            raise ValueError("a journal line holds something other than a record")
