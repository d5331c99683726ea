"""Many callers, few connections, each its own answer or an error in words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from dialgate.app.errors import StoreUnavailableError
from dialgate.stores.guards.scripts import Call, Script
from dialgate.stores.guards.wire import CONNECTIONS, Wire
from tests.unit.stores.guards.scripted_server import (
    Command,
    Reply,
    ScriptedServer,
    array,
    bulk,
    echo_of,
    echoed,
    scripted,
)
from tests.waiting import until

CALL = Call(Script("a script", "return {ARGV[1]}", "5ba1"), ("key",), (b"argument",), "subject")


@asynccontextmanager
async def wired(reply: Reply) -> AsyncIterator[tuple[Wire, ScriptedServer]]:
    async with scripted(reply) as server:
        wire = Wire(server.url)
        try:
            yield wire, server
        finally:
            await wire.close()


async def test_a_call_carries_its_echo_and_brings_the_rest() -> None:
    """The echo names the subject, is different each time, and is taken off the answer."""
    async with wired(lambda command: array(bulk(echo_of(command)), bulk(b"said"))) as (wire, server):
        for _ in range(2):
            assert [b"said"] == await wire.run(CALL, 5)
        first, second = (echo_of(command) for command in server.commands)
        assert first != second
        assert first.startswith(b"subject#")
        assert [b"EVALSHA", b"5ba1", b"1", b"key", first, b"argument"] == server.commands[0]


@pytest.mark.parametrize("said", [array(bulk(b"another")), array(), b"+OK\r\n", b":1\r\n", b"$-1\r\n"])
async def test_another_questions_answer_is_no_answer(said: bytes) -> None:
    """On a wrong echo every caller of the batch gets an error, and the connection is closed."""
    async with wired(lambda _: said) as (wire, server):
        answers = await asyncio.gather(*(wire.run(CALL, 5) for _ in range(3)), return_exceptions=True)
        assert {StoreUnavailableError} == {type(answer) for answer in answers}
        server.reply = echoed
        assert [] == await wire.run(CALL, 5)
        assert 2 == server.connections


async def test_a_silent_server_costs_its_callers_their_deadline() -> None:
    """Each gives up at its own time, and the next asks on a new connection."""
    async with wired(lambda _: b"") as (wire, server):
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        answers = await asyncio.gather(*(wire.run(CALL, 0.1) for _ in range(3)), return_exceptions=True)
        assert 0.1 <= loop.time() - started_s < 1
        assert {StoreUnavailableError} == {type(answer) for answer in answers}
        server.reply = echoed
        assert [] == await wire.run(CALL, 5)


async def test_what_waits_behind_silence_is_asked_elsewhere() -> None:
    """Nothing is written behind a question without answer; when that is given up, the others go together on a new
    connection.
    """
    silent = [b""]

    def first_silent(command: Command) -> bytes:
        return silent.pop() if silent else echoed(command)

    async with wired(first_silent) as (wire, server):
        first = asyncio.create_task(wire.run(CALL, 0.2))
        await until(_asked(server), "the first is asked")
        others = [asyncio.create_task(wire.run(CALL, 5)) for _ in range(3)]
        with pytest.raises(StoreUnavailableError):
            await first
        assert 1 == len(server.commands)
        assert [[], [], []] == await asyncio.gather(*others)
        assert (4, 2) == (len(server.commands), server.connections)


def _asked(server: ScriptedServer) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return bool(server.commands)

    return asked


async def test_a_caller_without_patience_leaves_its_batch_alone() -> None:
    """Its answer is read and dropped; those written with it get theirs on the same connection."""
    gate = asyncio.Event()

    def slow(command: Command) -> bytes:
        gate.set()
        return echoed(command)

    async with wired(slow) as (wire, server):
        others = [asyncio.create_task(wire.run(CALL, 5)) for _ in range(3)]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await wire.run(CALL, 5)
        await gate.wait()
        assert [[], [], []] == await asyncio.gather(*others)
        assert 1 == server.connections


async def test_a_caller_that_is_ended_leaves_no_silent_connection_behind() -> None:
    """Whoever asks next does not wait behind its question."""
    silent = [b""]

    def first_silent(command: Command) -> bytes:
        return silent.pop() if silent else echoed(command)

    async with wired(first_silent) as (wire, server):
        ended = asyncio.create_task(wire.run(CALL, 60))
        await until(_asked(server), "it is asked")
        ended.cancel()
        assert [] == await wire.run(CALL, 5)
        assert 2 == server.connections


async def test_who_gave_up_before_the_write_is_not_written() -> None:
    """Nothing of it runs."""
    async with wired(echoed) as (wire, server):
        task = asyncio.create_task(wire.run(CALL, 5))
        await asyncio.sleep(0)
        task.cancel()
        assert [] == await wire.run(CALL, 5)
        assert 1 == len(server.commands)


async def test_many_callers_share_few_connections() -> None:
    """The commands of concurrent callers go out together."""
    async with wired(echoed) as (wire, server):
        await asyncio.gather(*(wire.run(CALL, 5) for _ in range(1000)))
        assert 1000 == len(server.commands)
        assert server.connections <= CONNECTIONS + 1


async def test_an_unknown_script_alone_is_sent_again() -> None:
    """With its body, on the same connection; a script that ran is never repeated."""

    def forgetful(command: Command) -> bytes:
        known = command[0] == b"EVAL" or command[1] == b"known"
        return echoed(command) if known else b"-NOSCRIPT No matching script.\r\n"

    known = Call(Script("known", "body", "known"), (), ())
    async with wired(forgetful) as (wire, server):
        assert ([], []) == tuple(await asyncio.gather(wire.run(CALL, 5), wire.run(known, 5)))
        assert [b"EVALSHA", b"EVALSHA", b"EVAL"] == [command[0] for command in server.commands]
        assert b"return {ARGV[1]}" == server.commands[2][1]


async def test_the_servers_refusal_is_told_in_its_words() -> None:
    """One caller's error is nobody else's, and nothing is asked again."""

    def picky(command: Command) -> bytes:
        return b"-READONLY You can't write against a replica.\r\n" if command[1] == b"bad" else echoed(command)

    bad = Call(Script("bad", "body", "bad"), (), ())
    async with wired(picky) as (wire, server):
        refused, answered = await asyncio.gather(wire.run(bad, 5), wire.run(CALL, 5), return_exceptions=True)
        assert isinstance(refused, StoreUnavailableError)
        assert "replica" in str(refused)
        assert [] == answered
        assert 2 == len(server.commands)


async def test_nobody_there_is_an_error_in_words() -> None:
    """The connection is tried once."""
    wire = Wire("unix:///tmp/no-such-folder/sock")
    with pytest.raises(StoreUnavailableError, match="cannot be reached"):
        await wire.run(CALL, 5)
    await wire.close()


async def test_closing_ends_what_waits() -> None:
    """No caller is left hanging."""
    async with wired(lambda _: b"") as (wire, _):
        waiting = asyncio.create_task(wire.run(CALL, 60))
        await asyncio.sleep(0)
        await wire.close()
        with pytest.raises(StoreUnavailableError):
            await waiting
