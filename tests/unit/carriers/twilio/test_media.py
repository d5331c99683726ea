"""Media come from the carrier and from nowhere else, as they are, and its credentials go to it alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import CarrierAnswer, CarrierStream
from dialgate.carriers.twilio.client import TwilioCarrier
from dialgate.carriers.twilio.media import is_the_carriers

ACCOUNT = "AC" + "c" * 32
PATH = "Recordings/RE" + "4" * 32 + ".mp3"
SOUND = b"ID3" + b"tone" * 50_000


@dataclass
class Shelf:
    """A server on this machine that answers one request a connection, in order, and keeps the heads of all."""

    answers: list[bytes]
    heads: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(self.answers.pop(0))
        await writer.drain()
        writer.close()


def http(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


@asynccontextmanager
async def carrier_with(shelf: Shelf) -> AsyncIterator[tuple[TwilioCarrier, str]]:
    server = await asyncio.start_server(shelf.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    carrier = TwilioCarrier(url, ACCOUNT, "SKuser", "secret", 5.0)
    try:
        yield carrier, url
    finally:
        await carrier.close()
        server.close()


async def whole(carrier: TwilioCarrier, byte_range: str = "") -> tuple[int, dict[str, str], bytes]:
    async with carrier.stream(PATH, (("RequestedChannels", "2"),), byte_range) as found:
        assert isinstance(found, CarrierStream)
        return found.status, dict(found.headers), b"".join([chunk async for chunk in found.chunks])


async def test_media_come_as_they_are() -> None:
    """Bytes, type and length; of the other headers none."""
    shelf = Shelf([http(200, SOUND, "Content-Type: audio/mpeg", "Set-Cookie: a=b", "ETag: x")])
    async with carrier_with(shelf) as (carrier, _):
        status, headers, body = await whole(carrier)
    expected = {"Content-Length": str(len(SOUND)), "Content-Type": "audio/mpeg", "ETag": "x"}
    assert (200, expected, True) == (status, headers, body == SOUND)
    head = shelf.heads[0]
    target = f"GET /2010-04-01/Accounts/{ACCOUNT}/{PATH}?RequestedChannels=2 ".encode()
    assert (True, True) == (head.startswith(target), b"Authorization: Basic" in head)


@pytest.mark.parametrize(("byte_range", "asked"), [("bytes=0-9", True), ("bytes=-5", True), ("lines=1\r\nX: y", False)])
async def test_a_part_can_be_asked_for(byte_range: str, *, asked: bool) -> None:
    """A range of bytes is passed on, and nothing else that stands in its header."""
    shelf = Shelf([http(206, SOUND[:10], "Content-Range: bytes 0-9/200003")])
    async with carrier_with(shelf) as (carrier, _):
        status, headers, _ = await whole(carrier, byte_range)
    assert (206, "bytes 0-9/200003") == (status, headers["Content-Range"])
    assert asked is (b"Range: bytes=" in shelf.heads[0])


async def test_where_the_carrier_points_is_followed_without_its_credentials() -> None:
    """A signed address of a store is for the gate; the carrier's key is not for the store."""
    shelf = Shelf([])
    async with carrier_with(shelf) as (carrier, url):
        shelf.answers += [http(307, b"", f"Location: {url}/store/1?signed=x"), http(200, SOUND)]
        assert (200, True) == ((found := await whole(carrier, "bytes=0-9"))[0], found[2] == SOUND)
    assert (True, False, True) == (
        shelf.heads[1].startswith(b"GET /store/1?signed=x "),
        b"Authorization" in shelf.heads[1],
        b"Range: bytes=0-9" in shelf.heads[1],
    )


@pytest.mark.parametrize("location", ["https://example.com/x", "http://169.254.169.254/", "file:///etc/passwd"])
async def test_no_foreign_place_is_followed(location: str) -> None:
    """A stand-in on this machine keeps its media on this machine."""
    async with carrier_with(Shelf([http(302, b"", f"Location: {location}")])) as (carrier, _):
        with pytest.raises(CarrierUnreachableError):
            await whole(carrier)


async def test_a_circle_ends() -> None:
    """Three steps, no more."""
    shelf = Shelf([])
    async with carrier_with(shelf) as (carrier, url):
        shelf.answers += [http(302, b"", f"Location: {url}/again")] * 9
        with pytest.raises(CarrierUnreachableError):
            await whole(carrier)
    assert 4 == len(shelf.heads)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://media.twiliocdn.com/AC1/x", True),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/x?sig=y", True),
        ("https://api.sydney.us1.twilio.com/x", True),
        ("http://media.twiliocdn.com/AC1/x", False),
        ("https://media.twiliocdn.com:8443/AC1/x", False),
        ("https://a:b@media.twiliocdn.com/x", False),
        ("https://media.twiliocdn.com.evil.example/x", False),
        ("https://eviltwilio.com/x", False),
        ("https://127.0.0.1/x", False),
        ("", False),
    ],
)
def test_the_carriers_own_hosts_are_known(url: str, *, expected: bool) -> None:
    """Over TLS, at its usual port, by the end of the name."""
    assert expected is is_the_carriers(url, local=False)


async def test_a_refusal_is_an_answer() -> None:
    """What the carrier does not have, it says."""
    shelf = Shelf([http(404, b'{"code": 20404}', "Content-Type: application/json")])
    async with carrier_with(shelf) as (carrier, _), carrier.stream(PATH, (), "") as found:
        assert CarrierAnswer(404, b'{"code": 20404}', "application/json") == found


@pytest.mark.parametrize("answer", [http(500), http(204), b"", b"nonsense\r\n\r\n", http(302)])
async def test_whatever_else_goes_wrong_may_be_tried_again(answer: bytes) -> None:
    """A server that fails, or answers nothing of use."""
    async with carrier_with(Shelf([answer] * 3)) as (carrier, _):
        with pytest.raises(CarrierUnreachableError):
            await whole(carrier)


async def test_half_a_recording_is_an_error() -> None:
    """A carrier that breaks off is not taken for one that has finished."""
    async with carrier_with(Shelf([http(200, b"ID3", length=100)])) as (carrier, _):
        with pytest.raises(CarrierUnreachableError):
            await whole(carrier)


@pytest.mark.parametrize("path", ["../x", "Recordings/RE1.mp3", "Calls.json", "Recordings/RE" + "4" * 32 + ".json"])
async def test_no_other_path_is_ever_asked(path: str) -> None:
    """A path that the gate did not make itself is a fault of the gate."""
    shelf = Shelf([])
    async with carrier_with(shelf) as (carrier, _):
        with pytest.raises(ValueError, match="not a path"):
            async with carrier.stream(path, (), ""):
                pass
    assert [] == shelf.heads
