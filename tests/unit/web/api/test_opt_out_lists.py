"""Lists of opt-outs by `/v1`."""

from __future__ import annotations

from typing import Any

import pytest

from dialgate.domain.ledger import OptOut, Source
from dialgate.web.api.opt_out_lists import AT_A_TIME
from tests.fakes.api_gate import AGENT, ASKED, DIALER, NUMBER, OPERATOR, OPS, ApiGate, Http, Said, say

OTHER = "+14155552672"


async def sent(http: Http, *rows: object, pair: tuple[str, str] = AGENT, path: str = "", **more: object) -> Said:
    return await say(http, "POST", f"/v1/opt-outs/import{path}", {"rows": rows, **more}, pair=pair)


def recorded(gate: ApiGate) -> list[OptOut]:
    return [row.what for row in gate.sql.in_order() if isinstance(row.what, OptOut)]


async def test_an_acknowledged_list_is_in_force(http: Http) -> None:
    """201 means: nobody on it is contacted any more, on either channel."""
    said = await sent(http, {"to": NUMBER}, {"to": OTHER})
    assert (201, {"new": 2, "known": 0, "in_force": True, "rejected": []}) == (said.status, said.json)
    for channel in ("voice", "sms"):
        asked = await say(http, "POST", "/v1/decisions", ASKED | {"channel": channel}, pair=DIALER)
        assert "block" == asked.json["verdict"]


async def test_rows_that_are_wrong_are_told_by_index(gate: ApiGate, http: Http) -> None:
    """Each with a word and the mend; all others are recorded."""
    said = await sent(
        http, {"to": "12"}, {"to": NUMBER}, {"to": ""}, {"to": OTHER, "occurred_at": "2199-01-01T00:00:00Z"}
    )
    told = [(one["index"], one["reason"]) for one in said.json["rejected"]]
    assert (201, 1, [(0, "short_code"), (2, "missing"), (3, "future")]) == (said.status, said.json["new"], told)
    assert [NUMBER] == [one.number for one in recorded(gate)]


async def test_what_a_row_leaves_out_the_list_says(gate: ApiGate, http: Http) -> None:
    """Source, note, scope and time of the list hold for rows without their own; the actor is the key."""
    own = {
        "to": NUMBER,
        "source": "complaint",
        "note": "",
        "scope": {"channel": "sms"},
        "occurred_at": "2026-01-01T00:00:00+08:00",
    }
    more: dict[str, Any] = {
        "note": "old list",
        "scope": {"purpose": "marketing"},
        "occurred_at": "2026-02-01T00:00:00Z",
    }
    await sent(http, own, {"to": OTHER}, **more)
    told = [(one.source, one.note, one.scope.name, one.occurred_at.isoformat(), one.actor) for one in recorded(gate)]
    assert [
        (Source.COMPLAINT, "", "acme/sms/*/*", "2025-12-31T16:00:00+00:00", AGENT[0]),
        (Source.IMPORT, "old list", "acme/*/marketing/*", "2026-02-01T00:00:00+00:00", AGENT[0]),
    ] == told


async def test_what_was_sent_before_is_known(gate: ApiGate, http: Http) -> None:
    """The same list twice is recorded once, and in force both times."""
    said = [await sent(http, {"to": NUMBER}, {"to": OTHER}) for _ in range(2)]
    assert [(201, 2, 0), (201, 0, 2)] == [(one.status, one.json["new"], one.json["known"]) for one in said]
    assert 2 == len(recorded(gate))


async def test_a_dry_run_records_nothing(gate: ApiGate, http: Http) -> None:
    """It tells what would be new, what is known and what would be rejected."""
    await sent(http, {"to": NUMBER})
    said = await sent(http, {"to": NUMBER}, {"to": OTHER}, {"to": "x"}, dry_run=True)
    assert (200, 1, 1, False, 1) == (
        said.status,
        said.json["new"],
        said.json["known"],
        said.json["in_force"],
        len(said.json["rejected"]),
    )
    assert 1 == len(recorded(gate))


async def test_national_spellings_are_of_the_region_that_was_named(gate: ApiGate, http: Http) -> None:
    """Without one they are of the tenant's."""
    await sent(http, {"to": "(415) 555-2671"})
    await sent(http, {"to": "138 0013 8000"}, region="CN")
    assert [NUMBER, "+8613800138000"] == [one.number for one in recorded(gate)]


async def test_more_rows_than_are_read_at_a_time_keep_their_index(http: Http) -> None:
    """Others get their turn in between, and nothing is lost or told under another index."""
    rows = [{"to": f"+1415555{number:04}"} for number in range(2, 2 * AT_A_TIME + 50)]
    rows[AT_A_TIME] = {"to": "rubbish"}
    said = await sent(http, *rows)
    assert (len(rows) - 1, [AT_A_TIME]) == (said.json["new"], [one["index"] for one in said.json["rejected"]])


async def test_not_in_force_is_202(gate: ApiGate, http: Http) -> None:
    """Durable and not confirmed by the store."""
    gate.store_trouble.down = True
    said = await sent(http, {"to": NUMBER})
    assert (202, False, 1) == (said.status, said.json["in_force"], said.json["new"])


async def test_with_sql_down_nothing_is_acknowledged(gate: ApiGate, http: Http) -> None:
    """A list is sent again; it does not wait in the journal."""
    gate.sql_trouble.down = True
    assert (503, []) == ((await sent(http, {"to": NUMBER})).status, gate.journal.records)


@pytest.mark.parametrize(
    "body",
    [
        {"rows": []},
        {"rows": [{"to": NUMBER}] * 1001},
        {"rows": [{"to": NUMBER, "source": "rumour"}]},
        {"rows": [{"to": NUMBER, "scope": {"channel": "fax"}}]},
        {"rows": [{"to": NUMBER, "tenant": "other"}]},
        {"rows": [NUMBER]},
        {"rows": [{"to": NUMBER, "note": "x" * 257}]},
    ],
)
async def test_what_cannot_be_read_is_refused_whole(gate: ApiGate, http: Http, body: object) -> None:
    """A list of another shape is sent back, with where it is wrong, and nothing of it is recorded."""
    said = await say(http, "POST", "/v1/opt-outs/import", body, pair=AGENT)
    assert (400, []) == (said.status, recorded(gate))


async def test_only_who_may_add_opt_outs_sends_lists(http: Http) -> None:
    """Dialers and readers may not; an operator names the tenant."""
    said = [await sent(http, {"to": NUMBER}, pair=pair) for pair in (DIALER, OPS, OPERATOR)]
    named = await sent(http, {"to": NUMBER}, pair=OPERATOR, path="?tenant=other")
    assert ([403, 403, 400], 201) == ([one.status for one in said], named.status)
