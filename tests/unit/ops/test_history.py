"""`dialgate import twilio`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fakes.native_api import CommandLine, NativeApi

CALL = "POST /v1/carrier/import"
COUNTS = {"stop": 41, "start": 2, "help": 1, "none": 900, "review": 3}
COUNTS |= {"refused_by_carrier": 7, "already_known": 11, "unowned": 5}
EXAMPLE = {"sent_at": "2026-02-27T03:00:00Z", "number": "+1***2671", "kind": "stop", "tenants": ["acme"], "text": "TD"}
PIECE: dict[str, Any] = {
    "done": False,
    "since": "2026-02-01T00:00:00Z",
    "until": "2026-03-02T03:00:00Z",
    "reached": "2026-02-20T00:00:00Z",
    "waiting": 4,
    "listed": 4_000,
    "counts": COUNTS,
    "examples": [],
}
DONE = {**PIECE, "done": True, "reached": PIECE["since"], "waiting": 0, "listed": 12_345}


def test_it_asks_the_same_until_all_is_done(api: NativeApi, line: CommandLine) -> None:
    """Then it says what was found."""
    api.says(CALL, {**PIECE, "reached": None}, PIECE, DONE)
    said = line.run("import", "twilio", "--since", "2026-02-01", "--tenant", "acme")
    body = {"since": "2026-02-01T00:00:00Z", "until": None, "dry_run": False}
    assert [(body, {"tenant": "acme"})] * 3 == [(asked.body, asked.query) for asked in api.asked]
    assert (0, True) == (said.exit_code, said.stdout.startswith("12345 messages listed"))
    assert all(word in said.stdout for word in ("refusals", "41", "21610", "900", "known already"))


def test_days_are_whole(api: NativeApi, line: CommandLine) -> None:
    """The same command some hours later asks for the same, and goes on there."""
    api.says(CALL, DONE)
    line.run("import", "twilio", "--since", "90d", "--until", "2026-02-03")
    line.run("import", "twilio", "--until", "2d")
    (first, second) = (asked.body for asked in api.asked)
    assert ("T00:00:00Z", "2026-02-03T23:59:59Z") == (first["since"][10:], first["until"])
    assert (first["since"], "T23:59:59Z") == (second["since"], second["until"][10:])


def test_a_dry_run_says_so_and_shows_some(api: NativeApi, line: CommandLine) -> None:
    """With number, time and text, so that a person can judge it."""
    api.says(CALL, {**DONE, "examples": [EXAMPLE]})
    said = line.run("import", "twilio", "--dry-run")
    assert api.asked[0].body["dry_run"] is True
    assert all(word in said.stdout for word in ("nothing was changed", "+1***2671", "TD", "acme"))


@pytest.mark.parametrize(("form", "expected"), [("json", DONE), ("csv", None)])
def test_programs_get_it_whole_or_in_columns(
    api: NativeApi, line: CommandLine, form: str, expected: dict[str, Any] | None
) -> None:
    """Nothing else is on standard output."""
    api.says(CALL, DONE)
    said = line.run("import", "twilio", "--format", form).stdout
    assert (json.loads(said) if form == "json" else None) == expected
    assert form == "json" or said.splitlines()[0] == ",".join(COUNTS)


@pytest.mark.parametrize("status", [502, 503])
def test_what_passes_by_itself_is_waited_for(api: NativeApi, line: CommandLine, status: int) -> None:
    """A carrier or a ledger that does not answer for a moment ends no import."""
    api.answers[CALL] = [(status, {"detail": "Try again."}), (200, DONE)]
    assert (0, 2) == (line.run("import", "twilio").exit_code, len(api.asked))


def test_a_refusal_is_told(api: NativeApi, line: CommandLine) -> None:
    """Asking again would not mend it."""
    api.refuses(CALL, 403, "A key with the role admin may not.")
    said = line.run("import", "twilio")
    assert (1, True, 1) == (said.exit_code, "may not" in said.stderr, len(api.asked))


def test_a_time_that_is_none_is_refused(api: NativeApi, line: CommandLine) -> None:
    """Before anything is asked."""
    assert (2, []) == (line.run("import", "twilio", "--since", "yesterday").exit_code, api.asked)
