"""Nobody reads or changes what another made: a SID alone is no right to anything."""

from __future__ import annotations

import pytest

from dialgate.app.errors import NotFoundError
from dialgate.app.front import Route, Row
from dialgate.app.inbound import InboundMessage
from dialgate.web.proxy.made import Made, Maker
from dialgate.web.proxy.ownership import Ownership
from tests.fakes.web_gate import ACCOUNT, OTHER_ACCOUNT, SENDER, WebGate, sid, tenant
from tests.unit.web.surface import FRONT

ACME, OTHER = tenant("acme", ACCOUNT, "token"), tenant("other", OTHER_ACCOUNT, "token")
CALL, LEG, FOREIGN = sid("CA", 1), sid("CA", 2), sid("CA", 3)
MESSAGE, MEDIA = sid("SM", 1), sid("ME", 1)
RECORDING, TRANSCRIPTION = sid("RE", 1), sid("TR", 1)
CONFERENCE, QUEUE = sid("CF", 1), sid("QU", 1)
NUMBER = "+14155552671"
MAKER = Maker("acme", "d1", NUMBER)


@pytest.fixture
def own(gate: WebGate) -> Ownership:
    """Acme has made a call and a message, the other a call; the carrier tells what belongs to them."""
    made = Made(gate.inside)
    made.note(CALL, MAKER)
    made.note(MESSAGE, MAKER)
    made.note(FOREIGN, Maker("other", "d2", NUMBER))
    gate.naming_carrier.documents |= {
        f"Calls/{LEG}.json": {"sid": LEG, "parent_call_sid": CALL, "to": "+14155550123"},
        f"Messages/{MESSAGE}/Media/{MEDIA}.json": {"sid": MEDIA, "parent_sid": MESSAGE},
        f"Recordings/{RECORDING}.json": {"sid": RECORDING, "call_sid": LEG},
        f"Transcriptions/{TRANSCRIPTION}.json": {"sid": TRANSCRIPTION, "recording_sid": RECORDING},
        f"Conferences/{CONFERENCE}.json": {"sid": CONFERENCE, "friendly_name": f"{ACCOUNT}.sales"},
        f"Queues/{QUEUE}.json": {"sid": QUEUE, "friendly_name": f"{ACCOUNT}.sales"},
    }
    return Ownership(gate.inside, FRONT, made)


def route(path: str, method: str = "GET") -> Route:
    found = FRONT.route(method, f"/2010-04-01/Accounts/{ACCOUNT}/{path}")
    assert isinstance(found, Route)
    return found


OWN_PATHS = [
    f"Calls/{CALL}.json",
    f"Calls/{LEG}.json",
    f"Messages/{MESSAGE}.json",
    f"Messages/{MESSAGE}/Media/{MEDIA}",
    f"Recordings/{RECORDING}.mp3",
    f"Calls/{CALL}/Recordings/{RECORDING}.json",
    f"Transcriptions/{TRANSCRIPTION}.json",
    f"Conferences/{CONFERENCE}.json",
    f"Queues/{QUEUE}/Members/Front.json",
]


@pytest.mark.parametrize("path", OWN_PATHS)
async def test_what_belongs_to_own_attempts_is_own(own: Ownership, path: str) -> None:
    """Calls, their legs, recordings, transcriptions, media, and rooms by their names; for nobody else."""
    await own.require(ACME, route(path))
    with pytest.raises(NotFoundError):
        await own.require(OTHER, route(path))


@pytest.mark.parametrize(
    "path",
    [
        f"Calls/{FOREIGN}.json",
        f"Calls/{sid('CA', 9)}.json",
        f"Messages/{sid('SM', 9)}.json",
        f"Recordings/{sid('RE', 9)}.json",
        f"Conferences/{sid('CF', 9)}.json",
        f"Queues/{sid('QU', 9)}.json",
        f"Calls/{CALL}/Recordings/{sid('RE', 8)}.json",
        f"Messages/{MESSAGE}/Media/{sid('ME', 8)}",
    ],
)
async def test_what_is_anothers_and_what_is_nobodys_look_the_same(gate: WebGate, own: Ownership, path: str) -> None:
    """404 either way, also for another's recording below an own call."""
    foreign_recording, foreign_media = sid("RE", 8), sid("ME", 8)
    gate.naming_carrier.documents |= {
        f"Recordings/{foreign_recording}.json": {"sid": foreign_recording, "call_sid": FOREIGN},
        f"Messages/{MESSAGE}/Media/{foreign_media}.json": {"sid": foreign_media, "parent_sid": sid("SM", 7)},
    }
    with pytest.raises(NotFoundError):
        await own.require(ACME, route(path))


async def test_a_leg_is_its_calls_with_its_own_number(own: Ownership) -> None:
    """New instructions for a leg are judged by whom the leg reached."""
    assert MAKER == await own.require(ACME, route(f"Calls/{CALL}.json", "POST"))
    assert Maker("acme", "d1", "+14155550123") == await own.require(ACME, route(f"Calls/{LEG}.json", "POST"))
    assert await own.require(ACME, route(f"Conferences/{CONFERENCE}.json", "POST")) is None


async def test_what_never_changes_is_asked_once(gate: WebGate, own: Ownership) -> None:
    """The name of a conference and the call of a recording are remembered."""
    for _ in range(3):
        await own.require(ACME, route(f"Conferences/{CONFERENCE}/Participants.json"))
        await own.require(ACME, route(f"Recordings/{RECORDING}.json"))
    asked = [path for path, _ in gate.naming_carrier.reads]
    assert [f"Conferences/{CONFERENCE}.json", f"Recordings/{RECORDING}.json", f"Calls/{LEG}.json"] == asked


async def test_parents_in_a_circle_end(gate: WebGate, own: Ownership) -> None:
    """However the carrier's documents point at each other."""
    one, two = sid("CA", 11), sid("CA", 12)
    gate.naming_carrier.documents |= {
        f"Calls/{one}.json": {"sid": one, "parent_call_sid": two},
        f"Calls/{two}.json": {"sid": two, "parent_call_sid": one},
    }
    with pytest.raises(NotFoundError):
        await own.require(ACME, route(f"Calls/{one}.json"))


async def test_rows_of_a_list_are_told_apart(own: Ownership) -> None:
    """By who made them, by their parents and by their names; the carrier is asked only for what is no call."""
    rows = (
        Row(CALL, None),
        Row(LEG, None, parents=(CALL,)),
        Row(FOREIGN, None),
        Row(sid("CA", 4), None, parents=(FOREIGN,)),
        Row(RECORDING, None, parents=(CALL,)),
        Row(sid("RE", 2), None, parents=(FOREIGN,)),
        Row(sid("RE", 3), None, parents=(CONFERENCE,)),
        Row(sid("RE", 4), None, parents=(sid("CF", 4),)),
        Row(CONFERENCE, None, own=True),
        Row(sid("CF", 5), None),
        Row(TRANSCRIPTION, None, parents=(RECORDING,)),
    )
    expected = {CALL, LEG, RECORDING, sid("RE", 3), CONFERENCE, TRANSCRIPTION}
    assert expected == await own.own(ACME, rows, ())
    assert {FOREIGN, sid("CA", 4), sid("RE", 2)} == await own.own(OTHER, rows[:8], ())


INBOUND, UNOWNED = sid("SM", 8), sid("SM", 9)
PICTURE = f"Messages/{INBOUND}/Media/{MEDIA}"


async def came_in(gate: WebGate) -> None:
    """A message with a picture to a sender of acme's, and one to a sender of nobody's."""
    gate.naming_carrier.documents[f"{PICTURE}.json"] = {"sid": MEDIA, "parent_sid": INBOUND}
    for message_sid, receiver in ((INBOUND, SENDER), (UNOWNED, "+12025550199")):
        await gate.inside.hearing.receiving.receive(InboundMessage(message_sid, NUMBER, receiver, "", "Hello", ""))


@pytest.mark.parametrize("path", [f"Messages/{INBOUND}.json", f"Messages/{INBOUND}/Media.json", PICTURE])
async def test_what_a_person_wrote_is_read_by_its_tenant(gate: WebGate, own: Ownership, path: str) -> None:
    """Where callbacks lead: the message, and the pictures in it; to nobody else."""
    await came_in(gate)
    assert await own.require(ACME, route(path)) is None
    with pytest.raises(NotFoundError):
        await own.require(OTHER, route(path))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{PICTURE}.json"),
        ("POST", f"Messages/{INBOUND}.json"),
        ("GET", f"Messages/{UNOWNED}.json"),
        ("GET", f"Messages/{INBOUND}/Media/{sid('ME', 8)}"),
    ],
)
async def test_what_a_person_wrote_is_not_changed(gate: WebGate, own: Ownership, method: str, path: str) -> None:
    """Nor is what nobody owns read by everybody for whom an opt-out in it counted, nor another's picture below it."""
    await came_in(gate)
    with pytest.raises(NotFoundError):
        await own.require(ACME, route(path, method))
