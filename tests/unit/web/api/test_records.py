"""Reading decisions back."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.fakes.api_gate import ASKED, COMPLIANCE, DIALER, NUMBER, OPERATOR, OPS, ApiGate, Http, say
from tests.fakes.web_gate import ACCOUNT, TOKEN

MASKED = "+1***2671"


async def _some(gate: ApiGate, http: Http, *more: dict[str, str]) -> list[str]:
    """Ids in the order of asking, all in SQL."""
    ids = [(await say(http, "POST", "/v1/decisions", ASKED | one, pair=DIALER)).json["id"] for one in more]
    await gate.ship()
    return ids


async def test_a_listing_goes_page_by_page(gate: ApiGate, http: Http) -> None:
    """Newest first, with a cursor until the end is reached."""
    ids = await _some(gate, http, {}, {}, {})
    first = await say(http, "GET", "/v1/decisions?limit=2", pair=OPS)
    second = await say(http, "GET", f"/v1/decisions?limit=2&cursor={first.json['next']}", pair=OPS)
    assert ids[::-1] == [row["id"] for row in first.json["items"] + second.json["items"]]
    assert second.json["next"] is None


async def test_filters_reach_the_log(gate: ApiGate, http: Http) -> None:
    """Each filter is passed on, the number as the gate reads it."""
    await _some(gate, http, {}, {"to": "12"})
    said = await say(http, "GET", "/v1/decisions?to=(415)%20555-2671&channel=voice&verdict=allow", pair=OPS)
    assert ["allow"] == [row["verdict"] for row in said.json["items"]]
    assert (NUMBER, "voice", "allow", "acme") == (
        gate.listed.asked[-1].to,
        gate.listed.asked[-1].channel,
        gate.listed.asked[-1].verdict,
        gate.listed.asked[-1].tenant,
    )


@pytest.mark.parametrize(
    "query",
    [
        *("colour=red", "limit=0", "limit=1001", "since=yesterday", "since=1772452800", "verdict=maybe", "to=12"),
        *("limit=1&limit=2", "reason=because", "cursor=x"),
    ],
)
async def test_a_query_is_read_strictly(http: Http, query: str) -> None:
    """Unknown, double or unreadable parameters are a 400 with the mend."""
    assert 400 == (await say(http, "GET", f"/v1/decisions?{query}", pair=OPS)).status


async def test_numbers_are_masked(gate: ApiGate, http: Http) -> None:
    """No reading shows a full number unless it is asked for by a role that may."""
    (decision,) = await _some(gate, http, {})
    for path in ("/v1/decisions", "/v1/decisions.csv", "/v1/decisions.jsonl", f"/v1/decisions/{decision}"):
        for pair in (DIALER, OPS, COMPLIANCE, OPERATOR):
            said = await say(http, "GET", path, pair=pair)
            assert (200, False, True) == (said.status, NUMBER in said.text, MASKED in said.text)


async def test_unmasking_is_for_those_who_may(gate: ApiGate, http: Http) -> None:
    """Compliance and operators may see the number whole; for all others asking is a 403."""
    (decision,) = await _some(gate, http, {})
    for path in (
        "/v1/decisions",
        "/v1/decisions.csv",
        f"/v1/decisions/{decision}",
        f"/v1/decisions/{decision}/explain",
    ):
        assert NUMBER in (await say(http, "GET", f"{path}?unmask=true", pair=COMPLIANCE)).text
        assert 403 == (await say(http, "GET", f"{path}?unmask=true", pair=OPS)).status


async def test_a_dialer_sees_what_it_asked_for(gate: ApiGate, http: Http) -> None:
    """A dialer's listing holds its own attempts; those of another key are not there, whatever the way in."""
    (decision,) = await _some(gate, http, {})
    pair = (ACCOUNT, TOKEN)
    assert [decision] == [row["id"] for row in (await say(http, "GET", "/v1/decisions", pair=DIALER)).json["items"]]
    assert [] == (await say(http, "GET", "/v1/decisions", pair=pair)).json["items"]
    assert 404 == (await say(http, "GET", f"/v1/decisions/{decision}", pair=pair)).status
    assert 404 == (await say(http, "GET", f"/v1/decisions/{decision}/explain", pair=pair)).status
    assert 403 == (await say(http, "GET", f"/v1/decisions?key={DIALER[0]}", pair=pair)).status
    assert "" == (await say(http, "GET", "/v1/decisions.jsonl", pair=pair)).text


async def test_an_operator_sees_all_tenants_or_one(gate: ApiGate, http: Http) -> None:
    """Without a tenant an operator's listing holds everybody's; with one only that one's."""
    await say(http, "POST", "/v1/decisions?tenant=other", ASKED)
    await _some(gate, http, {})
    found = [(await say(http, "GET", f"/v1/decisions{query}")).json["items"] for query in ("", "?tenant=other")]
    assert [["acme", "other"], ["other"]] == [[row["tenant"] for row in rows] for rows in found]


async def test_a_young_id_is_waited_for(gate: ApiGate, http: Http) -> None:
    """A decision that SQL has not got yet is looked for during two seconds before it is a 404."""
    made = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    gate.sql_trouble.before["log"] = lambda: None
    looked = gate.sql_trouble.asked.count("log")
    assert 404 == (await say(http, "GET", f"/v1/decisions/{made.json['id']}", pair=OPS)).status
    assert gate.sql_trouble.asked.count("log") > looked + 3


async def test_an_old_or_foreign_id_is_not_waited_for(gate: ApiGate, http: Http) -> None:
    """An id that is not well formed, or older than two seconds, is a 404 at once."""
    for identifier in ("nonsense", "0" * 32, "G" * 32):
        looked = gate.sql_trouble.asked.count("log")
        assert 404 == (await say(http, "GET", f"/v1/decisions/{identifier}", pair=OPS)).status
        assert gate.sql_trouble.asked.count("log") <= looked + 1


async def test_an_id_from_the_future_waits_two_seconds_at_most(http: Http) -> None:
    """An invented id cannot hold a connection open."""
    assert 404 == (await say(http, "GET", f"/v1/decisions/{'f' * 12}{'0' * 20}", pair=OPS)).status


async def test_csv_runs_nothing_in_a_spreadsheet(gate: ApiGate, http: Http) -> None:
    """Cells that begin like a formula are written after an apostrophe; all rows come, with one heading."""
    await _some(gate, http, {"from": "=cmd()", "campaign": "@x"}, {"from": "-1", "campaign": "+x"})
    said = await say(http, "GET", "/v1/decisions.csv", pair=OPS)
    rows = list(csv.DictReader(io.StringIO(said.text)))
    assert [("'-1", "'+x"), ("'=cmd()", "'@x")] == [(row["from"], row["campaign"]) for row in rows]
    assert ["'" + MASKED] * 2 == [row["to"] for row in rows]
    assert "text/csv; charset=utf-8" == said.headers["Content-Type"]


async def test_json_lines_hold_all_rows(gate: ApiGate, http: Http) -> None:
    """One object a line, the same as in the listing."""
    await _some(gate, http, {}, {}, {"to": "12"})
    said = await say(http, "GET", "/v1/decisions.jsonl", pair=OPS)
    listed = await say(http, "GET", "/v1/decisions", pair=OPS)
    assert listed.json["items"] == [json.loads(line) for line in said.text.splitlines()]


@pytest.mark.parametrize("path", ["", ".csv", ".jsonl", f"/{'0' * 32}", f"/{'0' * 32}/explain"])
async def test_with_sql_down_reading_is_503(gate: ApiGate, http: Http, path: str) -> None:
    """A log that cannot be read is said to be down, not to be empty."""
    await _some(gate, http, {})
    gate.sql_trouble.down = True
    said = await say(http, "GET", f"/v1/decisions{path}", pair=OPS)
    assert (503, "1") == (said.status, said.headers["Retry-After"])


async def test_an_explanation_is_in_the_language_asked_for(gate: ApiGate, http: Http) -> None:
    """The same decision in English and in Chinese sentences, the number masked."""
    (decision,) = await _some(gate, http, {"to": "12"})
    english = await say(http, "GET", f"/v1/decisions/{decision}/explain", pair=OPS)
    chinese = await say(http, "GET", f"/v1/decisions/{decision}/explain?lang=zh", pair=OPS)
    assert "It was blocked for 1 reason:" in english.json["sentences"]
    assert "已拒绝，理由 1 条：" in chinese.json["sentences"]


async def test_what_came_of_it_is_told(gate: ApiGate, http: Http) -> None:
    """The record holds the later events, and so does the explanation."""
    (decision,) = await _some(gate, http, {})
    outcome = {"status": "busy", "occurred_at": "2026-03-02T03:01:00Z"}
    await say(http, "POST", f"/v1/decisions/{decision}/outcome", outcome, pair=DIALER)
    await gate.ship()
    record = await say(http, "GET", f"/v1/decisions/{decision}", pair=OPS)
    explained = await say(http, "GET", f"/v1/decisions/{decision}/explain", pair=OPS)
    assert [("settled", "busy")] == [(event["kind"], event["status"]) for event in record.json["events"]]
    assert any("it ended: busy" in sentence for sentence in explained.json["sentences"])


async def test_stats_count_verdicts(gate: ApiGate, http: Http) -> None:
    """Allowed and blocked by group; the group must be named, and must be one that there is."""
    await _some(gate, http, {}, {"to": "12"}, {"to": "13"})
    said = await say(http, "GET", "/v1/stats?group_by=channel", pair=OPS)
    assert [{"group": "channel", "allowed": 1, "blocked": 2}] == said.json["items"]
    assert 400 == (await say(http, "GET", "/v1/stats", pair=OPS)).status
    assert 400 == (await say(http, "GET", "/v1/stats?group_by=mood", pair=OPS)).status
