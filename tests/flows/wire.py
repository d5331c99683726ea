"""Requests byte for byte, for what a well-behaved client would tidy up."""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import dataclass

from tests.flows.asking import Auth

PATIENCE_S = 10


@dataclass(frozen=True, slots=True)
class Line:
    """An answer; status 0: the connection was closed without one."""

    status: int
    text: str


async def send(port: int, request: bytes) -> Line:
    """The answer to one request on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        async with asyncio.timeout(PATIENCE_S):
            answer = await _answer(reader)
    finally:
        writer.close()
    parts = answer.split(b" ", 2)
    return Line(int(parts[1]) if len(parts) > 2 else 0, answer.decode("utf-8", "replace"))


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """Not to the end of the connection, which may linger."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return head + await reader.readexactly(int(length[1]) if length else 0)


def post(target: str, body: bytes, auth: Auth, *headers: str, host: str = "127.0.0.1") -> bytes:
    """An ordinary form; each of `headers` is a line, added as it is."""
    basic = base64.b64encode(":".join(auth).encode()).decode()
    lines = (
        f"POST {target} HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Basic {basic}",
        "Content-Type: application/x-www-form-urlencoded",
        "Connection: close",
        *(headers or (f"Content-Length: {len(body)}",)),
    )
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body
