"""Names of tenants' servers to addresses that have been judged: the connector connects to these and no others."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from dialgate.carriers.twilio.hosts import permitted

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Addresses of a name. Errors: `OSError`."""

THREADS = 64
"""Made as they are needed. A look-up cannot be called off, so slow names of one tenant must leave some for others."""


class SystemResolver:
    """The machine's own, in threads of its own: slow name servers must not hold up the threads of the journal."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "resolve")

    async def __call__(self, host: str) -> Sequence[str]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Judging(AbstractResolver):
    """`private`: the tenant's leave."""

    def __init__(self, resolve: Resolve, *, private: bool) -> None:
        self._resolve = resolve
        self._private = private

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - of the port; both are judged and tried
    ) -> list[ResolveResult]:
        """All addresses, from one look-up. Errors: `RefusedHostError`, `OSError`."""
        addresses = permitted(dict.fromkeys(await self._resolve(host)), private=self._private)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """It holds nothing."""


def _look_up(host: str) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
