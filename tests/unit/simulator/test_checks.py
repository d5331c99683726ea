"""The carrier's own validation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialgate.simulator.checks import check_call, check_message, check_participant, send_at, validity_s
from dialgate.simulator.wire import CarrierError, Form
from tests.unit.simulator.conftest import START

CALL = {"To": "+15551230001", "From": "+15550006000", "Twiml": "<Response/>"}
MESSAGE = {"To": "+15551230001", "From": "+15550006000", "Body": "x"}


def form(base: dict[str, str], **changed: str) -> Form:
    return Form(tuple((base | changed).items()))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"To": ""}, 21201),
        ({"To": "12"}, 21211),
        ({"To": "+1555123000１"}, 21211),
        ({"From": ""}, 21213),
        ({"From": "x"}, 21212),
        ({"Twiml": ""}, 21205),
    ],
)
def test_a_bad_call_is_refused_with_the_carriers_code(changed: dict[str, str], code: int) -> None:
    """Each missing or malformed parameter has its own code."""
    with pytest.raises(CarrierError) as caught:
        check_call(form(CALL, **changed))
    assert (caught.value.status, caught.value.code) == (400, code)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "banana"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "no!sender"}, 21212),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"ValidityPeriod": "0"}, 21623),
        ({"ScheduleType": "fixed", "SendAt": "2026-11-22T00:00:00Z"}, 35118),
        ({"ScheduleType": "fixed", "MessagingServiceSid": "MG1", "SendAt": "soon"}, 35114),
        ({"ScheduleType": "fixed", "MessagingServiceSid": "MG1", "SendAt": "2026-11-21T20:05:00Z"}, 35114),
        ({"ScheduleType": "fixed", "MessagingServiceSid": "MG1", "SendAt": "2026-12-27T00:00:00Z"}, 35114),
    ],
)
def test_a_bad_message_is_refused_with_the_carriers_code(changed: dict[str, str], code: int) -> None:
    """Each missing, malformed or contradictory parameter has its own code."""
    with pytest.raises(CarrierError) as caught:
        check_message(form(MESSAGE, **changed), START)
    assert (caught.value.status, caught.value.code) == (400, code)


@pytest.mark.parametrize("changed", [{}, {"To": "whatsapp:+15551230001"}, {"From": "10690"}, {"From": "ACME Co"}])
def test_what_the_carrier_takes_passes(changed: dict[str, str]) -> None:
    """Other schemes, short codes and alphanumeric senders are no mistakes."""
    check_message(form(MESSAGE, **changed), START)
    check_call(form(CALL, To="sip:agent@example.com"))
    check_participant(form(CALL, Twiml=""))


def test_schedule_and_validity_are_read() -> None:
    """A scheduled message knows its instant; a message knows how long it may wait."""
    scheduled = form(MESSAGE, ScheduleType="fixed", MessagingServiceSid="MG1", SendAt="2026-11-21T20:05:01Z")
    assert send_at(scheduled, START) == START + timedelta(seconds=301)
    assert send_at(form(MESSAGE), START) is None
    assert (validity_s(form(MESSAGE)), validity_s(form(MESSAGE, ValidityPeriod="90"))) == (36_000, 90)
