"""What a dialer wants to hear reaches it after the record, in its own account's name, and only from the carrier."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from dialgate.app.call_state import CallState, Made
from dialgate.app.front import Wanted
from dialgate.app.outside import OutsideError, Told
from dialgate.app.records import Kind
from tests.fakes.web_gate import ACCOUNT, CARRIER_ACCOUNT, SENDER, WebGate, sid
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL, signed
from tests.unit.web import surface
from tests.unit.web.surface import CALL, CARRIER_TOKEN, MESSAGE, NUMBER, Got, Http

URL = "https://dialer.example/status?team=1#rc=2"
TOLD = Told(202, b"thanks", "text/plain", URL)
ENDED = (("CallSid", sid("CA", 1)), ("CallStatus", "completed"), ("NewField", "退订"), ("Timestamp", "now"))


async def placed(gate: WebGate, http: Http, *, message: bool = False) -> str:
    path, fields = ("/Messages.json", MESSAGE) if message else ("/Calls.json", CALL)
    got = await surface.post(http, path, *fields)
    await gate.journal.shipped()
    return got.decision


async def address(gate: WebGate, decision: str, **more: object) -> str:
    """The path of a callback that the dialer named."""
    made = Made(decision, "acme", ACCOUNT, "voice", NUMBER, SENDER, "marketing")
    given: dict[str, object] = {"wanted": Wanted.STATUS, **more}
    state = CallState(made, url=URL, method="POST", expires_at_s=2_000_000_000, **given)  # type: ignore[arg-type] # of it
    gate.outside.answers = [TOLD]
    return (await gate.addresses.address(state)).removeprefix(PUBLIC_URL)


async def report(http: Http, path: str, *fields: tuple[str, str], token: str = CARRIER_TOKEN) -> Got:
    return await surface.from_carrier(http, path, *fields, token=token)


async def test_what_the_carrier_reports_is_recorded_and_passed_on(gate: WebGate, http: Http) -> None:
    """In order, unknown fields too, in the tenant's name; the dialer's status is the answer."""
    decision = await placed(gate, http)
    got = await report(http, await address(gate, decision), *ENDED)
    assert (202, "") == (got.status, got.text)
    assert [(decision, "completed")] == [(one.id, one.body["status"]) for one in gate.journal.of(Kind.SETTLED)]
    asked = gate.outside.asked[0]
    assert ("acme", "POST", URL) == (asked.tenant, asked.method, asked.url)
    assert (("AccountSid", ACCOUNT), *ENDED) == asked.fields


@pytest.mark.parametrize(
    ("events", "heard"),
    [
        ((), ["completed", "no-answer"]),
        (("ringing", "answered"), ["ringing", "in-progress"]),
        (("initiated",), ["queued", "initiated"]),
    ],
)
async def test_a_dialer_hears_what_it_asked_for(
    gate: WebGate, http: Http, events: tuple[str, ...], heard: list[str]
) -> None:
    """The gate hears of every state; where the dialer named none, it hears of the end alone, as from the carrier."""
    path = await address(gate, await placed(gate, http), events=events)
    statuses = ("queued", "initiated", "ringing", "in-progress", "completed", "no-answer", "brand-new")
    answers = [await report(http, path, ("CallSid", sid("CA", 1)), ("CallStatus", status)) for status in statuses]
    assert heard == [dict(one.fields)["CallStatus"] for one in gate.outside.asked]
    assert [202 if status in heard else 204 for status in statuses] == [one.status for one in answers]


async def test_every_state_of_a_message_is_passed_on(gate: WebGate, http: Http) -> None:
    """There is nothing to choose from."""
    path = await address(gate, await placed(gate, http, message=True))
    for status in ("sent", "delivered"):
        await report(http, path, ("MessageSid", sid("SM", 1)), ("MessageStatus", status))
    assert (2, 1) == (len(gate.outside.asked), len(gate.journal.of(Kind.SETTLED)))


async def test_a_report_for_the_gate_alone_ends_here(gate: WebGate, http: Http) -> None:
    """Recorded, and nobody asked."""
    path = await address(gate, await placed(gate, http))
    gate.addresses.kept[0] = replace(gate.addresses.kept[0], url="")
    assert 204 == (await report(http, path, *ENDED)).status
    assert (1, []) == (len(gate.journal.of(Kind.SETTLED)), gate.outside.asked)


async def test_what_comes_again_is_passed_on_again_and_recorded_once(gate: WebGate, http: Http) -> None:
    """The carrier comes again because the dialer failed; the record stands already."""
    path = await address(gate, await placed(gate, http))
    gate.outside.answers = [OutsideError("The server did not answer in time."), TOLD]
    first = await report(http, path, *ENDED)
    await gate.journal.shipped()
    again = await report(http, path, *ENDED)
    assert (502, 202, 1) == (first.status, again.status, len(gate.journal.of(Kind.SETTLED)))


async def test_the_carriers_own_token_of_repeats_goes_along(gate: WebGate, http: Http) -> None:
    """By which the dialer knows what comes again; nonsense in it does not."""
    path = await address(gate, await placed(gate, http))
    webhook = signed(path, (("AccountSid", CARRIER_ACCOUNT), *ENDED), CARRIER_TOKEN)
    for token in ("0b7e-once", "two words"):
        headers = {**webhook.headers, "I-Twilio-Idempotency-Token": token}
        await surface.ask(http, "POST", path, body=webhook.body, pair=None, headers=headers)
    assert ["0b7e-once", ""] == [one.token for one in gate.outside.asked]


async def test_links_lead_to_the_gate(gate: WebGate, http: Http) -> None:
    """Recordings, media, transcriptions and names of rooms, and never a word of a person."""
    path = await address(gate, await placed(gate, http))
    gate.addresses.kept[0] = replace(gate.addresses.kept[0], wanted=Wanted.CALLBACK)
    api = f"https://api.twilio.com/2010-04-01/Accounts/{CARRIER_ACCOUNT}"
    own = f"{PUBLIC_URL}/2010-04-01/Accounts/{ACCOUNT}"
    recording = sid("RE", 1)
    await report(
        http,
        path,
        ("RecordingUrl", f"{api}/Recordings/{recording}"),
        ("FriendlyName", f"{ACCOUNT}.room"),
        ("Body", f"look at {api}/x"),
    )
    expected = {
        "RecordingUrl": f"{own}/Recordings/{recording}",
        "FriendlyName": "room",
        "Body": f"look at {api}/x",
    }
    told = dict(gate.outside.asked[0].fields)
    assert expected == {name: told[name] for name in expected}
    assert [] == gate.journal.of(Kind.SETTLED)


async def test_a_get_is_passed_on_as_the_dialer_asked(gate: WebGate, http: Http) -> None:
    """Its fields stand in the signed query."""
    path = await address(gate, await placed(gate, http))
    gate.addresses.kept[0] = replace(gate.addresses.kept[0], method="GET")
    query = f"{path}?AccountSid={CARRIER_ACCOUNT}&CallSid={sid('CA', 1)}&CallStatus=completed"
    webhook = signed(query, (), CARRIER_TOKEN)
    got = await surface.ask(http, "GET", query, pair=None, headers={**webhook.headers, "Content-Type": "text/plain"})
    assert (202, "GET") == (got.status, gate.outside.asked[0].method)
    assert ("AccountSid", ACCOUNT) == gate.outside.asked[0].fields[0]


async def test_json_is_passed_on_in_the_tenants_name(gate: WebGate, http: Http) -> None:
    """Byte for byte but for the account."""
    path = await address(gate, await placed(gate, http))
    body = f'{{"AccountSid": "{CARRIER_ACCOUNT}",  "x": [1.10, "退"]}}'.encode()
    target = f"{path}?bodySHA256={sha256(body).hexdigest()}"
    headers = {**signed(target, (), CARRIER_TOKEN).headers, "Content-Type": "application/json"}
    got = await surface.ask(http, "POST", target, body=body, pair=None, headers=headers)
    assert (202, body.replace(CARRIER_ACCOUNT.encode(), ACCOUNT.encode())) == (got.status, gate.outside.asked[0].json)


async def test_a_forged_callback_changes_nothing(gate: WebGate, http: Http) -> None:
    """403 before anything is looked up; nobody is told."""
    got = await report(http, await address(gate, await placed(gate, http)), *ENDED, token="forged")
    assert (403, [], []) == (got.status, gate.journal.of(Kind.SETTLED), gate.outside.asked)


async def test_an_address_of_nobody_is_not_found(gate: WebGate, http: Http) -> None:
    """Forged and expired tokens, tenants that are gone, and addresses of documents: 404 without a hint."""
    path = await address(gate, await placed(gate, http))
    gate.addresses.kept[0] = replace(gate.addresses.kept[0], made=replace(gate.addresses.kept[0].made, tenant="gone"))
    document = await address(gate, gate.addresses.kept[0].made.decision_id, wanted=Wanted.DOCUMENT)
    paths = (path, "/twilio/callback/t99", "/twilio/callback/x", document.replace("/voice/", "/callback/"))
    answers = [await report(http, one, *ENDED) for one in paths]
    assert {(404, "There is nothing here.")} == {(one.status, one.body["detail"]) for one in answers}
    assert [] == gate.outside.asked


async def test_what_cannot_be_recorded_is_not_passed_on(gate: WebGate, http: Http) -> None:
    """503, so that the carrier comes again."""
    path = await address(gate, await placed(gate, http))
    gate.sql_trouble.down = True
    assert (503, []) == ((await report(http, path, *ENDED)).status, gate.outside.asked)


async def test_an_opt_out_that_the_carrier_reports_is_taken_in(gate: WebGate, http: Http) -> None:
    """21610 counts here as at the gate's own address, and the dialer hears of it."""
    path = await address(gate, await placed(gate, http, message=True))
    failed = (("MessageSid", sid("SM", 1)), ("MessageStatus", "failed"), ("ErrorCode", "21610"))
    assert 202 == (await report(http, path, *failed)).status
    assert (400, "suppressed", 990103) == (await surface.post(http, "/Calls.json", *CALL)).reason


async def test_another_calls_report_does_not_end_the_attempt(gate: WebGate, http: Http) -> None:
    """A leg has a name of its own."""
    path = await address(gate, await placed(gate, http))
    got = await report(http, path, ("CallSid", sid("CA", 77)), ("CallStatus", "completed"))
    assert (202, []) == (got.status, gate.journal.of(Kind.SETTLED))


CALL_SID, ACCOUNT_SID = ("CallSid", sid("CA", 1)), ("AccountSid", CARRIER_ACCOUNT)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ((CALL_SID, ("CallStatus", "\x00")), 400),
        ((CALL_SID, ("CallStatus", "COMPLETED")), 400),
        ((CALL_SID, CALL_SID, ("CallStatus", "completed")), 400),
        ((("CallSid", "CA1"), ("CallStatus", "completed")), 400),
        ((ACCOUNT_SID, CALL_SID, ("CallStatus", "completed")), 400),
        ((CALL_SID, ("CallStatus", "completed"), ("ErrorCode", "x" * 50)), 400),
        ((CALL_SID, ("CallStatus", "completed"), ("\x00", "\x7f")), 202),
        ((("退", "订"), ("a", ""), ("a", "b"), ("a", "")), 202),
        ((), 202),
    ],
)
async def test_whatever_the_carrier_sends_the_gate_does_not_fail(
    gate: WebGate, http: Http, fields: tuple[tuple[str, str], ...], status: int
) -> None:
    """A state that cannot be read is refused in words; everything else is passed on as it is."""
    got = await report(http, await address(gate, await placed(gate, http)), *fields)
    assert status == got.status
    assert ([fields] if status == 202 else []) == [one.fields[1:] for one in gate.outside.asked]


@pytest.mark.parametrize("token", ["", "..", "%2e%2e", "t0/x", "t0%00", "x" * 4_000, "退", "t0?", "t0%2f"])
async def test_no_other_spelling_leads_to_an_address(gate: WebGate, http: Http, token: str) -> None:
    """Signed or not."""
    path = (await address(gate, await placed(gate, http))).removesuffix("t0")
    got = await surface.ask(http, "POST", path + token, body=b"a=b", pair=None)
    assert got.status in {403, 404}
    assert [] == gate.outside.asked


@pytest.mark.parametrize("status", [200, 204, 304, 404, 500, 503, 999])
async def test_the_dialers_status_is_the_answer(gate: WebGate, http: Http, status: int) -> None:
    """Whatever it is, and nothing but it."""
    path = await address(gate, await placed(gate, http))
    gate.outside.answers = [replace(TOLD, status=status)]
    got = await report(http, path, *ENDED)
    assert (status, "") == (got.status, got.text)
