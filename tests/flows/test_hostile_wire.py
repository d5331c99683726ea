"""Paths, headers and framing that a client library would tidy up or never send."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest

from tests.flows import wire
from tests.flows.asking import Auth, Dialer

MESSAGES = "/2010-04-01/Accounts/{a}/Messages.json"
TARGETS = (
    "/2010-04-01/Accounts/{a}/Messages%2Ejson",
    "/2010-04-01/Accounts/{a}/Messages%252Ejson",
    "/2010-04-01/Accounts/{a}/%4dessages.json",
    "/2010-04-01/Accounts%2F{a}/Messages.json",
    "/2010-04-01//Accounts/{a}/Messages.json",
    "//2010-04-01/Accounts/{a}/Messages.json",
    "/2010-04-01/Accounts/{a}/./Messages.json",
    "/2010-04-01/Accounts/{a}/Calls/../Messages.json",
    "/2010-04-01/Accounts/{a}/Calls/%2e%2e/Messages.json",
    "/2010-04-01/Accounts/{a}\\Messages.json",
    "/2010-04-01/Accounts/{a}/Messages.json;x=1",
    "/2010-04-01/Accounts/{a}/Messages.json/",
    "/2010-04-01/Accounts/{a}/Messages.json?To=%2B14155552671",
    "/2010-04-01/Accounts/{a}/messages.json",
    "/2010-04-01/Accounts/{a}/Messages",
    "/2010-04-01/accounts/{a}/Messages.json",
    "/c/a/b/c/2010-04-01/Accounts/{a}/Messages.json",
    "/c//2010-04-01/Accounts/{a}/Messages.json",
    "/c/%61/2010-04-01/Accounts/{a}/Messages.json",
    "/c/../2010-04-01/Accounts/{a}/Messages.json",
    "/v1/../2010-04-01/Accounts/{a}/Messages.json",
    "/twilio/../2010-04-01/Accounts/{a}/Messages.json",
    "http://api.twilio.com/2010-04-01/Accounts/{a}/Messages.json",
    "https://127.0.0.1/2010-04-01/Accounts/{a}/Messages.json",
    "*",
    "/2010-04-01/Accounts/{a}/Messages.json#x",
    "/2010-04-01/Accounts/{a}/Messages.json%00",
    "/2010-04-01/Accounts/{a}/Messages.json%0d%0aX:%20y",
    "/2010-04-01/Accounts/{a}/\u00cdessages.json",
)


async def _only_4xx(demo: Dialer, number: str, request: bytes) -> None:
    heard = await wire.send(demo.running.serve.port, request)
    assert heard.status in range(400, 500), heard.text
    assert [] == await demo.reached(number=number)


def _body(demo: Dialer, number: str) -> bytes:
    return f"To={quote_plus(number)}&From={quote_plus(demo.sender)}&Body=Hello".encode()


async def test_the_plain_request_passes(demo: Dialer) -> None:
    """What the cases below bend is itself accepted, whatever host it names."""
    number = demo.running.new_number()
    target = MESSAGES.format(a=demo.account)
    heard = await wire.send(
        demo.running.serve.port, wire.post(target, _body(demo, number), demo.auth, host="api.twilio.com")
    )
    assert (201, 1) == (heard.status, len(await demo.reached(number=number)))


@pytest.mark.parametrize("target", TARGETS)
async def test_a_bent_path_is_no_way_in(demo: Dialer, target: str) -> None:
    """Encoded, doubled, dotted and absolute paths are 4xx; nothing is unbent on the dialer's behalf."""
    number = demo.running.new_number()
    await _only_4xx(demo, number, wire.post(target.format(a=demo.account), _body(demo, number), demo.auth))


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: {n}", "Transfer-Encoding: chunked"),
        ("Content-Length: {n}", "Content-Length: 5"),
        ("Content-Length: +{n}",),
        ("Content-Length : {n}",),
        ("Transfer-Encoding: x",),
        ("Content-Length: {n}", "Host: other"),
        ("Content-Length: {n}", "Content-Type: application/x-www-form-urlencoded"),
        ("Content-Length: {n}", "Content-Encoding: gzip"),
        ("Content-Length: {n}", "X-Twilio: a\r\n folded"),
        ("Content-Length: 100000000",),
    ],
    ids=" ".join,
)
async def test_ambiguous_framing_is_refused(demo: Dialer, lines: tuple[str, ...]) -> None:
    """Whatever two readers could cut in two ways, or read as two things, is 4xx."""
    number = demo.running.new_number()
    body = _body(demo, number)
    headers = [line.format(n=len(body)) for line in lines]
    await _only_4xx(demo, number, wire.post(MESSAGES.format(a=demo.account), body, demo.auth, *headers))


async def test_a_large_body_without_a_length_is_refused(demo: Dialer) -> None:
    """The bound on bodies holds for one that comes in chunks."""
    number = demo.running.new_number()
    body = _body(demo, number) + b"x" * 70_000
    chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    target = MESSAGES.format(a=demo.account)
    await _only_4xx(demo, number, wire.post(target, chunked, demo.auth, "Transfer-Encoding: chunked"))


@pytest.mark.parametrize(
    ("auth", "status", "code"),
    [
        (("{a}", "0" * 32), 401, 20003),
        (("{a}", "{t}x"), 401, 20003),
        (("AC" + "0" * 32, "{t}"), 401, 20003),
        (("SK" + "0" * 32, "{t}"), 401, 20003),
        (("{a}", ""), 401, 20003),
        (("", ""), 401, 20003),
    ],
)
async def test_wrong_credentials_are_told_nothing_else(demo: Dialer, auth: Auth, status: int, code: int) -> None:
    """401 in the carrier's shape, whatever the path or the body."""
    filled = auth[0].format(a=demo.account), auth[1].format(t=demo.auth[1])
    for rest in ("Messages.json", "Nothing.json"):
        heard = await demo.post(rest, [("To", demo.running.new_number())], auth=filled)
        assert (status, code) == (heard.status, heard.code)


async def test_another_accounts_path_is_no_credential(demo: Dialer, strict: Dialer) -> None:
    """Good credentials with another tenant's account in the path are 401."""
    heard = await strict.text(demo.running.new_number(), auth=demo.auth)
    assert (401, 20003) == (heard.status, heard.code)


@pytest.mark.parametrize("scheme", ["Bearer abc", "Digest x", "Basic", "Basic !!!", "Basic QUM=", "basic"])
async def test_other_ways_to_sign_in_are_refused(demo: Dialer, scheme: str) -> None:
    """Anything but HTTP Basic is 401 with the mend."""
    form = [("To", demo.running.new_number())]
    heard = await demo.post("Messages.json", form, anonymous=True, headers={"Authorization": scheme})
    assert (401, 20003, True) == (heard.status, heard.code, "HTTP Basic" in heard.json["message"])


async def test_a_client_that_signs_the_host_is_told_to_stop(demo: Dialer) -> None:
    """Public-key client validation cannot pass a gate: 400 in words instead of a riddle from the carrier."""
    heard = await demo.text(demo.running.new_number(), headers={"Twilio-Client-Validation": "x"})
    assert (400, True) == (heard.status, "validation" in heard.json["message"])
