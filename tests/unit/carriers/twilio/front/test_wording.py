"""Refusals arrive as the carrier's own errors, with the gate's reasons inside."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from dialgate.app.front import Answer
from dialgate.carriers.twilio.front.wording import CODES, failure, refusal
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CONTRACT = {
    400: {
        "bad_request": 990100,
        "invalid_number": 21211,
        "unsupported_destination": 990102,
        "suppressed": 990103,
        "listed": 990104,
        "no_consent": 990105,
        "calling_hours": 990106,
        "holiday": 990107,
        "frequency_cap": 990108,
        "waiting_period": 990109,
        "content_rejected": 990110,
        "region_blocked": 990111,
        "carrier_blocked": 990112,
        "unknown_twiml": 990113,
        "recalled": 990114,
    },
    403: {
        "surface_blocked": 990300,
        "campaign_not_approved": 990301,
        "campaign_not_running": 990302,
        "outside_filing": 990303,
        "caller_id_not_allowed": 990304,
        "purpose_banned": 990305,
        "key_suspended": 990306,
    },
    409: {"duplicate": 990900, "outcome_unknown": 990901},
    429: {"pacing": 20429, "gate_unavailable": 990401, "index_unverified": 990402, "rule_error": 990403},
}


def read(answer: Answer) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer.body)
    return body


def test_every_reason_has_its_status_and_code() -> None:
    """The published table of reasons is the whole table."""
    expected = {name: (status, code) for status, names in CONTRACT.items() for name, code in names.items()}
    assert expected == {reason.value: CODES[reason] for reason in Reason}


def test_a_wait_that_is_known_is_told() -> None:
    """Retry-After is as long as the longest of the waits."""
    blocks = [Block(Reason.PACING, "pacing", "Full.", retry_after_s=seconds) for seconds in (3, 7)]
    assert ("Retry-After", "7") in refusal(blocks, Channel.VOICE, "", "").headers


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("channel", list(Channel))
def test_no_refusal_is_a_server_error_or_a_redirect(reason: Reason, channel: Channel) -> None:
    """SDKs repeat a create after 5xx and stumble over redirects, so a refusal is always 4xx and JSON."""
    answer = refusal((Block(reason, "rule", "Why."),), channel, "", "")
    assert (True, "application/json; charset=utf-8") == (400 <= answer.status < 500, answer.content_type)
    assert (answer.status == 429) == (("Retry-After", "1") in answer.headers)


def test_a_refusal_says_what_why_and_where_to_look() -> None:
    """The body is an error of the carrier with the facts in `details`."""
    blocks = (
        Block(Reason.CALLING_HOURS, "calling_hours", "It is night there.", scope="s", retry_at=AT),
        Block(Reason.DUPLICATE, "duplicate", "Sent before.", retry_at=AT.replace(hour=10)),
        Block(Reason.CALLING_HOURS, "calling_hours", "There too.", retry_at=AT),
    )
    answer = refusal(blocks, Channel.VOICE, "d1", "")
    expected = {
        "code": 990106,
        "message": "It is night there. It may be tried again from 2026-11-22T10:00:00Z.",
        "more_info": "https://www.twilio.com/docs/errors/990106",
        "status": 400,
        "details": {
            "reason": "calling_hours",
            "reasons": ["calling_hours", "duplicate"],
            "rule": "calling_hours",
            "scope": "s",
            "decision_id": "d1",
            "retry_at": "2026-11-22T10:00:00Z",
        },
    }
    assert (400, expected) == (answer.status, read(answer))


def test_an_opted_out_message_has_the_carriers_own_code() -> None:
    """Senders already know 21610; a call has a code of its own."""
    blocks = (Block(Reason.SUPPRESSED, "suppression", "No."),)
    codes = [read(refusal(blocks, channel, "", ""))["code"] for channel in (Channel.SMS, Channel.VOICE)]
    assert [21610, 990103] == codes


def test_a_missing_number_has_the_carriers_own_code() -> None:
    """As the carrier says it: 21604."""
    answer = refusal((Block(Reason.BAD_REQUEST, "to_missing", "A 'To' number is required."),), Channel.SMS, "", "")
    assert (400, 21604) == (answer.status, read(answer)["code"])


def test_a_refusal_without_an_end_names_no_time() -> None:
    """`retry_at` is null as soon as one of the reasons does not pass with time."""
    blocks = (Block(Reason.SUPPRESSED, "s", "No."), Block(Reason.DUPLICATE, "d", "Soon.", retry_at=AT))
    assert read(refusal(blocks, Channel.SMS, "", ""))["details"]["retry_at"] is None


def test_what_was_cancelled_at_once_is_named() -> None:
    """A recalled create tells the carrier's id, so that the dialer can look it up."""
    answer = refusal((Block(Reason.RECALLED, "recall", "Cancelled."),), Channel.VOICE, "d1", "CA1")
    assert "CA1" == read(answer)["details"]["carrier_sid"]


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        (401, None, 20003),
        (404, None, 20404),
        (400, Reason.BAD_REQUEST, 990100),
        (403, Reason.KEY_SUSPENDED, 990306),
        (429, Reason.GATE_UNAVAILABLE, 990401),
        (502, Reason.GATE_UNAVAILABLE, 990401),
    ],
)
def test_failures_have_the_same_shape(status: int, reason: Reason | None, code: int) -> None:
    """Credentials, missing resources and failures of the gate reach an SDK as its own exception too."""
    answer = failure(status, reason, "Why.")
    body = read(answer)
    assert (status, status, code, "Why.") == (answer.status, body["status"], body["code"], body["message"])
    assert isinstance(body["details"], dict)
