"""What runs can be changed and ended by who made it, and nobody is reached by it."""

from __future__ import annotations

import pytest

from tests.fakes.web_gate import ACCOUNT, OTHER_ACCOUNT, WebGate, sid
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL
from tests.unit.web import surface
from tests.unit.web.surface import CALL, MESSAGE, Http

CONFERENCE, RECORDING, QUEUE, MEDIA = sid("CF", 1), sid("RE", 1), sid("QU", 1), sid("ME", 1)


async def made(http: Http, kind: str = "/Calls.json") -> str:
    fields = CALL if kind == "/Calls.json" else MESSAGE
    return str((await surface.post(http, kind, *fields)).body["sid"])


@pytest.fixture
async def call(gate: WebGate, http: Http) -> str:
    """A call of the tenant's, with a recording, in a conference and a queue of its own."""
    one = await made(http)
    gate.naming_carrier.documents |= {
        f"Recordings/{RECORDING}.json": {"sid": RECORDING, "call_sid": one},
        f"Conferences/{CONFERENCE}.json": {"sid": CONFERENCE, "friendly_name": f"{ACCOUNT}.sales"},
        f"Queues/{QUEUE}.json": {"sid": QUEUE, "friendly_name": f"{ACCOUNT}.sales"},
    }
    gate.naming_carrier.sent.clear()
    return one


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("Calls/{call}/Recordings", ("RecordingTrack", "both")),
        ("Calls/{call}/Recordings/Twilio.CURRENT", ("Status", "paused")),
        ("Calls/{call}/Transcriptions", ("Track", "inbound_track")),
        ("Calls/{call}/Transcriptions/mine", ("Status", "stopped")),
        ("Calls/{call}/Siprec/mine", ("Status", "stopped")),
        ("Calls/{call}/Streams/mine", ("Status", "stopped")),
        ("Conferences/{conference}", ("Status", "completed")),
        ("Conferences/{conference}/Participants/{call}", ("Muted", "true")),
        ("Conferences/{conference}/Participants/agent", ("Hold", "false")),
        ("Conferences/{conference}/Recordings/Twilio.CURRENT", ("Status", "stopped")),
    ],
)
async def test_what_runs_can_be_changed(
    gate: WebGate, http: Http, call: str, path: str, field: tuple[str, str]
) -> None:
    """The request is passed on as it was understood, without a decision."""
    path = path.format(call=call, conference=CONFERENCE, queue=QUEUE)
    got = await surface.post(http, f"/{path}.json", field)
    assert (200, False) == (got.status, "X-Dialgate-Decision" in got.headers)
    sent = gate.naming_carrier.sent[0]
    assert ("POST", f"{path}.json", field) == (sent.method, sent.path, sent.fields[0])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"Queues/{QUEUE}/Members/Front", "Url"),
        (f"Conferences/{CONFERENCE}", "AnnounceUrl"),
        (f"Conferences/{CONFERENCE}/Participants/agent", "HoldUrl"),
        ("Calls/{call}/Recordings", "RecordingStatusCallback"),
        ("Calls/{call}/Transcriptions", "StatusCallbackUrl"),
    ],
)
async def test_no_address_of_a_dialer_is_handed_on(gate: WebGate, http: Http, call: str, path: str, name: str) -> None:
    """The carrier asks the gate, whatever is changed."""
    given = "http://dialer.example.com/x"
    await surface.post(http, f"/{path.format(call=call)}.json", (name, given))
    sent = dict(gate.naming_carrier.sent[0].fields)
    assert (True, False) == (sent[name].startswith(PUBLIC_URL), given in sent.values())


@pytest.mark.parametrize(
    "path", [f"Queues/{QUEUE}/Members/Front", f"Conferences/{CONFERENCE}/Participants/agent", "Calls/{call}/Recordings"]
)
async def test_what_a_document_reaches_belongs_to_the_call_that_hears_it(
    gate: WebGate, http: Http, call: str, path: str
) -> None:
    """By its label or its place in a queue: whose call it is, the carrier tells."""
    path = f"{path.format(call=call)}.json"
    gate.naming_carrier.documents[path] = {"call_sid": call, "conference_sid": CONFERENCE}
    name = {"Q": "Url", "C": "HoldUrl"}[path[0]] if "Recordings" not in path else "RecordingStatusCallback"
    await surface.post(http, f"/{path}", (name, "http://dialer.example.com/x"))
    made = gate.addresses.kept[-1].made
    assert (True, surface.NUMBER) == (made.decision_id != "", made.number)


async def test_whom_nobody_called_has_no_number(gate: WebGate, http: Http, call: str) -> None:
    """Somebody who called in is in the conference by another's doing; an announcement is for all of them."""
    path = f"Conferences/{CONFERENCE}/Participants/caller.json"
    gate.naming_carrier.documents[path] = {"call_sid": sid("CA", 77), "conference_sid": CONFERENCE}
    for rest, name in ((path, "HoldUrl"), (f"Conferences/{CONFERENCE}.json", "AnnounceUrl")):
        await surface.post(http, f"/{rest}", (name, "http://dialer.example.com/x"))
    assert call
    assert [("", ""), ("", "")] == [(one.made.decision_id, one.made.number) for one in gate.addresses.kept[-2:]]


@pytest.mark.parametrize(
    "path",
    [
        "Calls/{call}",
        "Calls/{call}/Recordings/{recording}",
        "Conferences/{conference}/Participants/{call}",
        "Conferences/{conference}/Recordings/{recording}",
        "Recordings/{recording}",
    ],
)
async def test_what_is_own_can_be_removed(gate: WebGate, http: Http, call: str, path: str) -> None:
    """A removal has no body, either way."""
    path = path.format(call=call, conference=CONFERENCE, recording=RECORDING)
    got = await surface.ask(http, "DELETE", f"{surface.BASE}/{path}.json")
    assert (204, "") == (got.status, got.text)
    assert [("DELETE", f"{path}.json", ())] == [(one.method, one.path, one.fields) for one in gate.naming_carrier.sent]


async def test_messages_and_their_media_can_be_removed_and_judged(gate: WebGate, http: Http) -> None:
    """Feedback and removal, of own messages."""
    message = await made(http, "/Messages.json")
    gate.naming_carrier.documents[f"Messages/{message}/Media/{MEDIA}.json"] = {"sid": MEDIA, "parent_sid": message}
    feedback = await surface.post(http, f"/Messages/{message}/Feedback.json", ("Outcome", "confirmed"))
    removals = [
        await surface.ask(http, "DELETE", f"{surface.BASE}/Messages/{message}{rest}.json")
        for rest in (f"/Media/{MEDIA}", "")
    ]
    assert (200, [204, 204]) == (feedback.status, [one.status for one in removals])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"Calls/{sid('CA', 99)}/Recordings"),
        ("DELETE", f"Calls/{sid('CA', 99)}"),
        ("POST", f"Conferences/{sid('CF', 99)}"),
        ("POST", f"Conferences/{sid('CF', 99)}/Participants"),
        ("POST", f"Conferences/{sid('CF', 2)}/Participants/x"),
        ("DELETE", f"Recordings/{sid('RE', 99)}"),
        ("POST", f"Queues/{sid('QU', 99)}/Members/Front"),
        ("POST", f"Messages/{sid('SM', 99)}/Feedback"),
    ],
)
async def test_what_is_not_own_is_not_touched(gate: WebGate, http: Http, method: str, path: str) -> None:
    """404 / 20404 for another's as for nobody's, and nothing is written."""
    room = {"sid": sid("CF", 2), "friendly_name": f"{OTHER_ACCOUNT}.sales"}
    gate.naming_carrier.documents[f"Conferences/{sid('CF', 2)}.json"] = room
    body = b"Status=completed&To=%2B14155552671&From=%2B14155550100" if method == "POST" else None
    got = await surface.ask(http, method, f"{surface.BASE}/{path}.json", body=body)
    assert (404, 20404, []) == (got.status, got.body["code"], gate.naming_carrier.sent)


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        (("Nonsense", "1"), (400, "bad_request", 990100)),
        (("HoldUrl", "ftp://x/y"), (400, "bad_request", 990100)),
        (("HoldMethod", "+14155552671"), (403, "surface_blocked", 990300)),
    ],
)
async def test_control_is_weighed_too(
    gate: WebGate, http: Http, call: str, field: tuple[str, str], reason: tuple[int, str, int]
) -> None:
    """Unknown parameters, addresses and hidden numbers do not pass because a call runs."""
    gate.outside.objections["http://evil.example.com/x"] = "This tenant may not use it."
    got = await surface.post(http, f"/Conferences/{CONFERENCE}/Participants/{call}.json", field)
    assert (reason, []) == (got.reason, gate.naming_carrier.sent)


async def test_joining_a_conference_is_an_attempt(gate: WebGate, http: Http) -> None:
    """On record, by name, and the call that it made is the tenant's from then on."""
    got = await surface.post(http, "/Conferences/sales/Participants.json", surface.TO, surface.FROM)
    assert (201, True) == (got.status, bool(got.decision))
    assert f"Conferences/{ACCOUNT}.sales/Participants.json" == gate.naming_carrier.sent[0].path
    joined = got.body["call_sid"]
    ended = await surface.post(http, f"/Calls/{joined}.json", ("Status", "completed"))
    assert 200 == ended.status


@pytest.mark.parametrize(
    ("called", "reason"),
    [
        ("sip:a@example.com", (400, "unsupported_destination", 990102)),
        ("client:alice", (400, "unsupported_destination", 990102)),
        ("911", (400, "invalid_number", 21211)),
    ],
)
async def test_who_joins_must_be_a_number(gate: WebGate, http: Http, called: str, reason: tuple[int, str, int]) -> None:
    """Recorded and refused, like any attempt."""
    got = await surface.post(http, "/Conferences/sales/Participants.json", ("To", called), surface.FROM)
    assert (reason, True, []) == (got.reason, bool(got.decision), gate.naming_carrier.sent)
