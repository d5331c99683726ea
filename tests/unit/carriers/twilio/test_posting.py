"""A request is written once, after leave and on a connection that is sound; only a whole answer is one."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from yarl import URL

from dialgate.carriers.twilio.posting import MAX_ANSWER_BYTES, MAX_HEAD_BYTES, BrokenAnswerError, Posted, Posting
from tests.waiting import until

OK = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nhi"
HI = Posted(201, {"content-length": "2"}, b"hi")
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n"
CLOSE = "close"
"""In a script: the far end ends the connection."""


class FarEnd:
    """Says on each connection, in turn, what one script says: a piece for each request that has come whole, and before
    the first one too where the script begins with `early`.
    """

    def __init__(self, *scripts: Sequence[bytes | str], early: bytes = b"") -> None:
        self.scripts = list(scripts)
        self.early = early
        self.requests: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.ended = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        script = self.scripts.pop(0) if self.scripts else ()
        try:
            writer.write(self.early)
            for said in script:
                self.requests.append(await reader.readuntil(b"body"))
                await _say(writer, said)
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.ended += 1
            writer.close()


async def _say(writer: asyncio.StreamWriter, said: bytes | str) -> None:
    if isinstance(said, str):
        writer.close()
        return
    writer.write(said)
    await writer.drain()


@asynccontextmanager
async def posting_to(
    far_end: FarEnd,
    *,
    connections: int = 8,
    total_s: float = 5.0,
    idle_s: float = 60.0,
    server_tls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Posting]:
    server = await asyncio.start_server(far_end.serve, "127.0.0.1", 0, ssl=server_tls)
    base = URL.build(
        scheme="https" if server_tls else "http",
        host="127.0.0.1",
        port=server.sockets[0].getsockname()[1],
        path="/below/",
    )
    posting = Posting(base, {"X": "y"}, connections=connections, connect_s=2.0, total_s=total_s, idle_s=idle_s, tls=tls)
    try:
        yield posting
    finally:
        posting.close()
        server.close()
        for writer in far_end.writers:
            writer.close()


class Leave:
    """Counts how often it was asked for."""

    def __init__(self, refused: Exception | None = None) -> None:
        self.asked = 0
        self.refused = refused

    def __call__(self) -> None:
        self.asked += 1
        if self.refused is not None:
            raise self.refused


async def post(posting: Posting, leave: Leave | None = None) -> Posted:
    return await posting.post("path", b"body", leave or Leave())


async def failure_of(posting: Posting, leave: Leave) -> type[BaseException] | None:
    try:
        await post(posting, leave)
    except OSError as error:
        return type(error)
    return None


async def test_a_request_is_what_was_given() -> None:
    """Path, headers and body, and the length of the body; nothing else."""
    far_end = FarEnd([OK])
    async with posting_to(far_end) as posting:
        assert HI == await post(posting)
        host = f"127.0.0.1:{far_end.writers[0].get_extra_info('sockname')[1]}"
    expected = f"POST /below/path HTTP/1.1\r\nHost: {host}\r\nX: y\r\nContent-Length: 4\r\n\r\nbody"
    assert [expected.encode()] == far_end.requests


@pytest.mark.parametrize("answer", [OK, CHUNKED, b"HTTP/1.1 201 C\r\nX: y\r\ncontent-length:2\r\n\r\nhi"])
async def test_a_connection_is_used_again(answer: bytes) -> None:
    """An answer of known length leaves a connection on which the next request goes."""
    far_end = FarEnd([answer, answer, answer])
    async with posting_to(far_end) as posting:
        bodies = [(await post(posting)).body for _ in range(3)]
    assert ([b"hi"] * 3, 1) == (bodies, len(far_end.writers))


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 201 C\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.0 201 C\r\nContent-Length: 2\r\n\r\nhi",
        OK + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        OK + b"garbage",
    ],
)
async def test_a_connection_with_anything_odd_is_left(answer: bytes) -> None:
    """Where the far end is to close, or has said more than one answer, the next request takes a new connection."""
    far_end = FarEnd([answer], [OK])
    async with posting_to(far_end) as posting:
        first, second = await post(posting), await post(posting)
    assert (b"hi", HI, 2) == (first.body, second, len(far_end.writers))


async def test_an_answer_in_single_bytes_is_read() -> None:
    """Wherever the network cuts it."""
    far_end = FarEnd([b""])
    async with posting_to(far_end) as posting:
        asking = asyncio.create_task(post(posting))
        await until(_has(lambda: bool(far_end.requests)), "the request has come")
        for byte in b"HTTP/1.1 100 Continue\r\n\r\n" + CHUNKED:
            far_end.writers[0].write(bytes([byte]))
            await asyncio.sleep(0)
        assert (201, b"hi") == ((await asking).status, (await asking).body)


async def test_interim_answers_are_passed_over() -> None:
    """100 and 103 are not the answer."""
    far_end = FarEnd([b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + OK, OK])
    async with posting_to(far_end) as posting:
        assert [HI, HI] == [await post(posting), await post(posting)]


async def test_an_answer_without_length_ends_with_the_connection() -> None:
    """And only with its proper end."""

    class Ending(FarEnd):
        async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"body")
            writer.write(b"HTTP/1.1 201 C\r\n\r\nhi")
            writer.close()

    async with posting_to(Ending()) as posting:
        assert Posted(201, {}, b"hi") == await post(posting)


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 201 C\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",
        b"HTTP/1.1 201 C\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 201 C\r\nX: " + b"y" * MAX_HEAD_BYTES + b"\r\n",
        b"HTTP/1.1 201 C\r\n" + b"X: y\r\n" * (MAX_HEAD_BYTES // 6 + 1),
        b"HTTP/1.1 201 C\r\nContent-Length: 99999999\r\n\r\n" + b"y" * (MAX_ANSWER_BYTES + 1),
    ],
    ids=["garbage", "upgrade", "two lengths", "length and chunks", "long header", "many headers", "large body"],
)
async def test_what_is_no_answer_is_broken(answer: bytes) -> None:
    """It was asked with leave, so nobody writes it again; the connection goes."""
    leave, far_end = Leave(), FarEnd([answer], [OK])
    async with posting_to(far_end) as posting:
        assert BrokenAnswerError is await failure_of(posting, leave)
        assert HI == await post(posting)
    assert (1, 2) == (leave.asked, len(far_end.writers))


@pytest.mark.parametrize("begun", [b"", OK[:-1], OK[:30], CHUNKED[:-5]])
async def test_half_an_answer_is_none(begun: bytes) -> None:
    """The far end ends the connection within it."""

    class Breaking(FarEnd):
        async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.requests.append(await reader.readuntil(b"body"))
            writer.write(begun)
            writer.close()

    leave, far_end = Leave(), Breaking()
    async with posting_to(far_end) as posting:
        assert ConnectionResetError is await failure_of(posting, leave)
    assert (1, 1) == (leave.asked, len(far_end.requests))


@pytest.mark.parametrize("said", [b"", OK[:-1]])
async def test_silence_is_not_waited_for(said: bytes) -> None:
    """The time for all of it runs out, and the late answer finds nobody."""
    leave, far_end = Leave(), FarEnd([said], [OK])
    async with posting_to(far_end, total_s=0.2) as posting:
        assert TimeoutError is await failure_of(posting, leave)
        far_end.writers[0].write(OK)
        assert HI == await post(posting)
    assert (1, 2) == (leave.asked, len(far_end.writers))


async def test_what_refuses_leave_comes_out_and_nothing_leaves() -> None:
    """Neither on a new connection nor on a used one; the connection stays good."""
    far_end = FarEnd([OK, OK])
    async with posting_to(far_end) as posting:
        for _ in range(2):
            with pytest.raises(LookupError):
                await post(posting, Leave(LookupError("no leave")))
            assert HI == await post(posting)
    assert (2, 1) == (len(far_end.requests), len(far_end.writers))


async def test_an_ended_connection_is_replaced_before_leave_is_asked() -> None:
    """A far end that closed meanwhile costs a new connection, not a doubt, even if the loop has not noticed yet."""
    far_end = FarEnd([OK, CLOSE], [OK])
    async with posting_to(far_end) as posting:
        await post(posting)
        far_end.writers[0].close()
        await far_end.writers[0].wait_closed()
        leave = Leave()
        assert HI == await post(posting, leave)
    assert (1, 2) == (leave.asked, len(far_end.writers))


async def test_what_was_said_without_being_asked_is_no_answer() -> None:
    """Neither on a new connection, which is refused before leave is asked, nor on one that waits, which is replaced."""
    leave, early = Leave(), FarEnd([OK], early=OK)
    async with posting_to(early) as posting:
        found = {await failure_of(posting, leave) for _ in range(20)}
    assert found <= {BrokenAnswerError, None}
    late = FarEnd([OK], [OK])
    async with posting_to(late) as posting:
        await post(posting)
        late.writers[0].write(OK.replace(b"hi", b"no"))
        await late.writers[0].drain()
        assert (HI, 2) == (await post(posting), len(late.writers))


async def test_a_connection_that_waited_long_is_not_used() -> None:
    """It may be about to be closed by the far end, and then nobody would know what it did."""
    far_end = FarEnd([OK], [OK])
    async with posting_to(far_end, idle_s=0.0) as posting:
        assert [HI, HI] == [await post(posting), await post(posting)]
    assert 2 == len(far_end.writers)


async def test_no_more_connections_than_allowed() -> None:
    """Who finds none free waits, and gets the next."""
    far_end = FarEnd([OK] * 20, [OK] * 20)
    async with posting_to(far_end, connections=2) as posting:
        answers = await asyncio.gather(*(post(posting) for _ in range(20)))
    assert ([HI] * 20, True) == (answers, len(far_end.writers) <= 2)


async def test_who_gives_up_leaves_no_answer_for_the_next() -> None:
    """The connection of a request that was cancelled in the middle is closed."""
    far_end = FarEnd([b""], [OK])
    async with posting_to(far_end) as posting:
        asking = asyncio.create_task(post(posting))
        await until(_has(lambda: bool(far_end.requests)), "the request has come")
        asking.cancel()
        await asyncio.wait({asking})
        far_end.writers[0].write(OK.replace(b"hi", b"no"))
        assert HI == await post(posting)


async def test_nobody_listens() -> None:
    """A refused connection is an error before leave is asked."""
    leave = Leave()
    posting = Posting(URL("http://127.0.0.1:1"), {}, connections=1, connect_s=1.0, total_s=1.0)
    assert (ConnectionRefusedError, 0) == (await failure_of(posting, leave), leave.asked)


async def test_closing_ends_every_connection() -> None:
    """Those that wait and those in use."""
    far_end = FarEnd([OK], [b""])
    async with posting_to(far_end) as posting:
        asking = [asyncio.create_task(post(posting)) for _ in range(2)]
        await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        await until(_has(lambda: len(far_end.requests) == 2), "both requests have come")
        posting.close()
        await asyncio.wait(asking)
        await until(_has(lambda: far_end.ended == 2), "the far end sees both end")
    assert 1 == sum(task.exception() is not None for task in asking)


async def test_tls_is_verified(tmp_path: Path) -> None:
    """A certificate that the system does not trust is refused before leave is asked; a trusted one carries requests."""
    certificate, key = self_signed(tmp_path)
    server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_tls.load_cert_chain(certificate, key)
    leave, far_end = Leave(), FarEnd([OK, OK])
    async with posting_to(far_end, server_tls=server_tls) as posting:
        assert ssl.SSLCertVerificationError is await failure_of(posting, leave)
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with posting_to(far_end, server_tls=server_tls, tls=trusting) as posting:
        assert [HI, HI] == [await post(posting), await post(posting)]
    assert (0, 2) == (leave.asked, len(far_end.requests))


def self_signed(directory: Path) -> tuple[Path, Path]:
    """For 127.0.0.1: the certificate's file, the key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "far end")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = directory / "certificate.pem", directory / "key.pem"
    pem = serialization.Encoding.PEM
    paths[0].write_bytes(certificate.public_bytes(pem))
    paths[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return paths


def _has(true: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return true()

    return asked
