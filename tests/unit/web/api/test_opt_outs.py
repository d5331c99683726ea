"""Opt-outs that people and systems report, and what is known of a number."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialgate.app.records import Kind
from dialgate.domain.ids import OptOutId
from dialgate.domain.numbers import E164
from tests.fakes.api_gate import AGENT, ASKED, COMPLIANCE, DIALER, NUMBER, OPS, ApiGate, Http, say
from tests.fakes.one_gate import opt_out


async def test_an_acknowledged_opt_out_is_in_force(http: Http) -> None:
    """201 means: the next attempt on either channel is refused."""
    said = await say(http, "POST", "/v1/opt-outs", {"to": NUMBER, "source": "agent", "note": "angry"}, pair=AGENT)
    assert (201, True, []) == (said.status, said.json["in_force"], said.json["recalled"])
    assert {"tenant": "acme", "channel": "*", "purpose": "*", "campaign": "*"} == said.json["scope"]
    for channel in ("voice", "sms"):
        asked = await say(http, "POST", "/v1/decisions", ASKED | {"channel": channel}, pair=DIALER)
        assert "block" == asked.json["verdict"]


async def test_the_actor_is_the_key(gate: ApiGate, http: Http) -> None:
    """The record says which key brought the opt-out and when the person said it."""
    at = "2026-03-01T10:00:00+08:00"
    await say(http, "POST", "/v1/opt-outs", {"to": NUMBER, "source": "email", "occurred_at": at}, pair=AGENT)
    (record,) = gate.journal.of(Kind.OPT_OUT)
    assert (AGENT[0], "2026-03-01T02:00:00+00:00") == (record.body["actor"], record.body["occurred_at"])


async def test_what_is_still_to_come_was_not_said(gate: ApiGate, http: Http) -> None:
    """A time in the future is sent back; one that only clocks explain is taken as now."""
    now = gate.inside.clock.now()
    body = {"to": NUMBER, "source": "complaint"}
    later = [{**body, "occurred_at": (now + timedelta(minutes=ahead)).isoformat()} for ahead in (6, 4)]
    said = [await say(http, "POST", "/v1/opt-outs", one, pair=AGENT) for one in later]
    (record,) = gate.journal.of(Kind.OPT_OUT)
    assert ([400, 201], True) == (
        [one.status for one in said],
        record.body["occurred_at"] < later[1]["occurred_at"],
    )


async def test_a_repeat_is_a_new_one(gate: ApiGate, http: Http) -> None:
    """The same wish told twice is recorded twice and answered 201 both times."""
    said = [await say(http, "POST", "/v1/opt-outs", {"to": NUMBER, "source": "agent"}, pair=AGENT) for _ in range(2)]
    assert [201, 201] == [one.status for one in said]
    assert 2 == len({one.json["id"] for one in said})


async def test_a_narrower_scope_is_what_the_person_said(http: Http) -> None:
    """An opt-out from messages leaves calls as they are."""
    body = {"to": NUMBER, "source": "agent", "scope": {"channel": "sms"}}
    said = await say(http, "POST", "/v1/opt-outs", body, pair=COMPLIANCE)
    verdicts = [
        (await say(http, "POST", "/v1/decisions", ASKED | {"channel": channel}, pair=DIALER)).json["verdict"]
        for channel in ("voice", "sms")
    ]
    assert ("sms", ["allow", "block"]) == (said.json["scope"]["channel"], verdicts)


def ahead(gate: ApiGate, **more: float) -> str:
    return (gate.inside.clock.now() + timedelta(**more)).isoformat()


async def test_a_snooze_says_when_it_ends(gate: ApiGate, http: Http) -> None:
    """It is in force like any other, and everybody who asks for the number reads until when."""
    ends_at = ahead(gate, days=30)
    body = {"to": NUMBER, "source": "agent", "note": "not this month", "ends_at": ends_at}
    assert 201 == (await say(http, "POST", "/v1/opt-outs", body, pair=AGENT)).status
    said = await say(http, "GET", f"/v1/numbers/{NUMBER}", pair=OPS)
    (told,) = said.json["history"]
    assert (True, datetime.fromisoformat(ends_at)) == (
        said.json["suppressed"],
        datetime.fromisoformat(told["ends_at"]),
    )


@pytest.mark.parametrize(
    ("days", "source", "mend"), [(-1, "agent", "over already"), (401, "agent", "400"), (9, "complaint", "leave")]
)
async def test_what_is_no_snooze_is_sent_back(gate: ApiGate, http: Http, days: float, source: str, mend: str) -> None:
    """With what to write instead; nothing is recorded, so that nobody takes it for an opt-out."""
    body = {"to": NUMBER, "source": source, "ends_at": ahead(gate, days=days)}
    said = await say(http, "POST", "/v1/opt-outs", body, pair=COMPLIANCE)
    assert (400, True, []) == (said.status, mend in said.json["detail"], gate.journal.records)


async def test_not_in_force_is_202(gate: ApiGate, http: Http) -> None:
    """Durable but not confirmed by the store: nobody may be told that it is in force."""
    gate.store_trouble.down = True
    said = await say(http, "POST", "/v1/opt-outs", {"to": NUMBER, "source": "agent"}, pair=AGENT)
    assert (202, False) == (said.status, said.json["in_force"])


async def test_not_durable_is_503(gate: ApiGate, http: Http) -> None:
    """With the journal gone nothing is acknowledged."""
    gate.journal.broken = True
    said = await say(http, "POST", "/v1/opt-outs", {"to": NUMBER, "source": "agent"}, pair=AGENT)
    assert 503 == said.status


async def test_with_sql_down_it_is_still_taken(gate: ApiGate, http: Http) -> None:
    """The journal and the store are enough to acknowledge."""
    gate.sql_trouble.down = True
    said = await say(http, "POST", "/v1/opt-outs", {"to": NUMBER, "source": "agent"}, pair=AGENT)
    assert 201 == said.status


@pytest.mark.parametrize(
    "body",
    [
        {"to": "12", "source": "agent"},
        {"to": NUMBER},
        {"to": NUMBER, "source": "rumour"},
        {"to": NUMBER, "source": "agent", "scope": {"tenant": "other"}},
        {"to": NUMBER, "source": "agent", "scope": {"channel": "*"}},
        [],
    ],
)
async def test_what_cannot_be_read_is_refused(gate: ApiGate, http: Http, body: object) -> None:
    """An opt-out whose number, source or scope is unclear is sent back with the mend."""
    said = await say(http, "POST", "/v1/opt-outs", body, pair=AGENT)
    assert (400, []) == (said.status, gate.journal.records)


async def test_a_number_is_told_in_time_order(gate: ApiGate, http: Http) -> None:
    """Decisions and opt-outs of a number, oldest first, with whether it is suppressed and where."""
    await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    await say(http, "POST", "/v1/opt-outs", {"to": NUMBER, "source": "agent", "note": "no"}, pair=AGENT)
    await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    await gate.ship()
    said = await say(http, "GET", "/v1/numbers/%2B14155552671", pair=OPS)
    assert ("+1***2671", True, ["acme"]) == (
        said.json["number"],
        said.json["suppressed"],
        [scope["tenant"] for scope in said.json["scopes"]],
    )
    assert sorted(one["at"] for one in said.json["history"]) == [one["at"] for one in said.json["history"]]
    assert {("decision", "allow"), ("opt_out", ""), ("decision", "block")} == {
        (one["kind"], one["verdict"]) for one in said.json["history"]
    }
    assert (AGENT[0], True, "no") == next(
        (one["actor"], one["holds"], one["note"]) for one in said.json["history"] if one["kind"] == "opt_out"
    )


async def test_a_lifted_opt_out_holds_no_more(gate: ApiGate, http: Http) -> None:
    """A number all of whose opt-outs were lifted is not suppressed, and the lift names what it lifted."""
    message = "SM" + "1" * 32
    await gate.ledger.record_opt_out(opt_out(f"{message}.acme", number=E164(NUMBER), evidence=message))
    gate.carrier.dates = {message: gate.clock.now().replace(hour=1), "SM2": gate.clock.now().replace(hour=2)}
    await gate.lifting.start(OptOutId("SM2.acme"), "acme", E164(NUMBER), "SM2")
    said = await say(http, "GET", f"/v1/numbers/{NUMBER}", pair=OPS)
    assert (False, [], [("opt_out", False), ("lift", None)]) == (
        said.json["suppressed"],
        said.json["scopes"],
        [(one["kind"], one["holds"]) for one in said.json["history"]],
    )
    assert [f"{message}.acme"] == said.json["history"][1]["names"]


async def test_another_tenants_history_stays_with_it(gate: ApiGate, http: Http) -> None:
    """What one tenant knows of a number is not shown to another."""
    await say(http, "POST", "/v1/opt-outs?tenant=other", {"to": NUMBER, "source": "agent"})
    said = await say(http, "GET", f"/v1/numbers/{NUMBER}", pair=OPS)
    assert (False, []) == (said.json["suppressed"], said.json["history"])


async def test_no_number_is_a_400(http: Http) -> None:
    """A path that names no number says what to write."""
    assert 400 == (await say(http, "GET", "/v1/numbers/12", pair=OPS)).status
