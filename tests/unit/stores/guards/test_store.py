"""What the adapter makes of answers; what the scripts decide is tested by the contract suite on a real server."""

from __future__ import annotations

import pytest

from dialgate.app.errors import StoreUnavailableError
from dialgate.app.ports import View
from dialgate.domain.ids import DecisionId
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.numbers import E164
from dialgate.domain.reservation import Reservation
from dialgate.domain.scope import ScopeName
from dialgate.stores.guards.store import KEYS_A_SCRIPT, RedisGuardStore
from tests.unit.stores.guards.scripted_server import Command, array, bulk, echo_of, scripted

RESERVATION = Reservation(DecisionId("d" * 32), E164("+14155550100"), "acme", "voice", (), (), 60)
ENTRY = Entry(ScopeName("acme/*/*/*"), "+14155550100")


@pytest.mark.parametrize("said", [(b"allowed",), (b"reserved",), (b"reserved", b"12"), (b"used",), ()])
async def test_only_one_answer_is_a_reservation(said: tuple[bytes, ...]) -> None:
    """Whatever is not word for word `reserved` with a time is a failure, never a leave to send."""
    async with scripted(lambda command: array(bulk(echo_of(command)), *map(bulk, said))) as server:
        store = RedisGuardStore(server.url, b"pepper", deadline_s=5)
        with pytest.raises(StoreUnavailableError):
            await store.admit(RESERVATION, View(1, 0), 0)
        await store.close()


async def test_no_script_touches_too_many_keys() -> None:
    """Large loads and many rows are split, and only the last part ends the chunk."""

    def reply(command: Command) -> bytes:
        return array(bulk(echo_of(command)), b":1\r\n")

    async with scripted(reply) as server:
        store = RedisGuardStore(server.url, b"pepper", deadline_s=5)
        assert await store.load([ENTRY] * (2 * KEYS_A_SCRIPT + 1), "nonce", 1)
        assert [b"0", b"0", b"1"] == [command[3 + int(command[2]) + 4] for command in server.commands]
        await store.apply([Change(n, str(n), add=(ENTRY,)) for n in range(KEYS_A_SCRIPT)], "nonce")
        assert max(int(command[2]) for command in server.commands) <= KEYS_A_SCRIPT + 3
        await store.close()


async def test_a_load_that_was_refused_goes_no_further() -> None:
    """The first part that is refused ends it."""
    async with scripted(lambda command: array(bulk(echo_of(command)), b":0\r\n")) as server:
        store = RedisGuardStore(server.url, b"pepper", deadline_s=5)
        assert not await store.load([ENTRY] * (2 * KEYS_A_SCRIPT), "nonce", 1)
        assert 1 == len(server.commands)
        await store.close()


def test_a_numbers_key_tells_nothing_of_the_number() -> None:
    """It is a keyed hash: another pepper, another key."""
    one, other = (RedisGuardStore("unix:///tmp/x", pepper) for pepper in (b"one", b"other"))
    number = E164("+14155550100")
    assert "4155550100" not in one.number_key(number)
    assert one.number_key(number) != other.number_key(number)
