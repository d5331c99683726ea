"""A tenant hears the carrier in its own account's name, with links that lead to the gate."""

from __future__ import annotations

import pytest

from dialgate.app.errors import BadRequestError
from dialgate.app.front import Pairs
from dialgate.app.settle import StatusReport
from dialgate.carriers.twilio.front.callbacks import event, reports_status, told, told_json
from tests.unit.carriers.twilio.front.wire import ACCOUNT, CALL, CARRIER, MESSAGE, PUBLIC_URL, TENANT

API = f"https://api.twilio.com/2010-04-01/Accounts/{CARRIER}"
OWN = f"{PUBLIC_URL}/2010-04-01/Accounts/{ACCOUNT}"
RECORDING = "RE" + "3d" * 16


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("AccountSid", CARRIER), ACCOUNT),
        (("RecordingUrl", f"{API}/Recordings/{RECORDING}"), f"{OWN}/Recordings/{RECORDING}"),
        (("MediaUrl0", f"http://127.0.0.1:8081{API[22:]}/Messages/MM1/Media/ME1"), f"{OWN}/Messages/MM1/Media/ME1"),
        (
            ("RecordingUrls", f'["{API}/Recordings/RE1","{API}/Recordings/RE2"]'),
            f'["{OWN}/Recordings/RE1","{OWN}/Recordings/RE2"]',
        ),
        (("TranscriptionUrl", f"https://api.dublin.ie1.twilio.com{API[22:]}/T/1"), f"{OWN}/T/1"),
        (("Uri", f"/2010-04-01/Accounts/{CARRIER}/Calls/1"), f"/2010-04-01/Accounts/{ACCOUNT}/Calls/1"),
        (("FriendlyName", f"{ACCOUNT}.sales"), "sales"),
        (("FriendlyName", "AC1.sales"), "AC1.sales"),
        (("Body", f"{API} {ACCOUNT}.x"), f"{API} {ACCOUNT}.x"),
        (("SpeechResult", CARRIER), CARRIER),
        (("RecordingUrl", "https://media.example/a.wav"), "https://media.example/a.wav"),
        (("Brand-new", ""), ""),
    ],
)
def test_a_field_is_told_in_the_tenants_name(given: tuple[str, str], expected: str) -> None:
    """Accounts and links change, names of rooms lose what keeps them apart, people's words stay."""
    assert ((given[0], expected),) == told((given,), CARRIER, TENANT, PUBLIC_URL)


def test_order_and_repeats_stay() -> None:
    """The signature of what is passed on is over exactly these."""
    fields = (("b", "1"), ("a", "2"), ("b", "1"))
    assert fields == told(fields, CARRIER, TENANT, PUBLIC_URL)


def test_json_keeps_every_other_byte() -> None:
    """Blanks, numbers and order."""
    body = f'{{"b": "{API}/x",  "a": 1.10, "c": "{CARRIER}"}}'.encode()
    assert f'{{"b": "{OWN}/x",  "a": 1.10, "c": "{ACCOUNT}"}}'.encode() == told_json(body, CARRIER, TENANT, PUBLIC_URL)
    with pytest.raises(BadRequestError):
        told_json(b"\xff", CARRIER, TENANT, PUBLIC_URL)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((("CallSid", CALL), ("CallStatus", "ringing")), True),
        ((("MessageSid", MESSAGE), ("MessageStatus", "sent")), True),
        ((("CallSid", CALL), ("RecordingStatus", "completed")), False),
        ((("MessageSid", MESSAGE), ("CallStatus", "sent")), False),
        ((), False),
    ],
)
def test_a_status_is_told_from_other_callbacks(fields: Pairs, *, expected: bool) -> None:
    """It names a call or message and its state."""
    assert expected is reports_status(fields)


@pytest.mark.parametrize(
    ("sid", "status", "expected"),
    [
        (CALL, "queued", "initiated"),
        (CALL, "ringing", "ringing"),
        (CALL, "in-progress", "answered"),
        (CALL, "no-answer", "completed"),
        (CALL, "canceled", "completed"),
        (CALL, "brand-new", "brand-new"),
        (MESSAGE, "sent", ""),
    ],
)
def test_states_of_a_call_are_events(sid: str, status: str, expected: str) -> None:
    """By which a dialer chooses; of a message there is nothing to choose."""
    assert expected == event(StatusReport("d", sid, status))
