"""`dialgate carrier ...`."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.native_api import CommandLine, NativeApi

ROW: dict[str, Any] = {
    "kind": "number",
    "sid": "PN1",
    "name": "+14155550100",
    "tenants": ["acme"],
    "was": {"SmsUrl": "", "SmsMethod": "GET"},
    "becomes": {"SmsUrl": "https://gate.example.com/twilio/sms", "SmsMethod": "POST"},
    "note": "acme gets messages that are no opt-out at https://app.example.com from now on.",
}


def test_a_check_ends_with_1_while_something_points_elsewhere(api: NativeApi, line: CommandLine) -> None:
    """For a person and for a watchdog; once all is well it says so and ends with 0."""
    api.says("GET /v1/carrier/webhooks", {"items": [ROW]}, {"items": []})
    first, second = (line.run("carrier", "check") for _ in range(2))
    assert (1, 0) == (first.exit_code, second.exit_code)
    assert all(word in first.stdout for word in ("+14155550100", "acme", "SmsUrl=-", "SmsMethod=POST"))
    assert "Everything points at this gate.\n" == second.stdout


def test_adopting_says_what_follows(api: NativeApi, line: CommandLine) -> None:
    """The notes stand under the table; a dry run asks the gate for one."""
    api.says("POST /v1/carrier/webhooks/adopt", {"items": [ROW]}, {"items": [ROW]})
    said = line.run("carrier", "adopt", "--dry-run")
    line.run("carrier", "adopt")
    assert (0, True) == (said.exit_code, ROW["note"] in said.stdout)
    assert [{"dry_run": True}, {"dry_run": False}] == [asked.body for asked in api.asked]


def test_releasing_is_told_as_it_was_done(api: NativeApi, line: CommandLine) -> None:
    """Programs get the rows whole."""
    api.says("POST /v1/carrier/webhooks/release", {"items": [ROW]}, {"items": []})
    whole = json.loads(line.run("carrier", "release", "--format", "json").stdout)
    assert ([ROW], "Nothing was adopted.\n") == (whole, line.run("carrier", "release").stdout)
