"""Waiting for something to come true, without guessing how long that takes."""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TypeVar

T = TypeVar("T")
POLL_S = 0.02


def wait_until(holds: Callable[[], T], what: str, within_s: float = 30) -> T:
    """The first true answer. Errors: `TimeoutError` that says what did not come true."""
    ends = time.monotonic() + within_s
    while not (answer := holds()):
        if time.monotonic() > ends:
            raise TimeoutError(f"not within {within_s:g} s: {what}")
        time.sleep(POLL_S)
    return answer


async def until(holds: Callable[[], Awaitable[T]], what: str, within_s: float = 30) -> T:
    """As `wait_until`, for what has to be asked for."""
    ends = time.monotonic() + within_s
    while not (answer := await holds()):
        if time.monotonic() > ends:
            raise TimeoutError(f"not within {within_s:g} s: {what}")
        await asyncio.sleep(POLL_S)
    return answer


def says_ok(port: int, path: str) -> bool:
    """Whether somebody on this machine answers there with 200."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
