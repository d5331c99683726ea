"""`/v1/decisions`: attempts that are placed outside the gate."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from dialgate.app.records import Kind
from tests.fakes.api_gate import ASKED, DIALER, NUMBER, OPERATOR, OPS, ApiGate, Http, say
from tests.fakes.web_gate import ACCOUNT, TOKEN


async def test_an_allow_says_what_was_checked_and_until_when_it_is_good(http: Http) -> None:
    """An allowed attempt has an id, no reasons, what the number was read as, and half a minute to start."""
    said = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    assert (200, "allow", [], None) == (said.status, said.json["verdict"], said.json["reasons"], said.json["retry_at"])
    assert (NUMBER, "US", "test") == tuple(said.json["checked"][name] for name in ("to", "region", "policy_version"))
    assert ["America/Los_Angeles"] == said.json["checked"]["time_zones"]
    assert ["2026-03-01T19:00:00-08:00"] == said.json["checked"]["local_times"]
    assert said.json["expires_at"].startswith("2026-03-02T03:00:30")


async def test_an_allow_is_reserved_and_on_record_before_it_is_answered(gate: ApiGate, http: Http) -> None:
    """Whoever has an allow in hand can be recalled, and can be found in the journal."""
    said = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    assert {said.json["id"]: False} == gate.held
    assert [said.json["id"]] == [record.id for record in gate.journal.of(Kind.DECISION)]


async def test_a_suppressed_number_is_blocked_and_on_record(gate: ApiGate, http: Http) -> None:
    """An opt-out blocks the next attempt, names its scope, and the refusal is recorded."""
    await say(http, "POST", "/v1/opt-outs?tenant=acme", {"to": NUMBER, "source": "form"})
    said = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    assert ("block", None) == (said.json["verdict"], said.json["expires_at"])
    assert [("suppressed", "acme/*/*/*")] == [(why["code"], why["scope"]) for why in said.json["reasons"]]
    assert ["block"] == [record.body["verdict"] for record in gate.journal.of(Kind.DECISION)]


async def test_a_form_is_read_like_json(http: Http) -> None:
    """A dialplan that can only post forms gets the same decision."""
    form = b"channel=sms&to=%2B14155552671&from=%2B14155550100&dry_run=true&at=2026-03-02T12:00:00Z"
    said = await say(http, "POST", "/v1/decisions", raw=form, media="application/x-www-form-urlencoded", pair=DIALER)
    assert (200, None, "allow") == (said.status, said.json["id"], said.json["verdict"])
    assert ["2026-03-02T04:00:00-08:00"] == said.json["checked"]["local_times"]


async def test_plain_text_is_one_line(http: Http) -> None:
    """A dialplan reads the verdict, the id, the reason and the time from one line."""
    allowed = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER, accept="text/plain")
    blocked = await say(http, "POST", "/v1/decisions", ASKED | {"to": "12"}, pair=DIALER, accept="text/plain")
    assert ["allow"] == allowed.text.split()[:1]
    assert 32 == len(allowed.text.split()[1])
    assert ["block", "invalid_number", "-"] == [word for word in blocked.text.split() if len(word) != 32]


async def test_a_dry_run_leaves_no_trace(gate: ApiGate, http: Http) -> None:
    """Trying out reserves nothing, records nothing, and tells every rule's verdict."""
    said = await say(http, "POST", "/v1/decisions", ASKED | {"dry_run": True}, pair=OPS)
    assert ({}, []) == (gate.held, gate.journal.records)
    assert {"pass"} == {rule["verdict"] for rule in said.json["rules"]}
    assert {"number_validity", "suppression"} <= {rule["rule"] for rule in said.json["rules"]}


async def test_a_dry_run_does_not_claim_to_know_what_the_store_did_not_say(gate: ApiGate, http: Http) -> None:
    """With the store away the dry run blocks, and no rule is said to have passed."""
    gate.store_trouble.down = True
    said = await say(http, "POST", "/v1/decisions", ASKED | {"dry_run": True}, pair=OPS)
    assert ("block", {"unknown"}) == (said.json["verdict"], {rule["verdict"] for rule in said.json["rules"]})


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "2026-03-02T12:00:00Z"},
        {"at": "2026-03-02T12:00:00", "dry_run": True},
        {"at": 1_772_452_800, "dry_run": True},
        {"at": "0001-01-01T00:00:00+01:00", "dry_run": True},
        {"channel": "fax"},
        {"campaign": "a/b"},
        {"campaign": "*"},
        {"subject": "a\x00b"},
        {"dry_run": "true"},
        {"colour": "red"},
        {"to": 14155552671},
    ],
)
async def test_what_cannot_be_read_is_refused(gate: ApiGate, http: Http, wrong: dict[str, object]) -> None:
    """A field that is unknown, of another type or out of its place is a 400, and nothing is decided."""
    said = await say(http, "POST", "/v1/decisions", ASKED | wrong, pair=DIALER)
    assert (400, "bad_request", []) == (said.status, said.json["reason"], gate.journal.records)
    assert "application/problem+json" == said.headers["Content-Type"].partition(";")[0]


async def test_an_unreadable_number_is_a_decision(gate: ApiGate, http: Http) -> None:
    """A number that is none is blocked with the mend and recorded, not merely refused."""
    said = await say(http, "POST", "/v1/decisions", ASKED | {"to": "sip:someone@example.com"}, pair=DIALER)
    assert ["unsupported_destination"] == [why["code"] for why in said.json["reasons"]]
    assert 1 == len(gate.journal.of(Kind.DECISION))


async def test_the_key_gives_campaign_and_purpose(gate: ApiGate, http: Http) -> None:
    """What the question leaves out comes from the key; what it says goes before."""
    await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    await say(http, "POST", "/v1/decisions", ASKED | {"campaign": "spring", "purpose": "collection"}, pair=DIALER)
    await say(http, "POST", "/v1/decisions", ASKED, pair=(ACCOUNT, TOKEN))
    asked = [(record.body["campaign"], record.body["purpose"]) for record in gate.journal.of(Kind.DECISION)]
    assert [("keycampaign", "survey"), ("spring", "collection"), ("", "marketing")] == asked


async def test_an_operator_names_the_tenant(gate: ApiGate, http: Http) -> None:
    """An operator key belongs to no tenant: it must name one, and one that exists."""
    assert 400 == (await say(http, "POST", "/v1/decisions", ASKED, pair=OPERATOR)).status
    assert 404 == (await say(http, "POST", "/v1/decisions?tenant=nobody", ASKED, pair=OPERATOR)).status
    assert 200 == (await say(http, "POST", "/v1/decisions?tenant=other", ASKED, pair=OPERATOR)).status
    assert ["other"] == [record.tenant for record in gate.journal.of(Kind.DECISION)]


async def test_a_tenants_key_acts_for_its_own_tenant_only(http: Http) -> None:
    """Naming another tenant is a 403, whether that one exists or not."""
    for name in ("other", "nobody"):
        assert 403 == (await say(http, "POST", f"/v1/decisions?tenant={name}", ASKED, pair=DIALER)).status


async def test_only_a_dialer_decides_for_real(http: Http) -> None:
    """A key that may only look gets dry runs and no reservation."""
    assert 403 == (await say(http, "POST", "/v1/decisions", ASKED, pair=OPS)).status


async def test_a_batch_is_answered_in_order(http: Http) -> None:
    """The n-th answer is that of the n-th question, over more than one round."""
    numbers = [f"+1415555{index:04d}" for index in range(600)]
    said = await say(http, "POST", "/v1/decisions/batch", [ASKED | {"to": number} for number in numbers], pair=DIALER)
    assert numbers == [one["checked"]["to"] for one in said.json]
    assert 600 == len({one["id"] for one in said.json})


@pytest.mark.parametrize("batch", [[], [ASKED] * 1_001, [ASKED, {"to": NUMBER}], ASKED])
async def test_a_batch_is_read_whole_or_not_at_all(gate: ApiGate, http: Http, batch: object) -> None:
    """Too many, none, or one that cannot be read: nothing of the batch is decided."""
    said = await say(http, "POST", "/v1/decisions/batch", batch, pair=DIALER)
    assert (400, []) == (said.status, gate.journal.records)


async def test_a_bad_question_of_a_batch_is_named(http: Http) -> None:
    """The sentence says which question it was, and which field."""
    said = await say(http, "POST", "/v1/decisions/batch", [ASKED, ASKED | {"channel": "fax"}], pair=DIALER)
    assert said.json["detail"].startswith("1.channel:")


async def _allowed(gate: ApiGate, http: Http) -> str:
    said = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    await gate.ship()
    return str(said.json["id"])


OUTCOME = {"status": "completed", "right_party": True, "occurred_at": "2026-03-02T03:01:00Z"}


async def test_an_outcome_settles(gate: ApiGate, http: Http) -> None:
    """The reservation ends with its outcome, which is recorded once however often it is told."""
    decision = await _allowed(gate, http)
    for _ in range(2):
        said = await say(http, "POST", f"/v1/decisions/{decision}/outcome", OUTCOME, pair=DIALER)
        assert (200, "settled") == (said.status, said.json["result"])
        await gate.ship()
    assert {} == gate.held
    assert ["true"] == [record.body["right_party"] for record in gate.journal.of(Kind.SETTLED)]


async def test_an_opt_out_in_between_is_told_with_the_outcome(gate: ApiGate, http: Http) -> None:
    """A person who opted out while the call was under way: the outcome is answered recalled."""
    decision = await _allowed(gate, http)
    opted_out = await say(http, "POST", "/v1/opt-outs?tenant=acme", {"to": NUMBER, "source": "voice"})
    assert [decision] == opted_out.json["recalled"]
    said = await say(http, "POST", f"/v1/decisions/{decision}/outcome", OUTCOME, pair=DIALER)
    assert "recalled" == said.json["result"]


async def test_only_what_was_allowed_has_an_outcome(gate: ApiGate, http: Http) -> None:
    """The outcome of a blocked attempt is a contradiction, that of an unknown one a 404."""
    said = await say(http, "POST", "/v1/decisions", ASKED | {"to": "12"}, pair=DIALER)
    await gate.ship()
    blocked = await say(http, "POST", f"/v1/decisions/{said.json['id']}/outcome", OUTCOME, pair=DIALER)
    unknown = await say(http, "POST", f"/v1/decisions/{'0' * 32}/outcome", OUTCOME, pair=DIALER)
    assert (409, 404) == (blocked.status, unknown.status)


async def test_an_outcome_needs_its_time(gate: ApiGate, http: Http) -> None:
    """When it ended is part of what is reported."""
    decision = await _allowed(gate, http)
    said = await say(http, "POST", f"/v1/decisions/{decision}/outcome", {"status": "completed"}, pair=DIALER)
    assert 400 == said.status


async def test_with_the_journal_gone_everything_is_blocked(gate: ApiGate, http: Http) -> None:
    """What cannot be put on record is not allowed, and nothing stays reserved."""
    gate.journal.broken = True
    said = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    assert ("block", "gate_unavailable") == (said.json["verdict"], said.json["reasons"][0]["code"])
    assert {} == gate.held


async def test_answers_are_times_in_utc(http: Http) -> None:
    """Times are RFC 3339 in UTC."""
    said = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    assert said.json["expires_at"].endswith("Z")
    assert timedelta(0) == datetime.fromisoformat(said.json["expires_at"]).utcoffset()
    assert json.loads(said.text) == said.json


async def test_a_purpose_that_is_not_known_counts_as_marketing(gate: ApiGate, http: Http) -> None:
    """The strictest of all, as on the carrier surface."""
    await say(http, "POST", "/v1/decisions", ASKED | {"purpose": "fun"}, pair=DIALER)
    (record,) = gate.journal.records
    assert "marketing" == record.body["purpose"]
