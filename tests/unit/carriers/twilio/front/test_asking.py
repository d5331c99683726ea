"""Every parameter of a create or update is weighed, and the carrier gets only what was understood."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.app.front import Asked, Operation, Pairs, UrlUse, Wanted
from dialgate.carriers.twilio.front.asking import read
from dialgate.carriers.twilio.front.weighing import Rules
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason
from tests.unit.carriers.twilio.front.wire import CALL, FORM, MESSAGE, RULES, form, participant, route

TO = ("To", "+1 (415) 555-2671")
FROM = ("From", "+14155550100")
SAY = ("Twiml", "<Response><Say>Hello</Say></Response>")
BODY = ("Body", "Your code is 1234567, see https://example.com <b>")
SERVICE = ("MessagingServiceSid", "MG" + "5" * 32)


def asked(channel: Channel, *fields: tuple[str, str], rules: Rules = RULES, sid: str = "") -> Asked:
    operation = Operation.UPDATE if sid else Operation.CREATE
    if channel is Channel.VOICE and not sid and "from" not in {name.lower() for name, _ in fields}:
        fields = (*fields, FROM)
    found = read(rules, route(channel, operation, sid), FORM, form(*fields))
    assert isinstance(found, Asked)
    return found


def reasons(one: Asked) -> list[Reason]:
    return [block.reason for block in one.found]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (form(FROM), "to_missing"),
        (b"", "to_missing"),
        (form(TO, TO), "parameters"),
        (form(TO, ("to", "+14155552671")), "parameters"),
        (form(("to", "+14155552671")), "parameters"),
        (form(("TO", "+14155552671")), "parameters"),
        (b"To", "form"),
        (b'{"To": "+14155552671"}', "form"),
    ],
)
def test_without_exactly_one_called_number_nothing_can_be_judged(body: bytes, rule: str) -> None:
    """No number, two numbers or an unreadable form is a refusal before any decision."""
    found = read(RULES, route(), FORM, body)
    assert isinstance(found, Block)
    assert (Reason.BAD_REQUEST, rule) == (found.reason, found.rule)


def test_another_content_type_is_no_form() -> None:
    """JSON and multipart bodies are refused in words."""
    found = read(RULES, route(), "application/json", form(TO))
    assert isinstance(found, Block)
    assert Reason.BAD_REQUEST == found.reason


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        (("SendDigits", "ww1,2"), Reason.BAD_REQUEST),
        (("SendDigits", "1" * 33), Reason.BAD_REQUEST),
        (("SendDigits", "A"), Reason.BAD_REQUEST),
        (("Method", "PUT"), Reason.BAD_REQUEST),
        (("Byoc", "BY" + "1" * 32), Reason.SURFACE_BLOCKED),
        (("CallToken", "x"), Reason.SURFACE_BLOCKED),
        (("Passports", "x"), Reason.SURFACE_BLOCKED),
        (("SipAuthUsername", "x"), Reason.SURFACE_BLOCKED),
        (("SipAuthPassword", "x"), Reason.SURFACE_BLOCKED),
        (("RecordingConfigurationId", "x"), Reason.SURFACE_BLOCKED),
        (("Url", "http://a:b@127.0.0.1/"), Reason.BAD_REQUEST),
        (("Url", "sip:a@b"), Reason.BAD_REQUEST),
        (("Unknown", "x"), Reason.BAD_REQUEST),
        (("timeout", "5"), Reason.BAD_REQUEST),
        (("Timeout", "+14155552672"), Reason.SURFACE_BLOCKED),
        (("Timeout", "4155552672"), Reason.SURFACE_BLOCKED),
        (("CallReason", "https://example.com"), Reason.SURFACE_BLOCKED),
        (("CallReason", "<Response/>"), Reason.SURFACE_BLOCKED),
        (("NewHarmless", "sip:a@b"), Reason.SURFACE_BLOCKED),
        (("Timeout", "5\0"), Reason.BAD_REQUEST),
        (("Body", "x"), Reason.BAD_REQUEST),
        (("From", "+14155550100\n"), Reason.BAD_REQUEST),
    ],
)
def test_what_could_reach_somebody_else_does_not_pass(field: tuple[str, str], reason: Reason) -> None:
    """A parameter that decides, addresses or is unknown is refused, by name, with the called number still on record."""
    one = asked(Channel.VOICE, TO, field)
    assert ([reason], TO[1]) == (reasons(one), one.called)
    assert field[0] in one.found[0].detail


@pytest.mark.parametrize(
    "field",
    [
        ("NewHarmless", "yes"),
        ("CallReason", "Your parcel: 2 of 3"),
        ("MachineDetection", "DetectMessageEnd"),
        ("ApplicationSid", ""),
        ("ApplicationSid", "AP" + "1" * 32),
        ("Url", "https://example.com/twiml"),
        ("StatusCallback", "http://127.0.0.1:9/s"),
        ("Twiml", "<Response><Dial>+14155552672</Dial></Response>"),
        ("Url", ""),
        ("CallerId", "+14155550100"),
    ],
)
def test_harmless_parameters_pass(field: tuple[str, str]) -> None:
    """What neither decides nor addresses is left alone; addresses and documents are taken over later."""
    assert [] == reasons(asked(Channel.VOICE, TO, field))


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        (("PersistentAction", "geo:1,2"), Reason.SURFACE_BLOCKED),
        (("ApplicationSid", "AP1"), Reason.SURFACE_BLOCKED),
        (("MessagingServiceSid", "x"), Reason.BAD_REQUEST),
        (("MediaUrl", "https://a:b@example.com/x"), Reason.BAD_REQUEST),
        (("MediaUrl", "file:///etc/passwd"), Reason.BAD_REQUEST),
        (("ValidityPeriod", "0"), Reason.BAD_REQUEST),
        (("ValidityPeriod", "36001"), Reason.BAD_REQUEST),
        (("ValidityPeriod", "1e4"), Reason.BAD_REQUEST),
        (("ValidityPeriod", "١٢"), Reason.BAD_REQUEST),
    ],
)
def test_messages_are_weighed_by_their_own_table(field: tuple[str, str], reason: Reason) -> None:
    """What a message may carry is not what a call may carry."""
    assert [reason] == reasons(asked(Channel.SMS, TO, FROM, BODY, field))


def test_every_objection_is_named() -> None:
    """A dialer learns of all of its mistakes at once."""
    one = asked(Channel.VOICE, TO, ("Byoc", "1"), ("Nonsense", "x"), ("From", "a"), ("from", "b"))
    expected = [Reason.BAD_REQUEST, Reason.SURFACE_BLOCKED, Reason.BAD_REQUEST, Reason.BAD_REQUEST]
    assert expected == reasons(one)


def test_conflicting_parameters_are_refused() -> None:
    """Of two documents the gate cannot know which the carrier takes."""
    one = asked(Channel.VOICE, TO, SAY, ("Url", "http://127.0.0.1:9/x"))
    assert [Reason.BAD_REQUEST] == reasons(one)


@pytest.mark.parametrize("scheme", ["whatsapp:", "rcs:", "WhatsApp:"])
def test_text_schemes_are_not_called(scheme: str) -> None:
    """A number of a text service is a destination for messages."""
    called = ("To", f"{scheme}+14155552671")
    assert [Reason.UNSUPPORTED_DESTINATION] == reasons(asked(Channel.VOICE, called))
    assert [] == reasons(asked(Channel.SMS, called, BODY))


def test_the_lifetime_is_how_long_the_carrier_can_act() -> None:
    """A queued call for a day, a message for its validity."""
    lifetimes = (
        asked(Channel.VOICE, TO).lifetime_s,
        asked(Channel.SMS, TO, BODY).lifetime_s,
        asked(Channel.SMS, TO, BODY, ("ValidityPeriod", "120")).lifetime_s,
    )
    assert (86_400, 36_000, 120) == lifetimes


def test_content_is_what_would_be_said() -> None:
    """The digest follows body, media, template and document, and nothing else."""
    plain = asked(Channel.SMS, TO, BODY).content
    assert plain == asked(Channel.SMS, BODY, FROM, TO, ("Attempt", "2")).content
    others = {
        asked(Channel.SMS, TO, ("Body", "x")).content,
        asked(Channel.SMS, TO, BODY, ("MediaUrl", "https://example.com/a")).content,
        asked(Channel.SMS, TO, ("ContentSid", "HX1")).content,
        asked(Channel.SMS, TO, ("ContentSid", "HX1"), ("ContentVariables", "{}")).content,
        asked(Channel.VOICE, TO, SAY).content,
    }
    assert 5 == len(others - {plain, ""})
    assert "" == asked(Channel.VOICE, TO).content


def test_the_calling_side_is_sender_or_service() -> None:
    """Records name in whose name it was tried."""
    expected = (FROM[1], SERVICE[1])
    assert expected == (asked(Channel.SMS, TO, FROM, SERVICE).calling, asked(Channel.SMS, TO, SERVICE).calling)


@pytest.mark.parametrize(
    ("channel", "sid", "fields", "ends"),
    [
        (Channel.VOICE, CALL, (("Status", "completed"),), True),
        (Channel.VOICE, CALL, (("Status", "canceled"),), True),
        (Channel.VOICE, CALL, (("TimeLimit", "60"),), True),
        (Channel.SMS, MESSAGE, (("Status", "canceled"),), True),
        (Channel.SMS, MESSAGE, (("Body", ""),), True),
        (Channel.VOICE, CALL, (SAY,), False),
        (Channel.VOICE, CALL, (("Url", "http://127.0.0.1:9/x"),), False),
        (Channel.VOICE, CALL, (("FallbackUrl", "http://127.0.0.1:9/x"),), False),
    ],
)
def test_updates_that_end_need_no_leave_and_updates_that_speak_do(
    channel: Channel, sid: str, fields: Pairs, *, ends: bool
) -> None:
    """New instructions for a live call are an attempt of their own; ending it is not."""
    one = asked(channel, *fields, sid=sid)
    assert ([], ends, fields) == (reasons(one), one.ends, one.fields)


@pytest.mark.parametrize(
    ("channel", "fields", "reason"),
    [
        (Channel.VOICE, (), Reason.BAD_REQUEST),
        (Channel.VOICE, (("Status", "in-progress"),), Reason.BAD_REQUEST),
        (Channel.VOICE, (("Status", "completed"), SAY), Reason.BAD_REQUEST),
        (Channel.VOICE, (("Url", "sip:a@example.com"),), Reason.BAD_REQUEST),
        (Channel.VOICE, (("To", "+14155552672"),), Reason.BAD_REQUEST),
        (Channel.SMS, (("Status", "sent"),), Reason.BAD_REQUEST),
        (Channel.SMS, (("Status", "completed"),), Reason.BAD_REQUEST),
        (Channel.SMS, (("Body", "new text"),), Reason.BAD_REQUEST),
        (Channel.SMS, (("Status", "canceled"), ("Body", "x")), Reason.BAD_REQUEST),
    ],
)
def test_updates_that_do_not_pass_end_nothing(channel: Channel, fields: Pairs, reason: Reason) -> None:
    """A refused update is judged as an attempt, so that it is put on record."""
    one = asked(channel, *fields, sid=CALL if channel is Channel.VOICE else MESSAGE)
    assert (reason, False) == (one.found[0].reason, one.ends)


def test_a_call_without_a_sender_is_refused() -> None:
    """In whose name it is must be said."""
    found = read(RULES, route(), FORM, form(TO))
    assert isinstance(found, Asked)
    assert [Reason.BAD_REQUEST] == reasons(found)


def test_each_address_says_how_and_what_for_it_would_be_asked() -> None:
    """Documents, states and other reports are told apart; an empty address is none, and media are not asked."""
    url, status = ("Url", "http://127.0.0.1/a#rc=2"), ("StatusCallback", "http://127.0.0.1/s")
    events = (("StatusCallbackEvent", "ringing"), ("StatusCallbackEvent", "answered completed"))
    record = (("RecordingStatusCallback", "http://127.0.0.1/r"), ("RecordingStatusCallbackMethod", "get"))
    one = asked(Channel.VOICE, TO, url, status, *events, *record, ("FallbackUrl", ""))
    expected = (
        UrlUse("Url", url[1], "POST", Wanted.DOCUMENT),
        UrlUse("StatusCallback", status[1], "POST", Wanted.STATUS, ("ringing", "answered", "completed")),
        UrlUse("RecordingStatusCallback", record[0][1], "GET", Wanted.CALLBACK),
    )
    assert (expected, []) == (one.urls, reasons(one))
    assert () == asked(Channel.SMS, TO, BODY, ("MediaUrl", "https://example.com/a")).urls


def test_documents_digits_and_applications_are_told_apart() -> None:
    """What has to be taken over or looked into stands beside the fields."""
    application = asked(Channel.VOICE, TO, ("ApplicationSid", "AP1"), ("SendDigits", "ww1")).application_sid
    one = asked(Channel.VOICE, TO, SAY, ("SendDigits", "ww1"))
    assert ("AP1", SAY[1], "ww1") == (application, one.twiml, one.digits)


def test_a_query_behind_an_attempt_refuses_it() -> None:
    """Parameters stand in the body; the attempt is on record all the same."""
    asking = replace(route(), query=(("", "To=%2B14155552672"),))
    one = read(RULES, asking, FORM, form(TO, FROM))
    assert isinstance(one, Asked)
    assert ([Reason.BAD_REQUEST], TO[1]) == (reasons(one), one.called)


def test_holding_is_asked_by_get_where_nothing_else_is_said() -> None:
    """The carrier's own default of each address is kept."""
    hold, wait = ("HoldUrl", "http://127.0.0.1/h"), ("WaitUrl", "http://127.0.0.1/w")
    one = read(RULES, participant(), FORM, form(hold, wait))
    assert isinstance(one, Asked)
    assert [("HoldUrl", "GET"), ("WaitUrl", "POST")] == [(use.place, use.method) for use in one.urls]


def test_an_operation_without_parameters_takes_no_body() -> None:
    """What is to be removed needs no word more."""
    removal = replace(participant(), method="DELETE", parameters="")
    empty, full = read(RULES, removal, "", b""), read(RULES, removal, FORM, form(("Hold", "true")))
    assert isinstance(empty, Asked)
    assert isinstance(full, Asked)
    assert ([], True, [Reason.BAD_REQUEST], False) == (reasons(empty), empty.ends, reasons(full), full.ends)
