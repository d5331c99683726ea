"""Recordings and pictures on their way from the carrier to a dialer: passed on as they come, never held as a whole."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import aiohttp

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import CarrierAnswer, CarrierStream
from dialgate.settings import is_loopback

CHUNK_BYTES = 64 * 1024
REDIRECTS = 3
MAX_REFUSAL_BYTES = 64 * 1024
HOSTS = (".twilio.com", ".twiliocdn.com", ".amazonaws.com")
"""Where the carrier keeps media. Source: Twilio, Media and Recording resources: media are served by redirect to its
content network, which is S3; read 2026-11.
"""
_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=2.0, sock_read=10.0)
MEDIA_PATH = re.compile(
    r"(?:Messages/(?:SM|MM)[0-9a-f]{32}/Media/ME[0-9a-f]{32}|Recordings/RE[0-9a-f]{32}(?:\.mp3|\.wav)?)", re.ASCII
)
_RANGE = re.compile(r"bytes=(?:[0-9]{1,15}-[0-9]{0,15}|-[0-9]{1,15})", re.ASCII)
_PASSING = (
    "Accept-Ranges",
    "Content-Disposition",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "ETag",
    "Last-Modified",
)
_FAILED = (aiohttp.ClientError, TimeoutError, OSError)
_SERVED = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT})


@asynccontextmanager
async def stream(
    session: aiohttp.ClientSession, root: str, path: str, query: Sequence[tuple[str, str]], byte_range: str
) -> AsyncIterator[CarrierStream | CarrierAnswer]:
    """`session` has the carrier's credentials: only the first request is made with it. Errors: as the port says."""
    if MEDIA_PATH.fullmatch(path) is None:
        raise ValueError(f"not a path of media: {path!r}")
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    if _RANGE.fullmatch(byte_range):
        headers["Range"] = byte_range
    async with AsyncExitStack() as opened:
        try:
            response = await _followed(opened, session, root + path, query, headers)
            answer = await _read(response)
        except _FAILED as error:
            raise _unreachable(error) from None
        yield answer


async def _followed(
    opened: AsyncExitStack,
    session: aiohttp.ClientSession,
    url: str,
    query: Sequence[tuple[str, str]],
    headers: dict[str, str],
) -> aiohttp.ClientResponse:
    local = is_loopback(url)
    response = await opened.enter_async_context(
        session.get(url, params=query, headers=headers, allow_redirects=False, timeout=_TIMEOUT)
    )
    for _ in range(REDIRECTS):
        if response.status not in range(300, 400) or response.status == HTTPStatus.NOT_MODIFIED:
            return response
        url = urljoin(url, response.headers.get("Location", ""))
        if not is_the_carriers(url, local=local):
            raise CarrierUnreachableError(
                "The carrier points to a place of which the gate does not know that it is its."
            )
        anonymous = await opened.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=_TIMEOUT)
        )
        response = await opened.enter_async_context(anonymous.get(url, headers=headers, allow_redirects=False))
    raise CarrierUnreachableError("The carrier sends the gate from place to place for these media.")


def is_the_carriers(url: str, *, local: bool) -> bool:
    """Over TLS to a host of the carrier, or, where the carrier is a stand-in on this machine, to this machine."""
    parts = urlsplit(url)
    if local:
        return is_loopback(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and parts.port in {None, 443} and not parts.username and host.endswith(HOSTS)


async def _read(response: aiohttp.ClientResponse) -> CarrierStream | CarrierAnswer:
    headers = tuple((name, response.headers[name]) for name in _PASSING if name in response.headers)
    if response.status in _SERVED:
        return CarrierStream(response.status, headers, _chunks(response))
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status < HTTPStatus.BAD_REQUEST:
        raise CarrierUnreachableError(f"The carrier answered with status {response.status}. Try again.")
    body = await response.content.read(MAX_REFUSAL_BYTES)
    return CarrierAnswer(response.status, body, response.headers.get("Content-Type", ""))


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            yield chunk
    except _FAILED as error:
        raise _unreachable(error) from None


def _unreachable(error: Exception) -> CarrierUnreachableError:
    return CarrierUnreachableError(f"The carrier could not be reached ({type(error).__name__}). Try again.")
