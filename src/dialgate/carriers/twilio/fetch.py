"""The one way to tenants' servers: HTTP as the carrier would ask, to no machine that the tenant may not use.

Each name is resolved once for a connection, judged, and connected to exactly where it was found; it stays in `Host` and
in TLS. Nothing of the carrier's credentials exists here.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urldefrag

import aiohttp
from yarl import URL

from dialgate.app.call_state import Cookie
from dialgate.app.front import Pairs
from dialgate.app.outside import OutsideError, Told
from dialgate.app.queries import Tenant
from dialgate.carriers.twilio import cookies as jar
from dialgate.carriers.twilio import outgoing
from dialgate.carriers.twilio.hosts import RefusedHostError
from dialgate.carriers.twilio.outgoing import Request
from dialgate.carriers.twilio.overrides import WHOLE_S, Overrides, overrides
from dialgate.carriers.twilio.resolving import Judging, Resolve, SystemResolver

MAX_BYTES = 65_536
REDIRECTS = 5
CONNECTIONS = 256
CONNECTIONS_A_TENANT = 48
"""So that one tenant's slow servers do not take them all."""
_ANSWERS = range(200, 1000)
_PLAIN_CODINGS = frozenset({"", "identity"})


class _FailedError(Exception):
    """`kind`: as connection overrides name it, or empty for what is never retried."""

    def __init__(self, why: str, kind: str = "") -> None:
        super().__init__(why)
        self.kind = kind


class TenantServers:
    """Implements `outside.Outside`. Made inside the running loop. `tls`: whom to trust, where not the system's own."""

    def __init__(
        self,
        public_url: str,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        whole_s: float = WHOLE_S,
    ) -> None:
        self._own_url = public_url
        self._whole_s = whole_s
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(CONNECTIONS_A_TENANT))
        self._system = SystemResolver()
        self._sessions = {
            private: _session(Judging(resolve or self._system, private=private), tls) for private in (False, True)
        }

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        self._system.close()

    def objection(self, tenant: Tenant, url: str) -> str:
        try:
            outgoing.to(Request(tenant, "GET", "", "", (), b"", "", ()), urldefrag(url)[0], self._own_url)
        except RefusedHostError as error:
            return str(error)
        return ""

    async def ask(
        self,
        tenant: Tenant,
        method: str,
        url: str,
        fields: Pairs,
        cookies: Sequence[Cookie] = (),
        *,
        json: bytes = b"",
        token: str = "",
    ) -> Told:
        return await self._answer(Request(tenant, method, "", "", fields, json, token, tuple(cookies)), url)

    async def tell(self, tenant: Tenant, url: str, json: bytes, headers: Pairs = ()) -> Told:
        return await self._answer(Request(tenant, "POST", "", "", (), json, "", (), headers, redirects=False), url)

    async def _answer(self, request: Request, url: str) -> Told:
        target, fragment = urldefrag(url)
        limits = overrides(fragment)
        try:
            async with asyncio.timeout(min(limits.whole_s, self._whole_s)), self._turns[request.tenant.name]:
                return await self._repeatedly(outgoing.to(request, target, self._own_url), limits)
        except TimeoutError:
            raise OutsideError("The server did not answer in time.") from None
        except (RefusedHostError, _FailedError) as error:
            raise OutsideError(str(error)) from None

    async def _repeatedly(self, first: Request, limits: Overrides) -> Told:
        left = limits.retries
        while True:
            try:
                told = await self._followed(first, limits)
            except _FailedError as error:
                if not left or not limits.retried(error.kind):
                    raise
            else:
                if not left or not limits.retried(_class(told.status)):
                    return told
            left -= 1

    async def _followed(self, request: Request, limits: Overrides) -> Told:
        """Redirects too, each address as strictly as the first."""
        for _ in range(REDIRECTS + 1):
            told, onward = await self._once(request, limits)
            if onward is None:
                return told
            request = onward
        raise _FailedError(f"The server redirects more than {REDIRECTS} times.")

    async def _once(self, request: Request, limits: Overrides) -> tuple[Told, Request | None]:
        """The answer, and whom to ask next if it is a redirect."""
        url, headers, body = outgoing.written(request)
        patience = aiohttp.ClientTimeout(total=limits.answer_s, sock_connect=limits.connect_s)
        session = self._sessions[request.tenant.allow_private_urls]
        try:
            async with session.request(
                request.method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                allow_redirects=False,
                timeout=patience,
            ) as response:
                return await self._read(request, response)
        except RefusedHostError:
            raise
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise _FailedError(f"The server could not be reached ({type(error).__name__}).", "ct") from None
        except TimeoutError:
            raise _FailedError("The server did not answer in time.", "rt") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _FailedError(f"The server's answer cannot be read ({type(error).__name__}).", "rt") from None

    async def _read(self, request: Request, response: aiohttp.ClientResponse) -> tuple[Told, Request | None]:
        headers = response.headers
        cookies = jar.kept(request.cookies, request.host, headers.getall("Set-Cookie", []), datetime.now(UTC))
        if response.status not in _ANSWERS:
            raise _FailedError(f"The server answered with status {response.status}.")
        moved = replace(request, cookies=cookies)
        onward = outgoing.redirected(moved, response.status, headers.get("Location", ""), self._own_url)
        if onward is not None:
            return Told(response.status, b"", "", request.url, cookies), onward
        if headers.get("Content-Encoding", "").strip().lower() not in _PLAIN_CODINGS:
            raise _FailedError("The server answered in an encoding that was not asked for.")
        content_type = headers.get("Content-Type", "")
        audio = content_type.strip().lower().startswith("audio/")
        body = b"" if audio else await _first_bytes(response)
        return Told(response.status, body, content_type, request.url, cookies), None


async def _first_bytes(response: aiohttp.ClientResponse) -> bytes:
    """However much is sent: the connection is closed on the rest."""
    body = bytearray()
    while len(body) <= MAX_BYTES and (piece := await response.content.read(MAX_BYTES + 1 - len(body))):
        body += piece
    return bytes(body)


def _session(resolver: Judging, tls: ssl.SSLContext | None) -> aiohttp.ClientSession:
    """A connection for each request: none goes stale, and each is judged anew. No cookie is kept, no body unpacked, and
    no proxy of the environment asked.
    """
    connector = aiohttp.TCPConnector(
        resolver=resolver,
        use_dns_cache=False,
        force_close=True,
        limit=CONNECTIONS,
        ssl=tls or True,
    )
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
    )


def _class(status: int) -> str:
    return {4: "4xx", 5: "5xx"}.get(status // 100, "")
