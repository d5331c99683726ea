"""`dialgate tenant ...` and `dialgate key ...`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.native_api import CommandLine, NativeApi

MADE = {"tenant": "acme", "account_sid": "AC1", "auth_token": "t0ken"}


def test_a_tenant_is_made_as_it_was_described(api: NativeApi, line: CommandLine) -> None:
    """Every option arrives; what is printed can be read by a program."""
    api.says("POST /v1/tenants", MADE, status=201)
    said = line.run(
        *("tenant", "create", "acme", "--region", "US", "--policy", "open", "--sms-webhook", "https://example.com/sms"),
        *(
            "--caller-id",
            "+12025550100",
            "--caller-id",
            "+12025550101:none",
            "--allow-private-urls",
            "--format",
            "json",
        ),
    )
    assert MADE == json.loads(said.stdout)
    assert {
        "name": "acme",
        "region": "US",
        "policy": {"base": "open"},
        "caller_ids": [{"sender": "+12025550100"}, {"sender": "+12025550101", "carrier_keywords": "none"}],
        "sms_webhook": "https://example.com/sms",
        "notice_url": "",
        "replies": {},
        "allow_private_urls": True,
    } == api.asked[0].body


def test_a_policy_file_is_read(api: NativeApi, line: CommandLine, tmp_path: Path) -> None:
    """The file's content goes to the gate, which judges it; one that is no YAML goes nowhere."""
    api.says("POST /v1/tenants", MADE, status=201)
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("frequency_cap: {limits: []}\n")
    bad.write_text("{")
    assert [0, 1, 1] == [
        line.run("tenant", "create", "acme", "--policy", str(path)).exit_code for path in (good, bad, tmp_path / "none")
    ]
    assert [{"frequency_cap": {"limits": []}}] == [asked.body["policy"] for asked in api.asked]


def test_a_file_of_replies_is_read(api: NativeApi, line: CommandLine, tmp_path: Path) -> None:
    """What people are answered with goes to the gate, which judges it; an empty name takes it away."""
    written = tmp_path / "replies.yaml"
    written.write_text("name: Acme\nwords: {stop: [basta ya]}\n")
    api.says("POST /v1/tenants", MADE, status=201)
    api.says("PATCH /v1/tenants/acme", {"tenant": "acme", "caller_ids": []})
    line.run("tenant", "create", "acme", "--replies", str(written), "--notice-url", "https://acme.example/notices")
    line.run("tenant", "update", "acme", "--replies", str(written), "--notice-url", "")
    line.run("tenant", "update", "acme", "--replies", "")
    replies = {"name": "Acme", "words": {"stop": ["basta ya"]}}
    assert [(replies, "https://acme.example/notices"), (replies, ""), ({}, None)] == [
        (asked.body["replies"], asked.body.get("notice_url")) for asked in api.asked
    ]


def test_an_unknown_keyword_setting_is_refused(line: CommandLine) -> None:
    """A mistyped word after a sender does not become part of it."""
    said = line.run("tenant", "create", "acme", "--caller-id", "+12025550100:nobody")
    assert (2, True) == (said.exit_code, "default, advanced, none" in said.stderr)


def test_a_tenant_is_changed_as_it_was_described(api: NativeApi, line: CommandLine) -> None:
    """Only what was named arrives, an empty webhook and a refused permission too."""
    shown = {"tenant": "acme", "caller_ids": [{"sender": "+12025550101", "carrier_keywords": "none"}]}
    api.says("PATCH /v1/tenants/acme", shown)
    said = line.run(
        *("tenant", "update", "acme", "--caller-id", "+12025550101:none", "--remove-caller-id", "+12025550100"),
        *("--sms-webhook", "", "--policy", "open", "--no-allow-private-urls"),
    )
    assert (0, True) == (said.exit_code, "+12025550101" in said.stdout)
    assert {
        "caller_ids": [{"sender": "+12025550101", "carrier_keywords": "none"}],
        "remove_caller_ids": ["+12025550100"],
        "sms_webhook": "",
        "policy": {"base": "open"},
        "allow_private_urls": False,
    } == api.asked[0].body
    line.run("tenant", "update", "acme", "--allow-private-urls")
    assert {"allow_private_urls": True} == api.asked[1].body


def test_a_change_of_nothing_is_a_slip(api: NativeApi, line: CommandLine) -> None:
    """It goes nowhere and says what can be named."""
    said = line.run("tenant", "update", "acme")
    assert (2, True, []) == (said.exit_code, "--caller-id" in said.stderr, api.asked)


def test_tenants_are_listed(api: NativeApi, line: CommandLine) -> None:
    """With their senders; none is a sentence that says how to begin."""
    tenant = {"tenant": "acme", "region": "US", "account_sid": "AC1", "caller_ids": [{"sender": "+12025550100"}]}
    api.says("GET /v1/tenants", {"items": [tenant]}, {"items": []})
    assert "+12025550100" in line.run("tenant", "list").stdout
    assert "dialgate tenant create" in line.run("tenant", "list").stdout


def test_a_key_is_made(api: NativeApi, line: CommandLine) -> None:
    """In the role and with the defaults that were named; the secret is shown."""
    made = {"sid": "SK2", "secret": "once", "account_sid": "AC1", "tenant": "acme", "role": "dialer"}
    api.says("POST /v1/keys", made, status=201)
    said = line.run("key", "create", "--tenant", "acme", "--role", "dialer", "--campaign", "spring")
    assert "once" in said.stdout
    assert ({"role": "dialer", "campaign": "spring"}, {"tenant": "acme"}) == (api.asked[0].body, api.asked[0].query)


def test_a_key_may_belong_to_a_partner(api: NativeApi, line: CommandLine) -> None:
    """It is named with it, and the gate judges whether there is one."""
    api.says("POST /v1/keys", {"sid": "SK2", "secret": "once"}, status=201)
    line.run("key", "create", "--tenant", "acme", "--role", "dialer", "--partner", "desk")
    assert {"role": "dialer", "campaign": "", "partner": "desk"} == api.asked[0].body


def test_keys_are_listed_and_revoked(api: NativeApi, line: CommandLine) -> None:
    """Which there are, and that one is gone."""
    api.says("GET /v1/keys", {"items": [{"sid": "SK2", "role": "ops"}]})
    api.says("DELETE /v1/keys/SK2", {"sid": "SK2", "revoked_at": "2026-03-02T03:00:00Z"})
    assert "SK2" in line.run("key", "list").stdout
    assert "2026-03-02T03:00:00Z" in line.run("key", "revoke", "SK2").stdout


def test_a_token_is_renewed_in_two_steps(api: NativeApi, line: CommandLine) -> None:
    """The new one is printed, and the promotion is another command."""
    made = {"tenant": "acme", "account_sid": "AC1", "auth_token": "newtoken"}
    api.says("POST /v1/tokens", made, status=201)
    api.says("POST /v1/tokens/promote", {"tenant": "acme", "account_sid": "AC1"})
    said = [line.run("tenant", "token", "acme"), line.run("tenant", "token", "acme", "--promote")]
    assert ([0, 0], True) == ([one.exit_code for one in said], "newtoken" in said[0].stdout)
    assert [{"tenant": "acme"}] * 2 == [asked.query for asked in api.asked]
