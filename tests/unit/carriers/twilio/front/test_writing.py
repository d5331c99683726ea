"""The carrier gets what was understood, in the gate's own spelling, and no address of a dialer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from dialgate.app.front import Asked, Operation, Pairs, Route
from dialgate.carriers.twilio.front.asking import read
from dialgate.carriers.twilio.front.writing import request
from dialgate.domain.attempt import Channel
from tests.unit.carriers.twilio.front.wire import (
    ACCOUNT,
    CALL,
    CONFERENCE,
    FORM,
    MESSAGE,
    PUBLIC_URL,
    RULES,
    form,
    participant,
    route,
)

TO = ("To", "+1 (415) 555-2671")
READ = "+14155552671"
FROM = ("From", "+14155550100")
SAY = ("Twiml", "<Response><Say>Hello</Say></Response>")
BODY = ("Body", "Your code is 1234567, see https://example.com <b>")
SERVICE = ("MessagingServiceSid", "MG" + "5" * 32)
DECISION = "d" * 32
OURS = f"{PUBLIC_URL}/twilio/voice/t"
OWN = (("StatusCallback", f"{PUBLIC_URL}/twilio/status/{DECISION}"),)
POSTED = (("StatusCallbackMethod", "POST"),)
EVENTS = tuple(("StatusCallbackEvent", event) for event in ("initiated", "ringing", "answered", "completed"))
CALLS = (*OWN, *POSTED, *EVENTS)


def sent(to: Route, *fields: tuple[str, str], own: Mapping[str, str] | None = None) -> Pairs:
    asked = read(RULES, to, FORM, form(*fields))
    assert isinstance(asked, Asked)
    assert () == asked.found
    return request(RULES, to, asked, READ, DECISION, own or {}).fields


def test_only_the_gates_own_number_is_forwarded() -> None:
    """The number that was checked is the number that the carrier gets; all else keeps its value and order."""
    fields = sent(route(), ("Timeout", "20"), TO, FROM, ("Record", "true"))
    assert (("Timeout", "20"), ("To", READ), FROM, ("Record", "true"), *CALLS) == fields


def test_a_message_keeps_all_of_its_media_in_order() -> None:
    """Repeated list parameters stay repeated, and the gate's status callback is added."""
    media = (("MediaUrl", "https://example.com/b.png"), ("MediaUrl", "https://example.com/a.png"))
    expected = (("To", READ), *media, SERVICE, BODY, *OWN)
    assert expected == sent(route(Channel.SMS), TO, *media, SERVICE, BODY)


@pytest.mark.parametrize(
    ("given", "lifetime_s", "expected"),
    [
        ((), 36_000, ()),
        ((), 120, (("ValidityPeriod", "120"),)),
        ((("ValidityPeriod", "0600"),), 600, (("ValidityPeriod", "600"),)),
        ((("ValidityPeriod", "600"),), 120, (("ValidityPeriod", "120"),)),
    ],
)
def test_a_message_waits_no_longer_than_its_window(given: Pairs, lifetime_s: int, expected: Pairs) -> None:
    """The validity that the carrier gets is the one that was worked out, whether or not the dialer gave one."""
    asked = read(RULES, route(Channel.SMS), FORM, form(TO, SERVICE, BODY, *given))
    assert isinstance(asked, Asked)
    lowered = replace(asked, lifetime_s=lifetime_s)
    fields = request(RULES, route(Channel.SMS), lowered, READ, DECISION, {}).fields
    assert expected == tuple(pair for pair in fields if pair[0] == "ValidityPeriod")


def test_a_scheduled_message_goes_at_the_time_that_was_judged() -> None:
    """The carrier gets the gate's own spelling of it."""
    fields = sent(
        route(Channel.SMS), TO, SERVICE, BODY, ("ScheduleType", "fixed"), ("SendAt", "2026-11-30T15:00:00.9+00:00")
    )
    assert (("ScheduleType", "fixed"), ("SendAt", "2026-11-30T15:00:00Z")) == fields[3:5]


def test_a_call_has_no_validity() -> None:
    """Its parameters know none."""
    assert "ValidityPeriod" not in dict(sent(route(), TO, FROM, ("Record", "true")))


@pytest.mark.parametrize(
    "given",
    [
        SAY,
        ("Url", "http://127.0.0.1:9/x"),
        ("FallbackUrl", "http://127.0.0.1:9/x"),
        ("RecordingStatusCallback", "http://127.0.0.1:9/x"),
        ("AsyncAmdStatusCallback", "http://127.0.0.1:9/x"),
        ("StatusCallback", "http://127.0.0.1:9/x"),
    ],
)
def test_what_was_not_taken_over_is_left_out(given: tuple[str, str]) -> None:
    """No address and no document of a dialer reaches the carrier by an oversight."""
    assert (("To", READ), FROM, *CALLS) == sent(route(), TO, FROM, given)


def test_addresses_of_the_gate_stand_in_their_place() -> None:
    """The carrier asks the gate, by POST, whatever method the dialer is to be asked by."""
    given = (("Url", "http://127.0.0.1:9/x"), ("Method", "GET"), ("RecordingStatusCallback", "http://127.0.0.1:9/r"))
    own = {"Url": OURS, "RecordingStatusCallback": f"{OURS}2"}
    recording = (("RecordingStatusCallback", f"{OURS}2"), ("RecordingStatusCallbackMethod", "POST"))
    expected = (("To", READ), FROM, ("Url", OURS), ("Method", "POST"), *recording, *CALLS)
    assert expected == sent(route(), TO, FROM, *given, own=own)


def test_a_document_becomes_an_address() -> None:
    """Inline TwiML is served by the gate."""
    assert (("To", READ), FROM, ("Url", OURS), ("Method", "POST"), *CALLS) == sent(
        route(), TO, FROM, SAY, own={"Url": OURS}
    )


def test_the_gate_hears_every_state_also_where_the_dialer_asked_for_one() -> None:
    """The dialer's choice is the gate's to keep, not the carrier's."""
    given = (("StatusCallback", "http://127.0.0.1:9/s"), ("StatusCallbackEvent", "completed"))
    expected = (("To", READ), FROM, ("StatusCallback", OURS), *POSTED, *EVENTS)
    assert expected == sent(route(), TO, FROM, *given, own={"StatusCallback": OURS})


def test_status_events_without_a_callback_are_replaced_by_the_gates() -> None:
    """Events and method belong to a callback; without one they would bend the gate's."""
    given = (("StatusCallbackMethod", "GET"), ("StatusCallbackEvent", "completed"), ("StatusCallback", ""))
    assert (("To", READ), FROM, *CALLS) == sent(route(), TO, FROM, *given)


def test_a_participant_joins_the_tenants_own_conference() -> None:
    """A conference by name is the tenant's of that name; one by SID stays that one. Silence while waiting stays."""
    template, table = "Conferences/{room}/Participants.json", "participants.create"
    named = Route(Operation.CREATE, ACCOUNT, Channel.VOICE, "POST", template, (("room", "sales"),), table)
    assert (("To", READ), FROM, ("WaitUrl", ""), *CALLS) == sent(named, TO, FROM, ("WaitUrl", ""))
    asked = Asked(TO[1], FROM[1], "", 1, (TO, FROM))
    numbered = replace(named, names=(("room", CONFERENCE),))
    paths = [request(RULES, to, asked, READ, DECISION, {}).path for to in (named, numbered)]
    assert [
        f"Conferences/{ACCOUNT}.sales/Participants.json",
        f"Conferences/{CONFERENCE}/Participants.json",
    ] == paths


@pytest.mark.parametrize(
    ("channel", "sid", "fields"),
    [
        (Channel.VOICE, CALL, (("Status", "completed"),)),
        (Channel.VOICE, CALL, (("TimeLimit", "60"),)),
        (Channel.SMS, MESSAGE, (("Status", "canceled"),)),
        (Channel.SMS, MESSAGE, (("Body", ""),)),
    ],
)
def test_an_update_keeps_its_callback(channel: Channel, sid: str, fields: Pairs) -> None:
    """What the call began with goes on reporting; nothing is added."""
    assert fields == sent(route(channel, Operation.UPDATE, sid), *fields)


def test_an_update_speaks_through_the_gate() -> None:
    """New instructions are fetched at the gate."""
    update = route(Channel.VOICE, Operation.UPDATE, CALL)
    fields = sent(update, ("Url", "http://127.0.0.1:9/x"), own={"Url": OURS, "StatusCallback": f"{OURS}2"})
    assert (("Url", OURS), ("Method", "POST"), ("StatusCallback", f"{OURS}2"), *POSTED) == fields


def test_control_keeps_its_parameters_and_method() -> None:
    """Holding a participant goes on with the gate's address."""
    given = (("Hold", "true"), ("HoldUrl", "http://127.0.0.1:9/h"))
    assert (("Hold", "true"), ("HoldUrl", OURS), ("HoldMethod", "POST")) == sent(
        participant(), *given, own={"HoldUrl": OURS}
    )
    removal = replace(participant(), method="DELETE", parameters="")
    asked = read(RULES, removal, "", b"")
    assert isinstance(asked, Asked)
    assert ("DELETE", ()) == (
        request(RULES, removal, asked, "", "", {}).method,
        request(RULES, removal, asked, "", "", {}).fields,
    )
