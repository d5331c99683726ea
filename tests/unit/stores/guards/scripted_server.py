"""A server that answers as a test says: what no healthy one would do, and what it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

Command = list[bytes]
Reply = Callable[[Command], bytes]


@dataclass(slots=True)
class ScriptedServer:
    url: str
    reply: Reply
    commands: list[Command] = field(default_factory=list)
    connections: int = 0


def bulk(text: bytes) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(text), text)


def array(*parts: bytes) -> bytes:
    """Of parts that are written already."""
    return b"*%d\r\n" % len(parts) + b"".join(parts)


def echo_of(command: Command) -> bytes:
    """The first argument behind the keys of an EVALSHA or EVAL."""
    return command[3 + int(command[2])]


def echoed(command: Command) -> bytes:
    """The answer of a script that has nothing to say."""
    return array(bulk(echo_of(command)))


@asynccontextmanager
async def scripted(reply: Reply) -> AsyncIterator[ScriptedServer]:
    """An empty reply is silence."""
    with TemporaryDirectory(prefix="said", dir="/tmp") as home:
        path = Path(home) / "sock"
        server = ScriptedServer(f"unix://{path}", reply)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            server.connections += 1
            try:
                while command := await _command(reader):
                    server.commands.append(command)
                    writer.write(server.reply(command))
            finally:
                writer.close()

        listening = await asyncio.start_unix_server(serve, path)
        try:
            yield server
        finally:
            listening.close()


async def _command(reader: asyncio.StreamReader) -> Command | None:
    line = await reader.readline()
    if not line:
        return None
    command = []
    for _ in range(int(line[1:])):
        length = int((await reader.readline())[1:])
        command.append((await reader.readexactly(length + 2))[:-2])
    return command
