"""A create goes out once, or is refused in the carrier's words, and is on record either way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from dialgate.app.errors import CarrierUnreachableError, OutcomeUnknownError
from dialgate.app.ports import CarrierAnswer
from dialgate.app.queries import Role
from dialgate.app.records import Kind
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Change, Entry, OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.web.app import make_app
from tests.fakes.journal_tools import AT
from tests.fakes.live_calls import own
from tests.fakes.web_gate import ACCOUNT, CARRIER_ACCOUNT, SERVICE, TOKEN, WebGate, key, sid
from tests.model.scripts import Scripts
from tests.unit.carriers.twilio.front.wire import FORM, form
from tests.unit.web import surface
from tests.unit.web.surface import BASE, BODY, CALL, FROM, MESSAGE, NUMBER, SAY, TO, Http

KEYED = {"Idempotency-Key": "k1"}
SK = "SK" + "0" * 32
SERVED = ("MessagingServiceSid", SERVICE)


async def opt_out(gate: WebGate, number: str = NUMBER) -> None:
    scope = Scope("acme")
    one = OptOut(OptOutId("stop-1"), E164(number), scope, Source.SMS, "carrier", AT, AT)
    assert (await gate.opting_out.record(one)).in_force


def verdicts(gate: WebGate) -> list[str]:
    return [record.body["verdict"] for record in gate.journal.of(Kind.DECISION)]


async def test_an_allowed_call_goes_out_in_the_gates_own_words(gate: WebGate, http: Http) -> None:
    """The carrier's answer comes back in the tenant's name, with the decision in a header and on record."""
    got = await surface.post(http, "/Calls.json", ("To", "+1 (415) 555-2671"), FROM, SAY)
    assert (201, sid("CA", 1), ACCOUNT) == (got.status, got.body["sid"], got.body["account_sid"])
    assert CARRIER_ACCOUNT not in got.text
    (sent,) = gate.naming_carrier.sent
    assert ("Calls.json", NUMBER) == (sent.path, dict(sent.fields)["To"])
    assert dict(sent.fields)["StatusCallback"].endswith(f"/twilio/status/{got.decision}")
    assert [got.decision] == [record.id for record in gate.journal.of(Kind.DECISION)]


async def test_a_call_beyond_the_pace_is_told_when_to_come_back() -> None:
    """429 with the seconds after which its slot is kept, and on record; messages and updates go on."""
    gate = WebGate(calls_per_second=0.1)
    await gate.inside.directory.refresh()
    async with TestClient(TestServer(make_app(gate.inside, surface.FRONT))) as http:
        first = await surface.post(http, "/Calls.json", *CALL)
        second = await surface.post(http, "/Calls.json", ("To", "+14155552672"), FROM, SAY)
        text = await surface.post(http, "/Messages.json", *MESSAGE)
        new = await surface.post(http, f"/Calls/{first.body['sid']}.json", ("Twiml", "<Response><Hangup/></Response>"))
    assert ([201, 201, 200], (429, "pacing", 20429)) == ([first.status, text.status, new.status], second.reason)
    assert "8" == second.headers["Retry-After"]
    assert {second.decision: "block"} == {
        one.id: one.body["verdict"] for one in gate.journal.of(Kind.DECISION) if one.id == second.decision
    }


async def test_a_scheduled_message_counts_at_its_time(gate: WebGate, http: Http) -> None:
    """It goes to the carrier at the time that was judged, and its reservation lives from then on."""
    due = (gate.inside.clock.now() + timedelta(days=2)).replace(microsecond=0)
    later = (("ScheduleType", "fixed"), ("SendAt", due.strftime("%Y-%m-%dT%H:%M:%SZ")))
    got = await surface.post(http, "/Messages.json", TO, SERVED, BODY, *later, ("ValidityPeriod", "60"))
    assert 201 == got.status, got.text
    (held,) = [one.reservation for one in gate.server.content.held.values()]
    assert int(due.timestamp() * 1000) == held.due_ms
    assert 2 * 86_400 + 60 <= held.lifetime_s <= 2 * 86_400 + 180
    assert set(later) < set(gate.naming_carrier.sent[0].fields)


@pytest.mark.parametrize("ahead", [timedelta(minutes=4), timedelta(days=36)])
async def test_a_time_that_the_carrier_would_not_take_is_refused(gate: WebGate, http: Http, ahead: timedelta) -> None:
    """On record, before anything is reserved."""
    due = ("SendAt", (gate.inside.clock.now() + ahead).strftime("%Y-%m-%dT%H:%M:%SZ"))
    got = await surface.post(http, "/Messages.json", TO, SERVED, BODY, ("ScheduleType", "fixed"), due)
    assert ((400, "bad_request", 990100), ["block"], {}) == (got.reason, verdicts(gate), gate.held)


@pytest.mark.parametrize(
    ("path", "fields", "code"), [("/Calls.json", CALL, 990103), ("/Messages.json", MESSAGE, 21610)]
)
async def test_a_suppressed_number_is_refused_on_both_channels(
    gate: WebGate, http: Http, path: str, fields: tuple[tuple[str, str], ...], code: int
) -> None:
    """Nothing is forwarded, and the refusal says why, by rule and scope, with the decision on record."""
    await opt_out(gate)
    got = await surface.post(http, path, *fields)
    assert (400, "suppressed", code) == got.reason
    assert ("suppression", "acme/*/*/*", got.decision) == tuple(
        got.body["details"][name] for name in ("rule", "scope", "decision_id")
    )
    assert ([], ["block"]) == (gate.naming_carrier.sent, verdicts(gate))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ((("To", "911"), FROM, SAY), (400, "invalid_number", 21211)),
        ((("To", ""), FROM, SAY), (400, "invalid_number", 21211)),
        ((("To", "sip:a@b"), FROM, SAY), (400, "unsupported_destination", 990102)),
        ((TO, FROM, ("Byoc", "1")), (403, "surface_blocked", 990300)),
        ((TO, FROM, ("CallerId", "+14155550177")), (403, "caller_id_not_allowed", 990304)),
        ((TO, FROM, ("Unknown", "1")), (400, "bad_request", 990100)),
        ((TO, FROM, ("Twiml", "<Response><Fax/></Response>")), (400, "unknown_twiml", 990113)),
        ((TO, FROM, ("Twiml", "<Response>")), (400, "bad_request", 990100)),
        ((TO, FROM, ("Twiml", "<Response><Dial><Sip>sip:a@b</Sip></Dial></Response>")), (400, "unknown_twiml", 990113)),
        ((TO, FROM, ("ApplicationSid", "AP" + "0" * 32)), (400, "bad_request", 990100)),
    ],
)
async def test_what_may_not_go_out_is_on_record(
    gate: WebGate, http: Http, fields: tuple[tuple[str, str], ...], reason: tuple[int, str, int]
) -> None:
    """Refusals for number and parameter alike have a decision, and nothing is forwarded."""
    got = await surface.post(http, "/Calls.json", *fields)
    assert reason == got.reason
    assert ([], [got.decision]) == (gate.naming_carrier.sent, [one.id for one in gate.journal.of(Kind.DECISION)])


async def test_every_reason_is_named(gate: WebGate, http: Http) -> None:
    """A bad parameter, a bad header and a suppression are told at once; the first names the status."""
    await opt_out(gate)
    fields = (*CALL, ("Byoc", "1"))
    got = await surface.post(http, "/Calls.json", *fields, headers={"X-Dialgate-Campaign": "a b"})
    assert ["surface_blocked", "bad_request", "suppressed"] == got.body["details"]["reasons"]


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (form(FROM, SAY), {}, 21604),
        (form(TO, TO), {}, 990100),
        (b'{"To": "+14155552671"}', {"Content-Type": "application/json"}, 990100),
        (form(*CALL), {"Content-Type": f"{FORM}; charset=utf-16"}, 990100),
        (form(*CALL), {"Content-Encoding": "gzip"}, 990100),
        (form(*CALL, ("Body", "x" * 70_000)), {}, 990100),
        (b"\xff", {}, 990100),
    ],
)
async def test_what_cannot_be_read_is_refused_without_a_decision(
    gate: WebGate, http: Http, body: bytes, headers: dict[str, str], code: int
) -> None:
    """400 with the mend in words; no number, no record."""
    got = await surface.ask(http, "POST", f"{BASE}/Calls.json", body=body, headers=headers)
    assert (400, code, False) == (got.status, got.body["code"], "X-Dialgate-Decision" in got.headers)
    assert ([], []) == (gate.naming_carrier.sent, verdicts(gate))


async def test_campaign_and_purpose_reach_the_record(gate: WebGate, http: Http) -> None:
    """By the path for SDKs, by headers for raw clients."""
    path = f"/c/spring/collection{BASE}/Calls.json"
    await surface.ask(http, "POST", path, body=form(*CALL), headers={"X-Dialgate-Debt": "D1"})
    (record,) = gate.journal.of(Kind.DECISION)
    assert ("spring", "collection", "D1") == tuple(record.body[name] for name in ("campaign", "purpose", "debt"))


async def test_the_same_request_again_gets_the_same_answer(gate: WebGate, http: Http) -> None:
    """A byte-equal repeat is not sent again, whoever repeats it."""
    first = await surface.post(http, "/Calls.json", *CALL)
    second = await surface.post(http, "/Calls.json", *CALL)
    assert (first.status, first.text, first.decision) == (second.status, second.text, second.decision)
    assert 1 == len(gate.naming_carrier.sent)


async def test_the_same_content_in_another_request_is_a_duplicate(gate: WebGate, http: Http) -> None:
    """409 by the rule, within a minute."""
    await surface.post(http, "/Messages.json", TO, FROM, BODY)
    got = await surface.post(http, "/Messages.json", FROM, TO, BODY)
    assert ((409, "duplicate", 990900), 1) == (got.reason, len(gate.naming_carrier.sent))


async def test_a_key_makes_two_requests_two(gate: WebGate, http: Http) -> None:
    """Under two keys two go out, if no rule forbids it; under one key one."""
    calls = [CALL, CALL, (TO, FROM, ("Twiml", "<Response/>"))]
    keys = ["k1", "k1", "k2"]
    got = [
        await surface.post(http, "/Calls.json", *fields, headers={"Idempotency-Key": key})
        for fields, key in zip(calls, keys, strict=True)
    ]
    assert [201, 201, 201] == [one.status for one in got]
    assert (got[0].text == got[1].text, got[0].text == got[2].text) == (True, False)
    assert 2 == len(gate.naming_carrier.sent)


async def test_a_key_with_other_parameters_is_a_conflict(gate: WebGate, http: Http) -> None:
    """409, and the second is not sent."""
    await surface.post(http, "/Calls.json", *CALL, headers=KEYED)
    got = await surface.post(http, "/Calls.json", ("To", "+14155552672"), FROM, SAY, headers=KEYED)
    assert (409, 1) == (got.status, len(gate.naming_carrier.sent))


async def test_an_unknown_outcome_is_never_sent_again(gate: WebGate, http: Http) -> None:
    """The first and each repeat are 409 `outcome_unknown`; the carrier saw one create."""
    gate.naming_carrier.send_error = OutcomeUnknownError("no answer")
    first = await surface.post(http, "/Calls.json", *CALL)
    gate.naming_carrier.send_error = None
    second = await surface.post(http, "/Calls.json", *CALL)
    assert ((409, "outcome_unknown", 990901), first.reason) == (first.reason, second.reason)
    assert (first.decision, 1) == (second.decision, len(gate.naming_carrier.sent))


async def test_a_repeat_while_the_first_is_on_its_way_is_not_sent(gate: WebGate, http: Http) -> None:
    """It waits, then is told that nobody knows yet; with a key it is told at once."""
    gate.store_trouble.fails.add("sent")
    first = await surface.post(http, "/Calls.json", *CALL)
    waited = await surface.post(http, "/Calls.json", *CALL)
    gate.pass_s(61)
    await surface.post(http, "/Calls.json", *CALL, headers=KEYED)
    at_once = await surface.post(http, "/Calls.json", *CALL, headers=KEYED)
    assert [201, 409, 409] == [first.status, waited.status, at_once.status]
    assert ("outcome_unknown", "outcome_unknown") == (waited.reason[1], at_once.reason[1])
    assert 2 == len(gate.naming_carrier.sent)


async def test_a_refused_request_is_judged_anew(gate: WebGate, http: Http) -> None:
    """A 4xx of the carrier leaves nothing to repeat."""
    refused = CarrierAnswer(400, b'{"code": 21212, "status": 400, "message": "x"}', "application/json")
    naming, gate.naming_carrier.before_answer = gate.naming_carrier.before_answer, lambda: None
    gate.naming_carrier.answer = refused
    first = await surface.post(http, "/Calls.json", *CALL)
    gate.naming_carrier.before_answer = naming
    second = await surface.post(http, "/Calls.json", *CALL)
    assert ((400, 21212), 201) == ((first.status, first.body["code"]), second.status)
    assert first.decision != second.decision


async def test_an_unreachable_carrier_is_a_502_with_its_decision(gate: WebGate, http: Http) -> None:
    """Nothing reached it, so a client may send again, and then it goes out."""
    gate.naming_carrier.send_error = CarrierUnreachableError("refused")
    first = await surface.post(http, "/Calls.json", *CALL)
    gate.naming_carrier.send_error = None
    second = await surface.post(http, "/Calls.json", *CALL)
    assert ((502, "gate_unavailable", 990401), True) == (first.reason, bool(first.decision))
    assert 201 == second.status


async def test_an_opt_out_on_the_wire_cancels(gate: WebGate, http: Http) -> None:
    """A create that an opt-out has overtaken is cancelled and told with its name."""
    gate.store_trouble.before["sent"] = lambda: opt_out_in_the_store(gate)
    got = await surface.post(http, "/Calls.json", *CALL)
    assert (400, "recalled", 990114) == got.reason
    assert sid("CA", 1) == got.body["details"]["carrier_sid"]
    assert [("voice", sid("CA", 1))] == gate.naming_carrier.cancelled


@pytest.mark.parametrize("trouble", ["store", "journal", "generation"])
async def test_a_gate_that_cannot_decide_refuses(gate: WebGate, http: Http, trouble: str) -> None:
    """429 with a time to come again, never a 5xx, and nothing is forwarded."""
    if trouble == "store":
        gate.store_trouble.down = True
    elif trouble == "journal":
        gate.journal.broken = True
    else:
        gate.state.generation = 2
    got = await surface.post(http, "/Calls.json", *CALL)
    assert (429, "1") == (got.status, got.headers["Retry-After"])
    assert [] == gate.naming_carrier.sent


async def made(http: Http, path: str, *fields: tuple[str, str]) -> str:
    return str((await surface.post(http, path, *fields)).body["sid"])


async def test_own_calls_and_messages_can_be_ended(gate: WebGate, http: Http) -> None:
    """Completing, cancelling and emptying pass straight on, even for a number that has opted out since."""
    call, message = await made(http, "/Calls.json", *CALL), await made(http, "/Messages.json", *MESSAGE)
    await opt_out(gate)
    got = [
        await surface.post(http, f"/Calls/{call}.json", ("Status", "completed")),
        await surface.post(http, f"/Messages/{message}.json", ("Status", "canceled")),
        await surface.post(http, f"/Messages/{message}.json", ("Body", "")),
    ]
    assert [200, 200, 200] == [one.status for one in got]
    expected = [
        (f"Calls/{call}.json", (("Status", "completed"),)),
        (f"Messages/{message}.json", (("Status", "canceled"),)),
        (f"Messages/{message}.json", (("Body", ""),)),
    ]
    assert expected == [(one.path, one.fields) for one in gate.naming_carrier.sent[2:]]


async def test_calls_of_others_cannot_be_touched(gate: WebGate, http: Http) -> None:
    """404 / 20404, and the carrier is not asked."""
    got = await surface.post(http, f"/Calls/{sid('CA', 99)}.json", ("Status", "completed"))
    assert ((404, 20404), []) == ((got.status, got.body["code"]), gate.naming_carrier.sent)


async def test_new_instructions_for_a_live_call_are_an_attempt(gate: WebGate, http: Http) -> None:
    """They are judged by the number of the call: allowed before an opt-out, refused after it, recorded both times."""
    call = await made(http, "/Calls.json", *CALL)
    allowed = await surface.post(http, f"/Calls/{call}.json", ("Twiml", "<Response><Say>a</Say></Response>"))
    await opt_out(gate)
    refused = await surface.post(http, f"/Calls/{call}.json", ("Twiml", "<Response><Say>b</Say></Response>"))
    assert (200, (400, "suppressed", 990103)) == (allowed.status, refused.reason)
    assert (2, ["allow", "allow", "block"]) == (len(gate.naming_carrier.sent), verdicts(gate))
    assert [NUMBER] * 3 == [record.body["number"] for record in gate.journal.of(Kind.DECISION)]


async def test_an_update_that_does_not_pass_is_on_record(gate: WebGate, http: Http) -> None:
    """The refusal belongs to the number of the call."""
    call = await made(http, "/Calls.json", *CALL)
    got = await surface.post(http, f"/Calls/{call}.json", ("Twiml", "<Response><Fax/></Response>"))
    assert ((400, "unknown_twiml", 990113), ["allow", "block"]) == (got.reason, verdicts(gate))


async def test_an_attempt_leaves_no_number_in_its_log_line(
    gate: WebGate, http: Http, capsys: pytest.CaptureFixture[str]
) -> None:
    """The canonical line is masked and holds no secret and no text."""
    await surface.post(http, "/Messages.json", *MESSAGE)
    line = capsys.readouterr().out
    assert ("attempt" in line, NUMBER in line, TOKEN in line, "Hello" in line) == (True, False, False, False)


def opt_out_in_the_store(gate: WebGate) -> None:
    """As another gate's opt-out leaves it."""
    entry = Entry(Scope("acme").name, E164(NUMBER))
    Scripts(gate.server, "one").suppress(Change(1, "stop-1", add=(entry,)), 1)


@pytest.mark.parametrize("broken", [False, True])
async def test_a_refusal_of_the_carrier_for_an_opt_out_is_learnt(gate: WebGate, http: Http, *, broken: bool) -> None:
    """The dialer gets the carrier's 21610; then the gate refuses by itself, if it could write that down."""
    body = b'{"code": 21610, "status": 400, "message": "unsubscribed"}'

    def refuse() -> None:
        gate.naming_carrier.answer = CarrierAnswer(400, body, "application/json")
        gate.journal.broken = broken

    gate.naming_carrier.before_answer = refuse
    got = await surface.post(http, "/Messages.json", *MESSAGE)
    gate.journal.broken = False
    assert (400, 21610, "unsubscribed") == (got.status, got.body["code"], got.body["message"])
    gate.naming_carrier.before_answer = lambda: None
    again = await surface.post(http, "/Calls.json", *CALL)
    assert broken is (again.body["code"] != 990103)


async def test_an_attempt_with_a_revoked_key_is_on_record(gate: WebGate, http: Http) -> None:
    """Nothing goes out, and whoever looks for the reason finds it under its decision."""
    gate.directory.keys.append(key(SK, "secret", Role.DIALER, revoked_at=AT))
    pair = (SK, "secret")
    got = await surface.ask(http, "POST", f"{BASE}/Messages.json", body=form(*MESSAGE), pair=pair)
    (record,) = gate.journal.of(Kind.DECISION)
    assert (403, record.id) == (got.status, got.headers["X-Dialgate-Decision"])
    assert (["key_suspended"], []) == ([one["code"] for one in record.body["reasons"]], gate.naming_carrier.sent)
    assert 403 == (await surface.ask(http, "GET", f"{BASE}/Calls.json", pair=pair)).status


async def test_no_digits_follow_an_address(gate: WebGate, http: Http) -> None:
    """In which country a SIP phone would dial them nobody knows."""
    await own(gate, "sip:alice@pbx.example")
    asked = (("To", "sip:alice@pbx.example"), FROM, SAY)
    refused = await surface.post(http, "/Calls.json", *asked, ("SendDigits", "w1"))
    assert (400, "unsupported_destination", 990102) == refused.reason
    assert 201 == (await surface.post(http, "/Calls.json", *asked)).status
