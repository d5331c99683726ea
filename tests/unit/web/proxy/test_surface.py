"""The surface answers whom it knows, for the account that is theirs, and offers nothing else."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import encode_basic_auth

from dialgate.app.queries import Role
from tests.fakes.journal_tools import AT
from tests.fakes.web_gate import ACCOUNT, OTHER_ACCOUNT, OTHER_TOKEN, WebGate, key
from tests.unit.carriers.twilio.front.wire import FORM, form
from tests.unit.web import surface
from tests.unit.web.surface import BASE, CALL, PAIR, Http

SK = "SK" + "1" * 32


@pytest.mark.parametrize("pair", [None, (ACCOUNT, "wrong"), (OTHER_ACCOUNT, OTHER_TOKEN)])
@pytest.mark.parametrize(("method", "path"), [("POST", "/Calls.json"), ("GET", ".json"), ("GET", "/Calls.json")])
async def test_only_the_account_itself_is_served(
    gate: WebGate, http: Http, method: str, path: str, pair: tuple[str, str] | None
) -> None:
    """Nobody, a wrong secret, and the right secret of another account are all 401 / 20003."""
    body = form(*CALL) if method == "POST" else None
    got = await surface.ask(http, method, BASE + path, body=body, pair=pair)
    assert (401, 20003) == (got.status, got.body["code"])
    assert [] == gate.naming_carrier.sent


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DIALER])
async def test_only_dialers_dial(gate: WebGate, http: Http, role: Role) -> None:
    """No other role reaches the carrier, reads included."""
    gate.directory.keys.append(key(SK, "secret", role, owner="" if role is Role.OPERATOR else "acme"))
    for method, path in (("POST", "/Calls.json"), ("GET", "/Calls.json")):
        body = form(*CALL) if method == "POST" else None
        got = await surface.ask(http, method, BASE + path, body=body, pair=(SK, "secret"))
        assert (403, "surface_blocked", 990300) == got.reason
    assert ([], []) == (gate.naming_carrier.sent, gate.naming_carrier.reads)


async def test_a_key_of_the_tenant_dials(gate: WebGate, http: Http) -> None:
    """An `SK` key with the account in the path works as with the carrier."""
    gate.directory.keys.append(key(SK, "secret", Role.DIALER))
    got = await surface.ask(http, "POST", f"{BASE}/Calls.json", body=form(*CALL), pair=(SK, "secret"))
    assert 201 == got.status


async def test_a_revoked_key_does_not(gate: WebGate, http: Http) -> None:
    """It is told that it was revoked."""
    gate.directory.keys.append(key(SK, "secret", Role.DIALER, revoked_at=AT))
    got = await surface.ask(http, "POST", f"{BASE}/Calls.json", body=form(*CALL), pair=(SK, "secret"))
    assert (403, "key_suspended", 990306) == got.reason


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/Calls.json"),
        ("PUT", "/Calls.json"),
        ("POST", f"/Calls/CA{'1' * 32}/Siprec.json"),
        ("POST", f"/Calls/CA{'1' * 32}/Streams.json"),
        ("POST", "/Queues.json"),
        ("POST", "/Conferences.json"),
        ("POST", "/Keys.json"),
        ("GET", "/IncomingPhoneNumbers.json"),
        ("POST", "/Calls"),
        ("POST", "//Calls.json"),
        ("POST", ".json"),
    ],
)
async def test_the_rest_of_the_carrier_is_closed(gate: WebGate, http: Http, method: str, path: str) -> None:
    """Every other operation, and every trick with a path, is refused and reaches nobody."""
    got = await surface.ask(http, method, BASE + path, body=b"To=%2B14155552671")
    assert (403, "surface_blocked", 990300) == got.reason
    assert ([], []) == (gate.naming_carrier.sent, gate.naming_carrier.reads)


@pytest.mark.parametrize(
    "target",
    [
        f"{BASE}/Calls%2Ejson",
        f"{BASE}/Calls%252Ejson",
        f"{BASE}/x/%2e%2e/Calls.json",
        f"{BASE}/x/../Calls.json",
        f"{BASE}/./Calls.json",
        f"{BASE}/Calls.json;a=b",
        f"{BASE}\\Calls.json",
        f"{BASE}/CALLS.json",
        f"{BASE}/Calls.json/",
        f"{BASE}/Calls.JSON",
        f"{BASE}/Calls/{'CA' + '1' * 32}/{'CA' + '2' * 32}.json",
        f"{BASE}/Calls/{'CA' + '1' * 32}/../../Calls.json",
        f"{BASE}/Accounts/{ACCOUNT}/Calls.json",
        f"/2010-04-01/Accounts/{ACCOUNT};x/Calls.json",
        f"{BASE}/Conferences/a/../Participants.json",
        f"{BASE}/Conferences/%2e%2e/Participants.json",
        f"{BASE}/Conferences//Participants.json",
        f"{BASE}/Conferences/.a/Participants.json",
        f"{BASE}/Conferences/a;b/Participants.json",
        f"http://api.twilio.com{BASE}/Calls.json",
        f"//api.twilio.com{BASE}/Calls.json",
    ],
)
async def test_no_spelling_of_a_path_is_another_way_in(gate: WebGate, http: Http, target: str) -> None:
    """The bytes of the request line decide, before anybody has decoded or tidied them."""
    reader, writer = await asyncio.open_connection(http.server.host, http.server.port)
    body = form(*CALL)
    head = f"POST {target} HTTP/1.1\r\nHost: api.twilio.com\r\nAuthorization: {encode_basic_auth(*PAIR)}\r\n"
    head += f"Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    status = (await reader.readline()).split()[1]
    writer.close()
    assert (True, []) == (status in {b"400", b"403"}, gate.naming_carrier.sent)


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "x-method-override", "X-Original-URL"])
async def test_a_request_is_what_its_first_line_says(gate: WebGate, http: Http, name: str) -> None:
    """A header that names another method or path is refused, whatever it names."""
    got = await surface.ask(http, "GET", f"{BASE}/Calls.json", headers={name: "DELETE"})
    assert ((403, "surface_blocked", 990300), []) == (got.reason, gate.naming_carrier.reads)


@pytest.mark.parametrize(
    "path", ["/v1/Services", "/v1/Messages", "/v1/a2p/BrandRegistrations", "/v2/Flows", "/v1/token"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_other_hosts_of_the_carrier_are_refused_in_its_words(http: Http, method: str, path: str) -> None:
    """An SDK that is pointed here with another of its hosts understands the refusal."""
    assert (403, "surface_blocked", 990300) == (await surface.ask(http, method, path)).reason


async def test_the_surface_ends_every_path(http: Http) -> None:
    """An unknown path is refused in the carrier's shape, and only to those who may know."""
    known = await surface.ask(http, "GET", "/v2/Services")
    stranger = await surface.ask(http, "GET", "/v2/Services", pair=None)
    assert ((403, 990300), (401, 20003)) == (
        (known.status, known.body["code"]),
        (stranger.status, stranger.body["code"]),
    )


async def test_no_answer_is_a_server_error_when_the_ledger_is_down(gate: WebGate, http: Http) -> None:
    """Reads without SQL ask to come again."""
    gate.sql_trouble.down = True
    got = await surface.get(http, "/Calls.json")
    assert got.status < 500
