"""`dialgate opt-out add` and `dialgate number show`."""

from __future__ import annotations

import json

from tests.fakes.native_api import CommandLine, NativeApi

SCOPE = {"tenant": "acme", "channel": "*", "purpose": "*", "campaign": "*"}
ADDED = {"id": "1", "in_force": True, "scope": SCOPE, "recalled": []}


def test_an_opt_out_is_told_to_be_in_force(api: NativeApi, line: CommandLine) -> None:
    """With what was recalled; only what the person said narrows it."""
    api.says("POST /v1/opt-outs", ADDED | {"recalled": ["a", "b"]}, status=201)
    said = line.run("opt-out", "add", "+12025550123", "--tenant", "acme", "--source", "email", "--note", "by mail")
    assert "Recorded and in force: +12025550123" in said.stdout
    assert "Recalled while under way: 2." in said.stdout
    assert {"to": "+12025550123", "source": "email", "note": "by mail", "scope": {}} == api.asked[0].body


def test_an_opt_out_that_is_only_durable_is_told_so(api: NativeApi, line: CommandLine) -> None:
    """Nobody reads that it is in force when it is not."""
    api.says("POST /v1/opt-outs", ADDED | {"in_force": False}, status=202)
    said = line.run("opt-out", "add", "+12025550123", "--channel", "sms").stdout
    assert "not in force on the index yet" in said
    assert {"channel": "sms"} == api.asked[0].body["scope"]


def test_a_snooze_names_its_end(api: NativeApi, line: CommandLine) -> None:
    """A time, or so long from now."""
    api.says("POST /v1/opt-outs", ADDED, status=201)
    line.run("opt-out", "add", "+12025550123", "--until", "2027-03-01T00:00:00Z")
    line.run("opt-out", "add", "+12025550123", "--until", "30d")
    ends = [one.body["ends_at"] for one in api.asked]
    assert ["2027-03-01T00:00:00.000Z", "Z"] == [ends[0], ends[1][-1]]


def test_an_opt_out_for_programs(api: NativeApi, line: CommandLine) -> None:
    """JSON is the gate's answer."""
    api.says("POST /v1/opt-outs", ADDED, status=201)
    assert ADDED == json.loads(line.run("opt-out", "add", "+12025550123", "--format", "json").stdout)


def _event(kind: str, **more: object) -> dict[str, object]:
    empty: dict[str, object] = {
        "source": "",
        "actor": "SK1",
        "scope": None,
        "holds": None,
        "names": [],
        "verdict": "",
        "channel": "",
    }
    return {"at": "2026-03-02T03:00:00Z", "kind": kind, "id": "1", "reasons": [], "note": "", **empty, **more}


KNOWN = {
    "number": "+1***0123",
    "suppressed": True,
    "scopes": [SCOPE | {"channel": "sms"}],
    "history": [
        _event("decision", verdict="allow", channel="voice"),
        _event("opt_out", source="sms", scope=SCOPE, holds=False, note="STOP"),
        _event("opt_out", source="agent", scope=SCOPE, holds=True, note="later", ends_at="2027-03-01T00:00:00Z"),
        _event("lift", source="sms", names=["x"]),
        _event("decision", verdict="block", channel="sms", reasons=["suppressed"]),
    ],
}


def test_a_number_is_shown_with_its_history(api: NativeApi, line: CommandLine) -> None:
    """Whether it is suppressed and where, then everything in time order."""
    api.says("GET /v1/numbers/%2B12025550123", KNOWN)
    said = line.run("number", "show", "+12025550123").stdout
    told = (
        "+1***0123  suppressed  (acme: channel sms)",
        "opt-out, lifted",
        "sms (acme: *) STOP",
        "agent (acme: *) until 2027-03-01 later",
        "sms: x",
        "sms block suppressed",
    )
    assert [] == [words for words in told if words not in said]


def test_a_number_for_programs(api: NativeApi, line: CommandLine) -> None:
    """JSON is the gate's answer; CSV the history with times as they are."""
    api.says("GET /v1/numbers/%2B12025550123", KNOWN)
    assert KNOWN == json.loads(line.run("number", "show", "+12025550123", "--format", "json").stdout)
    lines = line.run("number", "show", "+12025550123", "--format", "csv").stdout.splitlines()
    assert ("at,what,detail,by,id", "2026-03-02T03:00:00Z,decision,voice allow,SK1,1") == tuple(lines[:2])
