"""The simulator's own controls."""

from __future__ import annotations

from typing import cast

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from dialgate.simulator.app import make_app
from dialgate.simulator.config import SimulatorConfig
from dialgate.simulator.state import Script, Simulator
from tests.unit.simulator.conftest import ACCOUNT
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import lead

BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
PERSON, SENDER = "+15551230001", "+15550006000"


async def post(http: aiohttp.ClientSession, path: str, body: object) -> tuple[int, dict[str, object]]:
    async with http.post(f"/simulator/{path}", json=body, headers={"Accept": "application/json"}) as answer:
        return answer.status, await answer.json()


async def rows(http: aiohttp.ClientSession, kind: str, query: str = "") -> list[dict[str, object]]:
    async with http.get(f"/simulator/{kind}{query}") as answer:
        return cast("list[dict[str, object]]", (await answer.json())[kind])


async def test_a_person_writes_by_json_or_form(http: aiohttp.ClientSession, far_side: FarSide) -> None:
    """Both are a line of curl; the answer tells what the gate said, and the message can be read back by SID."""
    far_side.twiml("/twilio/sms", "<Response><Message>Noted</Message></Response>")
    given = {"from": PERSON, "to": SENDER, "body": "TD", "date_sent": "2026-11-20T08:00:00+08:00"}
    status, told = await post(http, "messages", given)
    assert (status, told["status"], told["body"]) == (200, 200, "<Response><Message>Noted</Message></Response>")
    async with http.get(f"{BASE}/Messages/{told['message_sid']}.json") as answer:
        kept = await answer.json()
    assert (kept["direction"], kept["date_sent"]) == ("inbound", "Fri, 20 Nov 2026 00:00:00 +0000")
    async with http.post("/simulator/messages", data=given) as answer:
        answered = (answer.status, answer.content_type, await answer.text())
        assert answered == (200, "text/xml", "<Response><Message>Noted</Message></Response>")
        assert answer.headers["X-Message-Sid"].startswith("SM")
    assert [heard.form["Body"] for heard in far_side.heard] == ["TD", "TD"]
    assert [(row["direction"], row["auto_reply"]) for row in await rows(http, "messages")] == [
        ("inbound", False),
        ("outbound-reply", False),
    ] * 2


async def test_a_plus_sign_typed_by_hand_survives(http: aiohttp.ClientSession, far_side: FarSide) -> None:
    """`curl -d from=+1555...` means that number, although a form reads the sign as a space."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with http.post("/simulator/messages", data=f"from={PERSON}&to={SENDER}&body=TD", headers=headers) as answer:
        assert answer.status == 200
    assert (far_side.heard[0].form["From"], far_side.heard[0].form["To"]) == (PERSON, SENDER)


async def test_every_choice_about_a_message_reaches_it(http: aiohttp.ClientSession, far_side: FarSide) -> None:
    """SID, type of opt-out, service and absence of keywords."""
    given = {
        "from": PERSON,
        "to": SENDER,
        "body": "STOP",
        "message_sid": "SM1",
        "opt_out_type": "HELP",
        "messaging_service_sid": "MG1",
        "keywords": "none",
    }
    await post(http, "messages", given)
    form = far_side.heard[0].form
    assert (form["MessageSid"], form["OptOutType"], form["MessagingServiceSid"]) == ("SM1", "HELP", "MG1")


async def test_a_script_answers_and_presses_keys(
    http: aiohttp.ClientSession, sim: Simulator, far_side: FarSide
) -> None:
    """A call to a scripted number does as the script says, and its whole life can be read."""
    assert (await post(http, "scripts", {"to": PERSON, "digits": ["9"], "duration_s": 5}))[0] == 201
    assert sim.scripts == {PERSON: Script(digits=("9",), duration_s=5)}
    url = far_side.twiml("/voice", '<Response><Gather action="/keys"/></Response>')
    async with http.post(f"{BASE}/Calls.json", data={"To": PERSON, "From": SENDER, "Url": url}) as answer:
        assert answer.status == 201
    await post(http, "advance", {"seconds": 0})
    assert far_side.at("/keys")[0].form["Digits"] == "9"
    call = (await rows(http, "calls"))[0]
    events = cast("list[dict[str, object]]", call["events"])
    assert [event["status"] for event in events if "status" in event] == [
        "queued",
        "ringing",
        "in-progress",
        "completed",
    ]
    assert ["Url", url] in cast("list[list[str]]", call["params"])


async def test_one_string_is_one_entry_of_digits(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """`digits: "12"` answers one menu with 12."""
    await post(http, "scripts", {"to": PERSON, "digits": "12", "answer": "busy"})
    assert sim.scripts == {PERSON: Script("busy", ("12",))}


async def test_requests_are_listed_by_operation(http: aiohttp.ClientSession) -> None:
    """Creates unless asked otherwise, each with its exact parameters."""
    form = {"To": PERSON, "From": SENDER, "Body": "hi"}
    async with http.post(f"{BASE}/Messages.json", data=form) as answer:
        sid = (await answer.json())["sid"]
    async with http.post(f"{BASE}/Messages/{sid}.json", data={"Body": "x"}) as answer:
        assert answer.status == 400
    creates = await rows(http, "requests")
    assert [(row["sid"], row["params"], row["status"]) for row in creates] == [
        (sid, [list(pair) for pair in form.items()], 201)
    ]
    assert [row["code"] for row in await rows(http, "requests", "?operation=update")] == [20001]
    assert len(await rows(http, "requests", "?operation=any")) == 2


async def test_faults_time_and_reset_are_at_hand(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """Order a fault, move the clock, and start afresh."""
    assert await post(http, "faults", {"kind": "accept_then_timeout", "count": 2, "after": 1}) == (
        201,
        {"kind": "accept_then_timeout", "count": 2, "after": 1},
    )
    assert await post(http, "advance", {"seconds": 90}) == (200, {"now": "2026-11-21T20:01:30+00:00"})
    assert await post(http, "reset", {}) == (200, {"reset": True})
    assert list(sim.faults) == []
    async with http.post("/simulator/reset") as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("messages", {"to": SENDER}),
        ("messages", {"from": PERSON, "to": SENDER, "boddy": "x"}),
        ("messages", {"from": PERSON, "to": SENDER, "date_sent": "soon"}),
        ("messages", {"from": PERSON, "to": SENDER, "opt_out_type": "stop"}),
        ("messages", []),
        ("scripts", {"answer": "busy"}),
        ("scripts", {"to": PERSON, "answer": "maybe"}),
        ("scripts", {"to": PERSON, "duration_s": "long"}),
        ("faults", {"kind": "earthquake"}),
        ("scripts", {"to": PERSON, "first": ["maybe"]}),
        ("clock", {"speed": 0}),
        ("calls/CAx/digits", {"digits": "1"}),
        ("calls/CAx/hangup", {}),
        ("advance", {"seconds": "far"}),
    ],
)
async def test_what_cannot_be_understood_is_refused_in_words(
    http: aiohttp.ClientSession, path: str, body: object
) -> None:
    """400 with an error that names what is wrong."""
    status, told = await post(http, path, body)
    assert (status, bool(told["error"])) == (400, True)


async def test_broken_json_is_refused(http: aiohttp.ClientSession) -> None:
    """A slip of the quote is a 400, not a failure."""
    async with http.post("/simulator/faults", data="{", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 400


async def test_two_simulators_share_nothing(http: aiohttp.ClientSession, config: SimulatorConfig) -> None:
    """State belongs to one application: a second one beside it starts empty and stays so."""
    other = TestServer(make_app(config))
    async with other, aiohttp.ClientSession(other.make_url("/")) as elsewhere:
        await post(http, "messages", {"from": PERSON, "to": SENDER, "body": "hi"})
        assert (len(await rows(http, "messages")), await rows(elsewhere, "messages")) == (1, [])


async def test_a_person_acts_on_a_live_call(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """Keys are pressed and the receiver is put down, whenever the test likes."""
    call = lead(sim, "<Gather/><Dial><Conference>r</Conference></Dial>")
    await sim.clock.settle()
    assert await post(http, "calls/CA1/digits", {"digits": "5"}) == (200, {"pressed": "5"})
    await sim.clock.settle()
    assert any(event.get("digits") == "5" for event in call.events)
    assert (await post(http, "calls/CA1/digits", {}))[0] == 400
    assert await post(http, "calls/CA1/hangup", {}) == (200, {"status": "completed"})
    shown = await rows(http, "conferences")
    assert [(row["friendly_name"], row["status"]) for row in shown] == [("r", "completed")]


async def test_a_number_has_a_script(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """All that a person may do."""
    given = {"to": PERSON, "first": "busy", "digits": ["1", "2"], "duration_s": 9, "ring_s": 2, "answered_by": "fax"}
    assert (await post(http, "scripts", given))[0] == 201
    assert sim.scripts[PERSON] == Script("answered", ("1", "2"), 9, ("busy",), 2, "fax")


async def test_time_passes_as_fast_as_is_asked(http: aiohttp.ClientSession) -> None:
    """The speed is taken over."""
    assert await post(http, "clock", {"speed": 50}) == (200, {"speed": 50})
