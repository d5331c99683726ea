"""Tenants' servers are asked as the carrier would ask, whatever they answer, and nobody else is."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from dialgate.app.outside import OutsideError, Told
from dialgate.carriers.twilio.fetch import CONNECTIONS_A_TENANT, MAX_BYTES, TenantServers
from dialgate.carriers.twilio.front.webhooks import signature
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL, TENANT
from tests.unit.carriers.twilio.servers import PRIVATE, certificates, http, server
from tests.waiting import until

FIELDS = (("CallSid", "CA1"), ("Body", "a b&c 退订"), ("CallSid", "CA1"))
NAME = "dialer.example"
OK = http(200, b"<Response/>", "Content-Type: text/xml")


class Names:
    """A resolver that answers in turn and counts."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if self.answers else ["127.0.0.1"]


@asynccontextmanager
async def outside(
    names: Names | None = None, whole_s: float = 5.0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[TenantServers]:
    servers = TenantServers(PUBLIC_URL, names or Names(), tls, whole_s)
    try:
        yield servers
    finally:
        await servers.close()


async def ask(url: str, method: str = "POST", whole_s: float = 5.0, **more: object) -> Told:
    async with outside(whole_s=whole_s) as servers:
        return await servers.ask(PRIVATE, method, url, FIELDS, **more)  # type: ignore[arg-type] # as `ask` takes them


async def refusal(url: str, whole_s: float = 5.0) -> str:
    with pytest.raises(OutsideError) as refused:
        await ask(url, whole_s=whole_s)
    return str(refused.value)


async def test_a_post_is_what_the_carrier_would_send() -> None:
    """A signed form with the fields in their order; the fragment stays here; the name goes into Host."""
    async with server(OK) as dialer, outside() as servers:
        url = dialer.url("/voice?x=%20a&y=b", NAME)
        told = await servers.ask(PRIVATE, "POST", f"{url}#rc=0", FIELDS, token="once")
    heard = dialer.heard[0]
    assert ("POST /voice?x=%20a&y=b HTTP/1.1", f"{NAME}:{dialer.port}") == (heard.line, heard.headers["host"])
    assert "CallSid=CA1&Body=a+b%26c+%E9%80%80%E8%AE%A2&CallSid=CA1" == heard.body
    assert signature(url, FIELDS, "tenanttoken") == heard.headers["x-twilio-signature"]
    assert ("identity", "once") == (heard.headers["accept-encoding"], heard.headers["i-twilio-idempotency-token"])
    assert (True, True) == tuple(word in heard.headers["user-agent"] for word in ("TwilioProxy", "dialgate"))
    assert Told(200, b"<Response/>", "text/xml", url) == told


async def test_a_get_carries_its_fields_in_the_signed_query() -> None:
    """Behind the query that the address has already."""
    async with server(OK) as dialer:
        told = await ask(dialer.url("/v?a=1"), "GET")
    query = "/v?a=1&CallSid=CA1&Body=a+b%26c+%E9%80%80%E8%AE%A2&CallSid=CA1"
    assert f"GET {query} HTTP/1.1" == dialer.heard[0].line
    assert signature(dialer.url(query), (), "tenanttoken") == dialer.heard[0].headers["x-twilio-signature"]
    assert dialer.url("/v?a=1") == told.url


async def test_json_is_signed_by_its_digest() -> None:
    """The signature covers the address, and the address the digest."""
    async with server(OK) as dialer:
        await ask(dialer.url("/j"), json=b'{"a":1}')
    digest = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    heard = dialer.heard[0]
    assert (f"POST /j?bodySHA256={digest} HTTP/1.1", '{"a":1}') == (heard.line, heard.body)
    assert signature(dialer.url(f"/j?bodySHA256={digest}"), (), "tenanttoken") == heard.headers["x-twilio-signature"]
    assert "application/json" == heard.headers["content-type"]


@pytest.mark.parametrize("status", [200, 204, 404, 500, 503])
async def test_any_status_is_an_answer(status: int) -> None:
    """What it means is for whoever asks."""
    async with server(http(status)) as dialer:
        assert status == (await ask(dialer.url())).status


@pytest.mark.parametrize(
    ("status", "line", "body"),
    [
        (301, "GET /b?c=1 HTTP/1.1", ""),
        (302, "GET /b?c=1 HTTP/1.1", ""),
        (303, "GET /b?c=1 HTTP/1.1", ""),
        (307, "POST /b?c=1 HTTP/1.1", "CallSid=CA1&Body=a+b%26c+%E9%80%80%E8%AE%A2&CallSid=CA1"),
        (308, "POST /b?c=1 HTTP/1.1", "CallSid=CA1&Body=a+b%26c+%E9%80%80%E8%AE%A2&CallSid=CA1"),
    ],
)
async def test_redirects_are_followed_and_signed_anew(status: int, line: str, body: str) -> None:
    """Cookies that were set on the way go along; the document's address is where it was found."""
    moved = http(status, b"", "Location: ../b?c=1#x", "Set-Cookie: s=1; Path=/; HttpOnly")
    async with server(moved, OK) as dialer:
        told = await ask(dialer.url("/a/x"))
    heard = dialer.heard[1]
    fields = FIELDS if body else ()
    assert (line, body, "s=1") == (heard.line, heard.body, heard.headers["cookie"])
    assert signature(dialer.url("/b?c=1"), fields, "tenanttoken") == heard.headers["x-twilio-signature"]
    assert (dialer.url("/b?c=1"), (("127.0.0.1", "s", "1"),)) == (told.url, told.cookies)


async def test_redirects_end() -> None:
    """Five are followed, the sixth is none."""
    async with server(http(302, b"", "Location: /again")) as dialer:
        assert "more than 5" in await refusal(dialer.url())
        assert 6 == len(dialer.heard)


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://user:pass@127.0.0.1/",
        "http://[::1",
        f"{PUBLIC_URL}/twilio/sms",
        "http://exämple.com/",
        "http://" + "a" * 9_000,
    ],
)
async def test_no_redirect_escapes(location: str) -> None:
    """Each address on the way is judged like the first, the tenant's leave included."""
    async with server(http(302, b"", f"Location: {location}")) as dialer:
        await refusal(dialer.url())
        assert 1 == len(dialer.heard)


async def test_without_leave_nothing_on_this_machine_is_asked() -> None:
    """By address, by a name that leads here, by a redirect, in any wrapping."""
    async with server(OK) as dialer:
        for host, found in (
            ("127.0.0.1", []),
            ("localhost", ["127.0.0.1"]),
            (NAME, ["127.0.0.1"]),
            (NAME, ["8.8.8.8", "127.0.0.1"]),
            (NAME, ["::ffff:127.0.0.1"]),
            ("[::1]", []),
            ("[::ffff:7f00:1]", []),
            ("127.1", []),
            ("0x7f000001", []),
            (NAME, ["169.254.169.254"]),
        ):
            async with outside(Names(found)) as servers:
                with pytest.raises(OutsideError):
                    await servers.ask(TENANT, "POST", dialer.url("/", host), FIELDS)
        assert [] == dialer.heard


async def test_metadata_is_never_asked() -> None:
    """Leave for private addresses is no leave for these, under whatever name."""
    for found in (["169.254.169.254"], ["fd00:ec2::254"], ["127.0.0.1", "169.254.169.254"], []):
        async with outside(Names(found)) as servers:
            with pytest.raises(OutsideError):
                await servers.ask(PRIVATE, "POST", "http://metadata.example/", FIELDS)


async def test_a_name_is_resolved_once_for_each_connection() -> None:
    """What the name says a moment later changes nothing: the judged address is the connected one."""
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    async with server(OK) as dialer, outside(names) as servers:
        told = await servers.ask(PRIVATE, "POST", dialer.url("/", NAME), FIELDS)
        assert (200, [NAME]) == (told.status, names.asked)
        with pytest.raises(OutsideError):
            await servers.ask(PRIVATE, "POST", dialer.url("/", NAME), FIELDS)
    assert 1 == len(dialer.heard)


@pytest.mark.parametrize(
    "url",
    [
        f"{PUBLIC_URL}/twilio/sms",
        f"{PUBLIC_URL.upper().replace('HTTPS', 'https')}:443/twilio/callback/x",
        f"{PUBLIC_URL}/x/../twilio/voice/y",
        f"{PUBLIC_URL}//%54wilio/sms",
        "ftp://dialer.example/",
        "https://user@dialer.example/",
        "https:///x",
        "",
        "https://dialer.example/a b",
        "https://dialer.example/退订",
        "https://dialer.example\\@127.0.0.1/",
        "https://dialer.example:0/",
        "https://dialer.example:99999/",
        "https://dialer.example/" + "a" * 8_000,
    ],
)
async def test_these_are_no_addresses_of_a_tenant(url: str) -> None:
    """The gate's own webhooks, other schemes, user info, and what cannot be read in one way."""
    names = Names()
    async with outside(names) as servers:
        with pytest.raises(OutsideError) as refused:
            await servers.ask(PRIVATE, "POST", url, FIELDS)
        assert str(refused.value) == servers.objection(PRIVATE, url)
    assert [] == names.asked


async def test_what_an_address_says_by_itself_is_told_without_asking() -> None:
    """A host as written is judged at once, a name only when it is asked."""
    names = Names()
    async with outside(names) as servers:
        assert "private" in servers.objection(TENANT, "http://10.0.0.1/x#rc=1")
        assert ["", ""] == [servers.objection(PRIVATE, f"http://{host}/x#rc=1") for host in ("10.0.0.1", NAME)]
    assert [] == names.asked


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until whoever asks gives up."""
    await reader.read()


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        await writer.drain()


async def trickling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(1_000):
        writer.write(b"1\r\nx\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def test_a_server_that_does_not_answer_is_left(free_port: int) -> None:
    """Slow, trickling or dead: an error in words, within the time of the whole."""
    async with server(silent) as slow, server(trickling) as drop_by_drop:
        assert "in time" in await refusal(slow.url(), 0.3)
        assert "in time" in await refusal(drop_by_drop.url(), 0.3)
        assert "in time" in await refusal(slow.url("/#tt=200"))
    assert "could not be reached" in await refusal(f"http://127.0.0.1:{free_port}/")


@pytest.fixture
async def free_port() -> int:
    """Where nobody listens."""
    listening = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port: int = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    return port


async def test_megabytes_are_not_read() -> None:
    """One byte more than a document may have, and the connection is closed."""
    async with server(http(200, b"x" * 5_000_000)) as large, server(endless) as without_end:
        assert [MAX_BYTES + 1] * 2 == [len((await ask(one.url())).body) for one in (large, without_end)]


async def test_audio_is_not_read_at_all() -> None:
    """The carrier plays it from where it is."""
    async with server(http(200, b"x" * 1_000, "Content-Type: Audio/mpeg")) as dialer:
        told = await ask(dialer.url("/hello.mp3"))
    assert (b"", "Audio/mpeg") == (told.body, told.content_type)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "x-bomb"])
async def test_nothing_is_unpacked(coding: str) -> None:
    """A packed answer was not asked for: a few bytes could become gigabytes."""
    body = gzip.compress(b"\0" * 10_000_000)
    async with server(http(200, body, f"Content-Encoding: {coding}")) as dialer:
        assert "encoding" in await refusal(dialer.url())


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200\r\nX\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    ],
)
async def test_garbage_is_an_error_in_words(garbage: bytes) -> None:
    """Whatever a server sends, nothing but `OutsideError` comes of it."""
    async with server(garbage) as dialer:
        assert await refusal(dialer.url())


async def test_cookies_go_back_to_the_host_that_set_them() -> None:
    """And to no other; what the call has already is kept."""
    async with server(http(200, b"", "Set-Cookie: b=2", "Set-Cookie: a=; Max-Age=0")) as dialer, outside() as servers:
        had = (("127.0.0.1", "a", "1"), ("elsewhere.example", "c", "3"))
        told = await servers.ask(PRIVATE, "POST", dialer.url(), FIELDS, had)
        assert "a=1" == dialer.heard[0].headers["cookie"]
        assert (("elsewhere.example", "c", "3"), ("127.0.0.1", "b", "2")) == told.cookies


@pytest.mark.parametrize(
    ("fragment", "status", "times"),
    [
        ("", 500, 1),
        ("#rc=2&rp=5xx", 500, 3),
        ("#rc=2&rp=4xx", 500, 1),
        ("#rc=9&rp=all", 404, 6),
        ("#rc=0&rp=all", 500, 1),
    ],
)
async def test_connection_overrides_count(fragment: str, status: int, times: int) -> None:
    """Tries again as often, and for what, the fragment says, and never more than the carrier would."""
    async with server(http(status)) as dialer:
        assert status == (await ask(dialer.url("/") + fragment)).status
        assert times == len(dialer.heard)


async def test_what_was_refused_once_is_not_tried_again() -> None:
    """A forbidden address is no failure of the network."""
    names = Names(["10.0.0.1"], ["10.0.0.1"])
    async with outside(names) as servers:
        with pytest.raises(OutsideError):
            await servers.ask(TENANT, "POST", "http://dialer.example/#rc=5&rp=all", FIELDS)
    assert [NAME] == names.asked


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would resolve for itself, and reach what the gate refuses."""
    async with server(http(500)) as proxy, server(OK) as dialer:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        assert (200, []) == ((await ask(dialer.url())).status, proxy.heard)


async def test_tls_is_with_the_name(tmp_path: Path) -> None:
    """The certificate is checked against the name, though the connection goes to the judged address."""
    trusted, serving = certificates(tmp_path, NAME)
    async with server(OK, tls=serving) as dialer, outside(tls=trusted) as servers:
        url = dialer.url("/", NAME).replace("http:", "https:")
        assert 200 == (await servers.ask(PRIVATE, "POST", url, FIELDS)).status
        with pytest.raises(OutsideError):
            await servers.ask(PRIVATE, "POST", url.replace(NAME, "other.example"), FIELDS)


async def test_one_tenants_slow_servers_leave_room_for_others() -> None:
    """Its own requests wait for each other; another's do not wait for them."""
    async with server(silent) as slow, server(OK) as dialer, outside(whole_s=20.0) as servers:
        waiting = [servers.ask(PRIVATE, "POST", slow.url(), FIELDS) for _ in range(CONNECTIONS_A_TENANT + 5)]
        asked = asyncio.gather(*waiting, return_exceptions=True)

        async def all_taken() -> bool:
            return len(slow.heard) >= CONNECTIONS_A_TENANT

        await until(all_taken, "the tenant's connections are taken")
        assert 200 == (await servers.ask(replace(PRIVATE, name="other"), "POST", dialer.url(), FIELDS)).status
        assert CONNECTIONS_A_TENANT == len(slow.heard)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked


async def test_what_is_told_goes_there_alone() -> None:
    """A signed body, posted once: a redirect is an answer like any other, since a GET of another page takes nothing."""
    async with server(http(302, b"", "Location: /login"), OK) as dialer, outside() as servers:
        told = await servers.tell(PRIVATE, dialer.url("/told", NAME), b'{"id":"1"}')
    (heard,) = dialer.heard
    signed = f"http://{heard.headers['host']}{heard.line.split()[1]}"
    assert (302, '{"id":"1"}', "application/json") == (told.status, heard.body, heard.headers["content-type"])
    assert signature(signed, (), "tenanttoken") == heard.headers["x-twilio-signature"]


async def test_a_partner_is_not_given_what_only_the_tenant_can_verify() -> None:
    """What is signed in another manner has no signature of the carrier's; private addresses stay refused."""
    async with server(OK) as dialer, outside() as servers:
        for tenant in (PRIVATE, TENANT):
            with suppress(OutsideError):
                await servers.tell(tenant, dialer.url("/push", NAME), b"{}", (("webhook-id", "1"),))
    (heard,) = dialer.heard
    assert ("POST /push HTTP/1.1", "1", "{}") == (heard.line, heard.headers["webhook-id"], heard.body)
    assert "x-twilio-signature" not in heard.headers
