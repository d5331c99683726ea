"""The carrier is asked once, with leave, and what is unknown is called unknown."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from dialgate.app.errors import CarrierUnreachableError, OutcomeUnknownError
from dialgate.app.ports import CarrierRequest
from dialgate.carriers.twilio.client import TwilioCarrier, messaging
from dialgate.domain.attempt import Channel
from dialgate.domain.reservation import NotSendable

ACCOUNT = "AC" + "c" * 32
CALL = "CA" + "1f" * 16
MESSAGE = "SM" + "2e" * 16
CONFERENCE = "CF" + "3d" * 16
REQUEST = CarrierRequest("Calls.json", (("To", "+14155552671"), ("From", "a b&c"), ("To2", "退订")))
CREATED = json.dumps({"sid": CALL}).encode()


def http(status: int = 201, body: bytes = CREATED, headers: str = "", content_type: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


class FarEnd:
    """A carrier of bare bytes: it keeps what it receives and answers as it was told, or closes where it was not."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.received: list[bytes] = []
        self.connections = 0
        self.seen = asyncio.Event()
        self.open: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open.append(writer)
        try:
            while request := await _request(reader):
                self.received.append(request)
                self.seen.set()
                answer = self.answers.pop(0)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)


@asynccontextmanager
async def carrier_at(far_end: FarEnd, total_timeout_s: float = 5.0) -> AsyncIterator[TwilioCarrier]:
    server = await asyncio.start_server(far_end.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    carrier = TwilioCarrier(f"http://127.0.0.1:{port}/", ACCOUNT, "SKuser", "secret", total_timeout_s)
    try:
        yield carrier
    finally:
        await carrier.close()
        server.close()
        for writer in far_end.open:
            writer.close()


def allow() -> None:
    pass


def refuse() -> None:
    raise NotSendable("too old")


async def wait_until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_create_is_written_with_the_carriers_own_credentials() -> None:
    """Path and credentials are the gate's, fields are those given in their order, and nothing else is added."""
    far_end = FarEnd(http(headers="Retry-After: 2\r\nSet-Cookie: a=b\r\n"))
    async with carrier_at(far_end) as carrier:
        answer = await carrier.send(REQUEST, allow)
    head, _, body = far_end.received[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    basic = base64.b64encode(b"SKuser:secret").decode()
    assert f"POST /2010-04-01/Accounts/{ACCOUNT}/Calls.json HTTP/1.1" == lines[0]
    assert f"Authorization: Basic {basic}" in lines
    assert "Content-Type: application/x-www-form-urlencoded" in lines
    assert b"To=%2B14155552671&From=a+b%26c&To2=%E9%80%80%E8%AE%A2" == body
    assert (201, CREATED, CALL, (("Retry-After", "2"),)) == (answer.status, answer.body, answer.sid, answer.headers)


async def test_leave_is_asked_once_and_before_the_first_byte() -> None:
    """When leave is asked the connection stands, and not one byte of the request has arrived."""
    far_end = FarEnd(http())
    asked: list[tuple[int, int]] = []
    async with carrier_at(far_end) as carrier:
        await carrier.send(REQUEST, lambda: asked.append((far_end.connections, len(far_end.received))))
    assert 1 == len(asked)
    assert 0 == asked[0][1]


async def test_without_leave_no_byte_leaves() -> None:
    """On a new connection: the reason comes back, and the carrier has received nothing at all."""
    far_end = FarEnd(http())
    async with carrier_at(far_end) as carrier:
        with pytest.raises(NotSendable, match="too old"):
            await carrier.send(REQUEST, refuse)
        await wait_until(lambda: far_end.connections == 1)
    assert [] == [request for request in far_end.received if request]


async def test_without_leave_no_byte_leaves_on_a_reused_connection() -> None:
    """On a connection that was kept alive: the carrier sees the first request and nothing of the second."""
    far_end = FarEnd(http(), http())
    async with carrier_at(far_end) as carrier:
        await carrier.send(REQUEST, allow)
        with pytest.raises(NotSendable):
            await carrier.send(REQUEST, refuse)
        third = await carrier.send(REQUEST, allow)
    assert (CALL, 2) == (third.sid, len([request for request in far_end.received if request]))


async def test_a_connection_that_the_carrier_closed_is_never_used_twice() -> None:
    """A create that was begun on a dying connection is unknown, and it is not written again anywhere else."""
    far_end = FarEnd(http(), None, http())
    async with carrier_at(far_end) as carrier:
        await carrier.send(REQUEST, allow)
        begun: list[int] = []
        with pytest.raises(OutcomeUnknownError):
            await carrier.send(REQUEST, lambda: begun.append(1))
    assert ([1], 2, 1) == (begun, len(far_end.received), far_end.connections)


async def test_a_connection_refused_reached_nobody() -> None:
    """Then leave was never asked, and the dialer may try again."""
    carrier = TwilioCarrier("http://127.0.0.1:1", ACCOUNT, "SKuser", "secret")
    begun: list[int] = []
    with pytest.raises(CarrierUnreachableError):
        await carrier.send(REQUEST, lambda: begun.append(1))
    await carrier.close()
    assert [] == begun


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"nonsense\r\n\r\n",
        http()[:-3],
        http(500),
        http(503, b"{}"),
        http(307, headers="Location: /elsewhere\r\n"),
        http(201, b"<xml/>", content_type="text/xml"),
        http(201, b"{}"),
        http(201, b'{"sid": "../x"}'),
    ],
)
async def test_no_usable_answer_is_unknown(answer: bytes | None) -> None:
    """After the request was written, anything but a clear yes or no means that nobody knows; nothing is repeated."""
    far_end = FarEnd(answer)
    async with carrier_at(far_end, total_timeout_s=0.5) as carrier:
        with pytest.raises(OutcomeUnknownError):
            await carrier.send(REQUEST, allow)
    assert 1 == len(far_end.received)


async def test_a_mute_carrier_is_unknown() -> None:
    """No answer in time is no answer."""
    far_end = FarEnd(b"")
    async with carrier_at(far_end, total_timeout_s=0.3) as carrier:
        with pytest.raises(OutcomeUnknownError):
            await carrier.send(REQUEST, allow)


@pytest.mark.parametrize("status", [400, 404, 429])
async def test_a_carriers_refusal_is_an_answer(status: int) -> None:
    """4xx is the carrier's own no."""
    async with carrier_at(FarEnd(http(status, b'{"code": 1}'))) as carrier:
        answer = await carrier.send(REQUEST, allow)
    assert (status, b'{"code": 1}', "") == (answer.status, answer.body, answer.sid)


async def test_reads_pass_their_query() -> None:
    """A list keeps its filters."""
    far_end = FarEnd(http(200, b'{"calls": []}'))
    async with carrier_at(far_end) as carrier:
        answer = await carrier.read("Calls.json", (("To", "+14155552671"), ("StartTime>", "x y")))
    target = far_end.received[0].split(b" ")[1].decode()
    assert f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json?To=%2B14155552671&StartTime%3E=x+y" == target
    assert 200 == answer.status


@pytest.mark.parametrize("answer", [None, http(500), http(302, headers="Location: /x\r\n")])
async def test_whatever_goes_wrong_with_a_read_may_be_tried_again(answer: bytes | None) -> None:
    """A read changes nothing, so each failure is the same."""
    async with carrier_at(FarEnd(answer, answer, answer)) as carrier:
        with pytest.raises(CarrierUnreachableError):
            await carrier.read(f"Calls/{CALL}.json", ())


@pytest.mark.parametrize(
    "path",
    [
        "../x.json",
        "Calls/../Keys.json",
        "Calls//x.json",
        "Calls/a%2Fb.json",
        "Calls/x/Keys.json",
        "Calls/.json",
        "Calls.json?x=1",
        "https://example.com",
        "Keys.json",
        "",
    ],
)
async def test_no_other_path_is_ever_asked(path: str) -> None:
    """A path that the gate did not make itself is a fault of the gate, not a request."""
    far_end = FarEnd()
    async with carrier_at(far_end) as carrier:
        with pytest.raises(ValueError, match="not a path"):
            await carrier.read(path, ())
    assert 0 == far_end.connections


@pytest.mark.parametrize(("method", "body"), [("POST", b"Hold=true"), ("DELETE", b"")])
async def test_control_asks_once_and_passes_the_answer(method: str, body: bytes) -> None:
    """It needs no leave, and its answer names what it will."""
    far_end = FarEnd(http(200, b'{"status": "x"}'))
    fields = (("Hold", "true"),) if body else ()
    async with carrier_at(far_end) as carrier:
        answer = await carrier.control(CarrierRequest(f"Conferences/{CONFERENCE}.json", fields, method))
    assert (200, b'{"status": "x"}', "") == (answer.status, answer.body, answer.sid)
    request = far_end.received[0]
    assert (True, True) == (request.startswith(method.encode() + b" /2010-04-01/"), request.endswith(body))


@pytest.mark.parametrize(
    ("method", "answer", "error"),
    [
        ("POST", None, OutcomeUnknownError),
        ("POST", http(500), OutcomeUnknownError),
        ("DELETE", None, CarrierUnreachableError),
        ("DELETE", http(500), OutcomeUnknownError),
    ],
)
async def test_what_came_of_a_change_may_be_unknown(method: str, answer: bytes | None, error: type[Exception]) -> None:
    """A change that was written is not said to have failed."""
    async with carrier_at(FarEnd(answer, answer)) as carrier:
        with pytest.raises(error):
            await carrier.control(CarrierRequest(f"Conferences/{CONFERENCE}.json", (), method))


async def test_a_participant_is_named_by_its_call() -> None:
    """What joins a conference has no name of its own."""
    document = json.dumps({"call_sid": CALL, "conference_sid": CONFERENCE}).encode()
    async with carrier_at(FarEnd(http(201, document))) as carrier:
        answer = await carrier.send(CarrierRequest(f"Conferences/{CONFERENCE}/Participants.json", ()), lambda: None)
    assert CALL == answer.sid


@pytest.mark.parametrize(
    ("channel", "sid", "path", "status"),
    [
        (Channel.VOICE, CALL, f"Calls/{CALL}.json", "completed"),
        (Channel.SMS, MESSAGE, f"Messages/{MESSAGE}.json", "canceled"),
    ],
)
async def test_cancelling_ends_what_was_made(channel: Channel, sid: str, path: str, status: str) -> None:
    """A call is completed in whatever state it is, a message is cancelled; the carrier's answer comes back."""
    far_end = FarEnd(http(404, b"{}"))
    async with carrier_at(far_end) as carrier:
        answer = await carrier.cancel(channel, sid)
    head, _, body = far_end.received[0].partition(b"\r\n\r\n")
    assert f"POST /2010-04-01/Accounts/{ACCOUNT}/{path}" == head.decode().split(" HTTP")[0]
    assert (f"Status={status}".encode(), 404) == (body, answer.status)


async def test_cancelling_what_is_queued_asks_for_nothing_more() -> None:
    """`canceled`, which the carrier refuses for a live call, never `completed`, which would end it."""
    far_end = FarEnd(http(400, b"{}"))
    async with carrier_at(far_end) as carrier:
        answer = await carrier.cancel_queued(CALL)
    head, _, body = far_end.received[0].partition(b"\r\n\r\n")
    assert f"POST /2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json" == head.decode().split(" HTTP")[0]
    assert (b"Status=canceled", 400) == (body, answer.status)


@pytest.mark.parametrize(("status", "expected"), [("in-progress", 409), ("canceled", 200), ("queued", 200)])
async def test_a_call_that_goes_on_was_not_cancelled(status: str, expected: int) -> None:
    """A yes that shows the call answered is a no, so that an opt-out can still end it."""
    async with carrier_at(FarEnd(http(200, b'{"status": "%s"}' % status.encode()))) as carrier:
        assert expected == (await carrier.cancel_queued(CALL)).status


async def test_a_cancel_that_fails_may_be_tried_again() -> None:
    """Ending twice is ending once."""
    async with carrier_at(FarEnd(None)) as carrier:
        with pytest.raises(CarrierUnreachableError):
            await carrier.cancel(Channel.VOICE, CALL)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http(200, b'{"date_sent": "Sat, 21 Nov 2026 20:00:07 +0000"}'), datetime(2026, 11, 21, 20, 0, 7, tzinfo=UTC)),
        (http(200, b'{"date_sent": "Sat, 21 Nov 2026 22:00:07 +0200"}'), datetime(2026, 11, 21, 20, 0, 7, tzinfo=UTC)),
        (http(200, b'{"date_sent": null}'), None),
        (http(200, b'{"date_sent": "yesterday"}'), None),
        (http(404, b'{"code": 20404}'), None),
    ],
)
async def test_the_carrier_knows_when_a_message_was_sent(answer: bytes, expected: datetime | None) -> None:
    """In UTC; None for a message that it does not know or has not dated."""
    async with carrier_at(FarEnd(answer)) as carrier:
        assert expected == await carrier.date_sent(MESSAGE)


@pytest.mark.parametrize("answer", [http(401, b"{}"), http(200, b"{}"), http(200, b"[]"), http(503)])
async def test_a_date_that_cannot_be_read_is_asked_again(answer: bytes) -> None:
    """A failure must not look like an unknown message."""
    async with carrier_at(FarEnd(answer)) as carrier:
        with pytest.raises(CarrierUnreachableError):
            await carrier.date_sent(MESSAGE)


async def test_what_is_no_message_was_never_sent() -> None:
    """A made-up SID is not even asked for."""
    far_end = FarEnd()
    async with carrier_at(far_end) as carrier:
        assert await carrier.date_sent("SM1") is None
    assert 0 == far_end.connections


async def test_a_cancelled_request_writes_nothing_afterwards() -> None:
    """Whoever waited and went away leaves no create behind that was not begun."""
    far_end = FarEnd(b"")
    begun: list[int] = []
    async with carrier_at(far_end) as carrier:
        task = asyncio.create_task(carrier.send(REQUEST, lambda: begun.append(1)))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
    assert ([], []) == (begun, far_end.received)


async def test_messaging_services_are_asked_for_at_their_own_paths() -> None:
    """A stand-in is all hosts of the carrier in one."""
    far_end = FarEnd(http(200, b'{"services": []}'))
    async with carrier_at(far_end) as carrier:
        await carrier.read("v1/Services", (("PageSize", "1000"),))
    assert far_end.received[0].startswith(b"GET /v1/Services?PageSize=1000 HTTP/1.1")


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://api.twilio.com", "https://messaging.twilio.com/"),
        ("https://api.dublin.ie1.twilio.com/", "https://messaging.dublin.ie1.twilio.com/"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081/"),
        ("https://api.example.com", "https://api.example.com/"),
    ],
)
def test_messaging_services_have_a_host_of_their_own(base_url: str, expected: str) -> None:
    """In the same region; whoever stands in for the carrier is asked where it stands."""
    assert expected == messaging(base_url)
