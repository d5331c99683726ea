"""The front puts its parts together for one carrier account."""

from __future__ import annotations

import json

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


FRONT: Front = TwilioFront(CARRIER, [TOKEN, ""], f"{PUBLIC_URL}/", SURFACE)


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
    assert [CALL] == [row.sid for row in FRONT.rows(answer, TENANT)]
    single = CarrierAnswer(200, json.dumps({"sid": CALL}).encode(), "application/json")
    one = FRONT.row(single, TENANT)
    assert one is not None
    assert (CALL, (FRONT.proof(CALL),)) == (one.sid, FRONT.proofs(route(Channel.VOICE, Operation.FETCH, CALL)))
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
