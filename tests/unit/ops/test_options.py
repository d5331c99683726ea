"""Shared options, and how a command ends when something is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from dialgate.ops.options import instant
from tests.fakes.native_api import CommandLine, NativeApi

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ""),
        ("90s", "2026-03-02T02:58:30.000Z"),
        ("15m", "2026-03-02T02:45:00.000Z"),
        ("24h", "2026-03-01T03:00:00.000Z"),
        ("7d", "2026-02-23T03:00:00.000Z"),
        ("2026-03-02T11:00:00+08:00", "2026-03-02T03:00:00.000Z"),
    ],
)
def test_times_can_be_said_shortly(written: str, read: str) -> None:
    """So long ago, or a time with its offset."""
    assert read == instant(written, NOW)


def test_a_span_can_lie_ahead() -> None:
    """Where an end is asked for, 30d is in 30 days; a time stays that time."""
    assert ("2026-04-01T03:00:00.000Z", "2026-03-02T03:00:00.000Z", "") == (
        instant("30d", NOW, ahead=True),
        instant("2026-03-02T11:00:00+08:00", NOW, ahead=True),
        instant("", NOW, ahead=True),
    )


def test_what_is_no_time_is_refused() -> None:
    """With an example of what is one."""
    with pytest.raises(typer.BadParameter, match="24h"):
        instant("yesterday", NOW)


def test_a_gate_that_is_away_says_how_to_start_it(api: NativeApi, line: CommandLine) -> None:
    """The sentence names the address and the command, in the person's language."""
    line.environment["DIALGATE_URL"] = "http://127.0.0.1:9"
    english, chinese = line.run("blocked"), line.run("blocked", "--lang", "zh")
    assert (1, 1) == (english.exit_code, chinese.exit_code)
    assert "No gate answers at http://127.0.0.1:9. Start one with `dialgate serve`" in english.stderr
    assert "没有网关应答" in chinese.stderr


def test_a_wrong_key_is_named_by_its_source(api: NativeApi, line: CommandLine) -> None:
    """A person learns which key was tried, not what it is."""
    api.refuses("GET /v1/decisions", 401, "Wrong.")
    said = line.run("decisions")
    assert (1, True, False) == (said.exit_code, "from DIALGATE_KEY_SID" in said.stderr, "secret" in said.stderr)


def test_an_unknown_tenant_leads_to_the_list(api: NativeApi, line: CommandLine) -> None:
    """Whoever misspells a tenant is shown where the names are."""
    api.refuses("GET /v1/decisions", 404, "There is no tenant of that name.")
    assert "dialgate tenant list" in line.run("decisions", "--tenant", "nobody").stderr


def test_the_key_of_the_data_directory_is_used(api: NativeApi, line: CommandLine, tmp_path: Path) -> None:
    """Without variables the key is read from cli.key, and a missing one is said with its place."""
    unset = {"DIALGATE_KEY_SID": None, "DIALGATE_KEY_SECRET": None, "DIALGATE_DATA__DIR": str(tmp_path)}
    line.environment.update(unset)
    missing = line.run("decisions")
    (tmp_path / "cli.key").write_text("SKkey:kept\n")
    api.says("GET /v1/decisions", {"items": [], "next": None})
    found = line.run("decisions")
    assert (1, True, 0) == (missing.exit_code, f"{tmp_path}/cli.key" in missing.stderr, found.exit_code)
    assert "Basic U0trZXk6a2VwdA==" == api.asked[0].authorization


def test_a_bad_setting_is_said(line: CommandLine) -> None:
    """A command that needs the settings says what is wrong with them."""
    line.environment.update({"DIALGATE_KEY_SID": None, "DIALGATE_SERVER__LISTEN": "nowhere"})
    said = line.run("decisions")
    assert (1, True) == (said.exit_code, "server.listen" in said.stderr)
