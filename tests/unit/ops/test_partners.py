"""`dialgate partner ...`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.native_api import CommandLine, NativeApi

ROW: dict[str, Any] = {
    "tenant": "acme",
    "name": "desk",
    "push_url": "",
    "position": 3,
    "head": 9,
    "behind": 4,
    "lag_s": 1000.4,
    "max_lag_s": 900,
    "suspends": True,
    "state": "suspended",
    "acknowledged_at": "2026-03-02T03:00:00Z",
    "problem": "",
    "next_at": None,
    "created_at": "2026-03-01T03:00:00Z",
}
PULLS = {"tenant": "acme", "name": "desk", "signing_secret": None, "key_sid": "SK9", "key_secret": "once"}


def test_a_partner_is_added(api: NativeApi, line: CommandLine) -> None:
    """What it needs is printed, and nothing that it does not."""
    api.says("POST /v1/partners", PULLS, status=201)
    said = line.run("partner", "create", "desk", "--tenant", "acme", "--max-lag", "2h", "--suspend")
    assert (0, True, False) == (said.exit_code, "once" in said.stdout, "signing_secret" in said.stdout)
    (asked,) = api.asked
    expected = {"name": "desk", "push_url": "", "max_lag_s": 7_200, "suspends": True}
    assert (expected, {"tenant": "acme"}) == (asked.body, asked.query)


@pytest.mark.parametrize(("written", "seconds"), [("15m", 900), ("45", 45), ("30s", 30), ("1d", 86_400)])
def test_spans_are_read(api: NativeApi, line: CommandLine, written: str, seconds: int) -> None:
    """As people write them."""
    api.says("POST /v1/partners", PULLS, status=201)
    line.run("partner", "create", "desk", "--max-lag", written)
    assert seconds == api.asked[0].body["max_lag_s"]


@pytest.mark.parametrize("written", ["soon", "15 m", "-1m", "1w", ""])
def test_what_is_no_span_is_refused(api: NativeApi, line: CommandLine, written: str) -> None:
    """Before the gate is asked."""
    assert (2, []) == (line.run("partner", "create", "desk", f"--max-lag={written}").exit_code, api.asked)


def test_partners_are_listed(api: NativeApi, line: CommandLine) -> None:
    """Who lags, how far, and what follows from it, in both languages; none is a sentence."""
    api.says("GET /v1/partners", {"items": [ROW]}, {"items": [ROW]}, {"items": []})
    english, chinese, none = (line.run("partner", "list", *words).stdout for words in ((), ("--lang", "zh"), ()))
    assert all(word in english for word in ("desk", "pull", "1000 / 900 s", "keys suspended"))
    assert all(word in chinese for word in ("desk", "拉取", "密钥已暂停"))
    assert "dialgate partner create" in none


def test_partners_for_programs(api: NativeApi, line: CommandLine) -> None:
    """CSV holds plain values."""
    api.says("GET /v1/partners", {"items": [{**ROW, "push_url": "https://crm.example"}]})
    said = line.run("partner", "list", "--format", "csv").stdout
    assert ("acme,desk,push,3,9,4,1000.4,2026-03-02T03:00:00Z,suspended," in said) is True


def test_a_partner_is_removed(api: NativeApi, line: CommandLine) -> None:
    """With the keys that were revoked for it."""
    api.says("DELETE /v1/partners/desk", {"tenant": "acme", "name": "desk", "keys_revoked": ["SK9"]})
    said = line.run("partner", "remove", "desk", "--tenant", "acme")
    assert (0, True, {"tenant": "acme"}) == (said.exit_code, "SK9" in said.stdout, api.asked[0].query)
