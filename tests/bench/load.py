"""A load generator that costs little: requests made beforehand, written to keep-alive connections, answers counted."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence

CONNECTIONS = 32
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def per_second(port: int, requests: Sequence[bytes], expected: int, connections: int = CONNECTIONS) -> float:
    """Requests answered a second. Errors: `AssertionError` if any answer has another status than `expected`."""
    return asyncio.run(_run(port, requests, expected, connections))


async def _run(port: int, requests: Sequence[bytes], expected: int, connections: int) -> float:
    started = time.perf_counter()
    waiting = iter(requests)
    await asyncio.gather(*(_connection(port, waiting, expected) for _ in range(connections)))
    return len(requests) / (time.perf_counter() - started)


async def _connection(port: int, waiting: Iterator[bytes], expected: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    wanted = f"HTTP/1.1 {expected} ".encode()
    for request in waiting:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        found = _LENGTH.search(head)
        body = await reader.readexactly(int(found.group(1)) if found else 0)
        assert head.startswith(wanted), (head + body).decode(errors="replace")[:800]
    writer.close()


def post(path: str, authorization: str, body: bytes, content_type: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
