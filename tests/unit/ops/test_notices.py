"""`dialgate notice ...`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fakes.native_api import CommandLine, NativeApi


def row(number: int, state: str = "given_up") -> dict[str, Any]:
    return {
        "id": f"opt_out.o{number}",
        "tenant": "acme",
        "kind": "opt_out",
        "state": state,
        "made_at": "2026-03-02T03:00:00Z",
        "next_at": None,
        "delivered_at": None,
        "body": {"number": "+1***0141"},
    }


def test_notices_are_listed_page_by_page(api: NativeApi, line: CommandLine) -> None:
    """With what became of each, until there are as many as were asked for; none is a sentence."""
    pages = [{"items": [row(1), row(2)], "next": "c"}, {"items": [row(3)], "next": None}, {"items": [], "next": None}]
    api.says("GET /v1/notices", *pages)
    said = line.run("notice", "list", "--state", "given_up", "--limit", "3").stdout
    assert all(word in said for word in ("opt_out.o1", "opt_out.o3", "+1***0141", "given_up"))
    assert [("3", None), ("1", "c")] == [(asked.query["limit"], asked.query.get("cursor")) for asked in api.asked]
    assert "Nothing to show.\n" == line.run("notice", "list").stdout


def test_notices_for_programs(api: NativeApi, line: CommandLine) -> None:
    """As the gate gave them."""
    api.says("GET /v1/notices", {"items": [row(1)], "next": None})
    assert [row(1)] == json.loads(line.run("notice", "list", "--format", "json").stdout)


def test_one_is_shown_with_its_attempts(api: NativeApi, line: CommandLine) -> None:
    """Each with the answer; one that was not tried yet says so."""
    tried = {"at": "2026-03-02T03:00:00Z", "status": 503, "problem": "The server answered with status 503"}
    api.says("GET /v1/notices/opt_out.o1", {**row(1), "attempts": [tried]}, {**row(1, "waiting"), "attempts": []})
    first, second = (line.run("notice", "show", "opt_out.o1").stdout for _ in range(2))
    assert ("503" in first, "The server answered" in first, "Not tried yet." in second) == (True, True, True)
    assert "503" not in line.run("notice", "show", "opt_out.o1", "--format", "json").stdout


def test_one_or_all_are_told_again(api: NativeApi, line: CommandLine) -> None:
    """By its id, or by a time."""
    for path in ("opt_out.o1/replay", "replay"):
        api.says(f"POST /v1/notices/{path}", {"replayed": 1})
    assert 0 == line.run("notice", "replay", "opt_out.o1", "--tenant", "acme").exit_code
    assert 0 == line.run("notice", "replay", "--since", "2026-03-02T03:00:00Z").exit_code
    assert [{}, {"since": "2026-03-02T03:00:00.000Z"}] == [asked.body for asked in api.asked]


@pytest.mark.parametrize("words", [(), ("opt_out.o1", "--since", "7d")])
def test_nobody_replays_by_accident(api: NativeApi, line: CommandLine, words: tuple[str, ...]) -> None:
    """Neither nothing nor both at once."""
    assert (2, []) == (line.run("notice", "replay", *words).exit_code, api.asked)
