"""`dialgate check` and `dialgate explain`."""

from __future__ import annotations

import json

from tests.fakes.native_api import CommandLine, NativeApi

RULES = [
    {"rule": "number_validity", "verdict": "pass", "meaning": "One number."},
    {"rule": "suppression", "verdict": "block", "meaning": "No opt-out."},
]
CHECKED = {
    "to": "+12025550123",
    "region": "US",
    "time_zones": ["America/New_York"],
    "local_times": ["2026-03-01T22:00:00-05:00"],
    "policy_version": "1",
}
WHY = {
    "code": "suppressed",
    "rule": "suppression",
    "detail": "They opted out.",
    "source": "",
    "scope": "",
    "retry_at": None,
}
BLOCKED = {"id": None, "verdict": "block", "reasons": [WHY], "retry_at": None, "checked": CHECKED, "rules": RULES}
CHECK = ("check", "--to", "+12025550123", "--channel", "sms")


def test_check_is_a_dry_run(api: NativeApi, line: CommandLine) -> None:
    """Nothing is reserved: the gate is asked what it would decide, for the tenant and time that are named."""
    api.says("POST /v1/decisions", BLOCKED | {"verdict": "allow", "reasons": []})
    said = line.run(*CHECK, "--tenant", "acme", "--purpose", "survey", "--at", "2026-03-02T03:00:00Z")
    assert (0, True) == (said.exit_code, "It would be allowed." in said.stdout)
    assert ({"tenant": "acme"}, True) == (api.asked[0].query, api.asked[0].body["dry_run"])
    assert ("survey", "2026-03-02T03:00:00.000Z") == (api.asked[0].body["purpose"], api.asked[0].body["at"])


def test_check_may_be_told_where_the_person_is(api: NativeApi, line: CommandLine) -> None:
    """A toll-free number does not tell. Nothing is asked where nothing is said."""
    api.says("POST /v1/decisions", BLOCKED)
    for more in ((), ("--location", "US-TX")):
        line.run(*CHECK, *more)
    assert [None, "US-TX"] == [asked.body.get("location") for asked in api.asked]


def test_a_reason_names_row_and_source(api: NativeApi, line: CommandLine) -> None:
    """In both languages; the English sentence has zones and clocks besides."""
    detail = "us_fl_hours: it is Mon 20:30 in America/New_York."
    why = {**WHY, "code": "calling_hours", "detail": detail, "source": "A statute"}
    api.says("POST /v1/decisions", {**BLOCKED, "reasons": [why]})
    english, chinese = line.run(*CHECK).stdout, line.run(*CHECK, "--lang", "zh").stdout
    assert f"  calling_hours: {detail} [A statute]\n" in english
    assert "  calling_hours: 不在被叫方当地允许的时段内。（us_fl_hours） [A statute]\n" in chinese


def test_a_block_is_explained_rule_by_rule(api: NativeApi, line: CommandLine) -> None:
    """Why, whether waiting helps, what time it is there, and every rule's verdict; a script sees it by status 3."""
    api.says("POST /v1/decisions", BLOCKED)
    said = line.run(*CHECK)
    assert 3 == said.exit_code
    told = ("suppressed: They opted out.", "Waiting alone does not change this.", "2026-03-01 22:00", "number_validity")
    assert [] == [words for words in told if words not in said.stdout]


def test_check_speaks_chinese(api: NativeApi, line: CommandLine) -> None:
    """By --lang, or because the terminal does."""
    api.says("POST /v1/decisions", BLOCKED)
    line.environment["LANG"] = "zh_CN.UTF-8"
    said = line.run(*CHECK).stdout
    assert [] == [
        words for words in ("将被拒绝。", "被叫方已退订。", "通过", "等待不会改变结果。") if words not in said
    ]


def test_check_for_programs(api: NativeApi, line: CommandLine) -> None:
    """JSON is the gate's answer, CSV the rules."""
    api.says("POST /v1/decisions", BLOCKED)
    assert BLOCKED == json.loads(line.run(*CHECK, "--format", "json").stdout)
    assert "rule,verdict,meaning\n" in line.run(*CHECK, "--format", "csv").stdout


def test_explain_prints_sentences(api: NativeApi, line: CommandLine) -> None:
    """The gate's sentences, a line each, in the language asked for."""
    api.says("GET /v1/decisions/abc/explain", {"id": "abc", "lang": "zh", "sentences": ["一。", "二。"]})
    said = line.run("explain", "abc", "--lang", "zh", "--unmask")
    assert ("一。\n二。\n", {"lang": "zh", "unmask": "true"}) == (said.stdout, api.asked[0].query)
    assert ["一。", "二。"] == json.loads(line.run("explain", "abc", "--format", "json").stdout)["sentences"]
    assert "sentence\n一。\n二。\n" == line.run("explain", "abc", "--format", "csv").stdout
