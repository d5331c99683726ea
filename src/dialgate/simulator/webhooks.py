"""The carrier as a client: signed webhooks to the gate or to a dialer, documents fetched, callbacks in order."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import urldefrag, urlencode, urljoin

import aiohttp
from yarl import URL

from dialgate.simulator.clock import Clock
from dialgate.simulator.config import SimulatorConfig
from dialgate.simulator.faults import CALLBACK_KINDS, Faults, Occasion
from dialgate.simulator.records import Noted, Resource
from dialgate.simulator.signature import signature_headers
from dialgate.simulator.wire import Pairs

# Source: Twilio, "TwiML for Programmable Voice" (15 s for a document), read 2026-11.
_TIMEOUT_S = 15.0
_MAX_REDIRECTS = 5
_KEEPS_METHOD = frozenset({307, 308})
_MOVED = frozenset({301, 302, 303}) | _KEEPS_METHOD


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side answered; `status` None and `error` set when it did not."""

    status: int | None
    text: str = ""
    content_type: str = ""
    url: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    moved_to: str = ""

    @property
    def good(self) -> bool:
        return self.status is not None and self.status < HTTPStatus.MULTIPLE_CHOICES


class Webhooks:
    """One per simulator; to be closed."""

    def __init__(self, config: SimulatorConfig, clock: Clock, faults: Faults) -> None:
        self._config = config
        self._clock = clock
        self._faults = faults
        self._in_order: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(
        self, url: str, pairs: Pairs, method: str = "POST", cookies: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one signed request and return the answer, whatever it is; a redirect is followed, each step signed anew.

        A URL fragment (connection override) stays behind.
        """
        kept = dict(cookies or {})
        reply = await self._step(url, pairs, method, kept)
        for _ in range(_MAX_REDIRECTS):
            kept.update(reply.cookies)
            if not reply.moved_to:
                break
            if reply.status not in _KEEPS_METHOD:
                method, pairs = "GET", ()
            reply = await self._step(urljoin(reply.url, reply.moved_to), pairs, method, kept)
        return replace(reply, cookies={**kept, **reply.cookies})

    async def _step(self, url: str, pairs: Pairs, method: str, cookies: Mapping[str, str]) -> Reply:
        target, _ = urldefrag(url)
        if method == "GET" and pairs:
            target += ("&" if "?" in target else "?") + urlencode(pairs)
        form = () if method == "GET" else pairs
        headers = signature_headers(self._config, target, form) | {
            "I-Twilio-Idempotency-Token": self._config.new_id(),
            "User-Agent": "TwilioProxy/1.1",
        }
        if method != "GET":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        try:
            async with self._open().request(
                method,
                URL(target, encoded=True),
                data=urlencode(form) if method != "GET" else None,
                headers=headers,
                cookies=dict(cookies),
                allow_redirects=False,
            ) as response:
                text = await response.text(errors="replace")
                kept = {name: morsel.value for name, morsel in response.cookies.items()}
                moved = response.headers.get("Location", "") if response.status in _MOVED else ""
                return Reply(response.status, text, response.content_type, str(response.url), kept, moved_to=moved)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return Reply(None, url=target, error=f"{type(error).__name__}: {error}")

    def call_back(self, resource: Noted, url: str, pairs: Pairs, method: str = "POST") -> None:
        """Send a status callback in the background, after the earlier ones of the same resource."""
        to = resource.to if isinstance(resource, Resource) else ""
        struck = self._faults.strike(CALLBACK_KINDS, Occasion(method, url, to))
        if "drop_callback" in struck:
            resource.note(self._clock.now(), callback=url, params=dict(pairs), dropped=True)
            return
        slow = struck.get("slow_callback")
        self._clock.spawn(self._send(resource, url, pairs, method, 0.0 if slow is None else slow.number("ms", 5000)))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:  # first use: a session can only be made inside a running loop
            # A connection each: none goes stale while a gate restarts, and all workers of a port get their share.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S),
            )
        return self._session

    async def _send(self, resource: Noted, url: str, pairs: Pairs, method: str, delay_ms: float) -> None:
        if delay_ms:  # late, and overtaken by those that follow
            await self._clock.sleep(delay_ms / 1000)
            await self._deliver(resource, url, pairs, method)
            return
        async with self._in_order[resource.sid]:
            await self._deliver(resource, url, pairs, method)

    async def _deliver(self, resource: Noted, url: str, pairs: Pairs, method: str) -> None:
        reply = await self.ask(url, pairs, method)
        resource.note(self._clock.now(), callback=url, params=dict(pairs), answered=reply.status, error=reply.error)
