"""`dialgate decisions` and `dialgate blocked`."""

from __future__ import annotations

import csv
import io
import json

from tests.fakes.native_api import CommandLine, NativeApi, row

SUPPRESSED = row(1, "suppressed", "duplicate", retry_at="2026-03-02T04:00:00Z")
PAGE = {"items": [row(2), SUPPRESSED], "next": None}


def test_blocked_asks_for_what_was_blocked(api: NativeApi, line: CommandLine) -> None:
    """Every option becomes a filter; what is not said is not asked."""
    api.says("GET /v1/decisions", PAGE)
    said = line.run(
        *("blocked", "--since", "2026-03-02T03:00:00+08:00", "--to", "+12025550123", "--reason", "suppressed"),
        *("--campaign", "spring", "--tenant", "acme", "--limit", "7"),
    )
    assert 0 == said.exit_code
    assert {
        "verdict": "block",
        "since": "2026-03-01T19:00:00.000Z",
        "to": "+12025550123",
        "reason": "suppressed",
        "campaign": "spring",
        "tenant": "acme",
        "limit": "7",
        "unmask": "false",
    } == api.asked[0].query
    assert api.asked[0].authorization.startswith("Basic ")


def test_a_table_shows_what_a_person_wants(api: NativeApi, line: CommandLine) -> None:
    """Number, channel, campaign, reasons and the id to explain it by, a row each."""
    api.says("GET /v1/decisions", PAGE)
    text = line.run("decisions").stdout
    assert all(word in text for word in ("+1***0001", "suppressed duplicate", "spring", SUPPRESSED["id"], "allow"))


def test_json_is_what_the_gate_said(api: NativeApi, line: CommandLine) -> None:
    """A program gets the rows whole."""
    api.says("GET /v1/decisions", PAGE)
    assert PAGE["items"] == json.loads(line.run("decisions", "--format", "json").stdout)


def test_csv_runs_nothing_in_a_spreadsheet(api: NativeApi, line: CommandLine) -> None:
    """The columns of the table, with cells that look like formulas made harmless."""
    api.says("GET /v1/decisions", PAGE)
    rows = list(csv.DictReader(io.StringIO(line.run("decisions", "--format", "csv").stdout)))
    assert [("'+1***0002", ""), ("'+1***0001", "suppressed duplicate")] == [(one["to"], one["reason"]) for one in rows]


def test_more_than_a_page_is_fetched_page_by_page(api: NativeApi, line: CommandLine) -> None:
    """--limit counts rows, not pages."""
    first = {"items": [row(number) for number in range(600, 100, -1)], "next": "more"}
    second = {"items": [row(number) for number in range(100, 40, -1)], "next": "still more"}
    api.says("GET /v1/decisions", first, second)
    said = line.run("decisions", "--limit", "560", "--format", "json")
    assert (560, ["500", "60"]) == (len(json.loads(said.stdout)), [asked.query["limit"] for asked in api.asked])
    assert "more" == api.asked[1].query["cursor"]


def test_nothing_is_said_in_words(api: NativeApi, line: CommandLine) -> None:
    """An empty listing is a sentence, in the language asked for."""
    api.says("GET /v1/decisions", {"items": [], "next": None})
    assert ["Nothing to show.\n", "没有记录。\n"] == [
        line.run("blocked", "--lang", lang).stdout for lang in ("en", "zh")
    ]


def test_following_shows_what_there_is_first(api: NativeApi, line: CommandLine) -> None:
    """--follow begins with the newest rows, oldest first; an end that waiting cannot mend ends it."""
    api.says("GET /v1/decisions", PAGE, PAGE)
    api.answers["GET /v1/decisions"].append((403, {"detail": "This key was revoked."}))
    said = line.run("decisions", "--follow")
    assert 1 == said.exit_code
    assert said.stdout.index("+1***0001") < said.stdout.index("+1***0002")
    assert 1 == said.stdout.count("+1***0002")
    assert "This key was revoked." in said.stderr
