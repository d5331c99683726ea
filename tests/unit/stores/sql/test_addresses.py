"""Addresses of the gate and the states that they carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from dialgate.app.call_state import CallState, Made
from dialgate.app.front import Wanted
from dialgate.stores.sql.addresses import MAX_TOKEN_CHARS, SqlAddresses
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import Database
from dialgate.stores.sql.schema import address as addresses
from tests.sql_backends import Place

OLD, NEW, FOREIGN = b"o" * 32, b"n" * 32, b"f" * 32
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PUBLIC = "https://gate.example.com"
STATE = CallState(
    made=Made("d" * 32, "acme", "AC" + "1" * 32, "voice", "+12025550123", "+12025550100", "marketing", "spring"),
    wanted=Wanted.DOCUMENT,
    url="https://dialer.example.com/first?a=%20b#rc=2",
    method="GET",
    expires_at_s=int(NOW.timestamp()) + 60,
    fallback_url="https://dialer.example.com/second",
    fallback_method="GET",
    events=("answered", "completed"),
    cookies=(("dialer.example.com", "session", "42"),),
    told=(("DialCallStatus", "failed"),),
)
LONG = replace(STATE, url="", twiml="".join(f"<Say>{number * 7919}</Say>" for number in range(600)))


class Standing:
    """A clock that shows what it is set to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def boottime_s(self) -> float:
        return 0.0


async def opened(
    place: Place, keys: Sequence[bytes] = (OLD,), clock: Standing | None = None
) -> tuple[SqlAddresses, Database]:
    database = await place.open()
    return SqlAddresses(database, Cipher(keys), f"{PUBLIC}/", clock or Standing()), database


def token(address: str) -> str:
    return address.rpartition("/")[2]


@pytest.mark.parametrize("state", [STATE, LONG], ids=["short", "long"])
async def test_any_gate_with_the_keys_reads_what_an_address_stands_for(place: Place, state: CallState) -> None:
    """A state comes back whole at another gate, whether it is in the address or in the ledger, and after a change of
    keys as well.
    """
    address = await (await opened(place))[0].address(state)
    assert state == await (await opened(place, (NEW, OLD)))[0].state(token(address))
    assert len(token(address)) <= MAX_TOKEN_CHARS


@pytest.mark.parametrize(
    ("wanted", "below"), [(Wanted.DOCUMENT, "voice"), (Wanted.CALLBACK, "callback"), (Wanted.STATUS, "callback")]
)
async def test_an_address_is_below_the_public_url(place: Place, wanted: Wanted, below: str) -> None:
    """The carrier asks documents at one path and reports to another."""
    address = await (await opened(place))[0].address(replace(STATE, wanted=wanted))
    assert f"{PUBLIC}/twilio/{below}" == address.rpartition("/")[0]


async def test_an_address_shows_nothing_of_its_state(place: Place) -> None:
    """Neither the address nor the row that stands behind a long one tells a number or an address of the dialer."""
    gate, database = await opened(place)
    shown = [await gate.address(STATE), await gate.address(LONG)]
    kept = [str(row.sealed) for row in await database.rows(select(addresses))]
    assert 1 == len(kept)
    assert [] == [text for text in (*shown, *kept) if "2025550123" in text or "example.com/first" in text]


async def test_foreign_and_forged_addresses_are_nobodys(place: Place) -> None:
    """Cut, changed, of another installation, of another purpose, or simply invented: none of them stands for
    anything.
    """
    gate, _ = await opened(place)
    foreign, _ = await opened(place, (FOREIGN,))
    genuine, long = token(await gate.address(STATE)), token(await gate.address(LONG))
    swapped = genuine[:40] + ("A" if genuine[40] != "A" else "B") + genuine[41:]
    forged = ("", "x", "0" * 64, genuine[:-3], genuine + "AAAA", swapped, genuine[1:], "A" * 3_000, "é" * 100)
    assert [None] * len(forged) == [await gate.state(one) for one in forged]
    assert [None, None] == [await foreign.state(one) for one in (genuine, long)]
    assert None is await gate.state(Cipher([OLD]).lock(b"an account token"))


async def test_an_expired_address_is_served_to_nobody_and_swept(place: Place) -> None:
    """Past its time an address stands for nothing, and what was kept of it goes."""
    clock = Standing()
    gate, database = await opened(place, clock=clock)
    tokens = [token(await gate.address(state)) for state in (STATE, LONG)]
    await gate.sweep()
    assert [STATE, LONG] == [await gate.state(one) for one in tokens]
    clock.at += timedelta(seconds=60)
    assert [None, None] == [await gate.state(one) for one in tokens]
    await gate.sweep()
    assert [] == list(await database.rows(select(addresses)))


async def test_the_same_long_state_is_kept_once(place: Place) -> None:
    """A document that is served again has the address that it had."""
    gate, database = await opened(place)
    assert await gate.address(LONG) == await gate.address(LONG)
    assert 1 == len(await database.rows(select(addresses)))
