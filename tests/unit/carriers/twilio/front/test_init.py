"""The front puts its parts together for one carrier account."""

from __future__ import annotations

import json

import pytest

from dialgate.app.front import Asked, Front, Operation, Route
from dialgate.app.ports import CarrierAnswer
from dialgate.carriers.twilio.front import TwilioFront
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.ids import DecisionId
from dialgate.domain.reasons import Reason
from tests.unit.carriers.twilio.front.wire import (
    ACCOUNT,
    CALL,
    CARRIER,
    FORM,
    MESSAGE,
    PUBLIC_URL,
    SURFACE,
    TENANT,
    form,
    route,
    signed,
)

TOKEN = "token"
STATUS = (("AccountSid", CARRIER), ("CallSid", CALL), ("CallStatus", "completed"))


def front_at(base_url: str) -> Front:
    return TwilioFront(CARRIER, [TOKEN, ""], base_url, f"{PUBLIC_URL}/", SURFACE)


FRONT = front_at("https://api.twilio.com")


@pytest.mark.parametrize(
    ("base_url", "found"),
    [
        ("http://127.0.0.1:8081", []),
        ("https://api.twilio.com", [Reason.SURFACE_BLOCKED]),
        ("http://127.0.0.1@api.twilio.com", [Reason.SURFACE_BLOCKED]),
    ],
)
def test_documents_are_fetched_only_by_a_carrier_on_this_machine(base_url: str, found: list[Reason]) -> None:
    """The base URL alone decides whether `Url` may pass."""
    asked = front_at(base_url).read(route(), FORM, form(("To", "+1"), ("From", "+2"), ("Url", "http://127.0.0.1:1/")))
    assert isinstance(asked, Asked)
    assert found == [block.reason for block in asked.found]


def test_a_create_goes_from_path_to_request() -> None:
    """Route, reading and request fit together."""
    asked = FRONT.read(route(Channel.SMS), FORM, form(("To", "x"), ("Body", "hi")))
    assert isinstance(asked, Asked)
    request = FRONT.request(route(Channel.SMS), asked, "+14155552671", DecisionId("d1"), {})
    expected = (("To", "+14155552671"), ("Body", "hi"), ("StatusCallback", f"{PUBLIC_URL}/twilio/status/d1"))
    assert ("Messages.json", expected) == (request.path, request.fields)
    found = FRONT.route("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{MESSAGE}.json")
    assert isinstance(found, Route)
    assert (Operation.FETCH, ACCOUNT, Channel.SMS, MESSAGE) == (
        found.operation,
        found.account_sid,
        found.channel,
        found.sid,
    )
    assert f"Messages/{MESSAGE}.json" == FRONT.upstream(route(Channel.SMS, sid=MESSAGE))


def test_answers_and_refusals_name_the_tenant() -> None:
    """Every kind of answer is in the tenant's name."""
    answer = CarrierAnswer(200, json.dumps({"calls": [{"sid": CALL}], "uri": CARRIER}).encode(), "application/json")
    assert {"calls": [{"sid": CALL}], "uri": ACCOUNT} == json.loads(FRONT.passed_on(answer, TENANT).body)
    assert {"calls": [], "uri": ACCOUNT} == json.loads(FRONT.page(answer, TENANT, ()).body)
    assert not FRONT.refused_for_opt_out(answer)
    assert [CALL] == [row.sid for row in FRONT.rows(answer)]
    assert ACCOUNT == json.loads(FRONT.account(TENANT).body)["sid"]
    assert 403 == FRONT.refusal((Block(Reason.SURFACE_BLOCKED, "surface", "No."),), Channel.VOICE).status
    assert 404 == FRONT.failure(404, None, "No.").status


def test_webhooks_are_checked_against_the_public_url() -> None:
    """Verification, meaning and answer fit together; an empty secret signs nothing."""
    fields = FRONT.verified(signed("/twilio/status/d1", STATUS, TOKEN))
    assert ("d1", "completed") == (
        FRONT.status_report(fields, "d1").decision_id,
        FRONT.status_report(fields, "d1").status,
    )
    failed = FRONT.status_report((*STATUS, ("ErrorCode", "21610")), "d1")
    assert (True, False) == (FRONT.reports_opt_out(failed), FRONT.reports_opt_out(FRONT.status_report(fields, "d1")))
    message = (("AccountSid", CARRIER), ("MessageSid", MESSAGE), ("From", "a"), ("To", "b"), ("Body", "STOP"))
    assert "STOP" == FRONT.inbound_message(message).body
    assert FRONT.might_be_opt_out(signed("/twilio/sms", message, ""))
    assert b"hi" in FRONT.reply("hi").body
