"""Tenants: made by operators, seen by those who run them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from dialgate.app.policies import Policies
from dialgate.app.queries import CallerId, CarrierKeywords, Role
from dialgate.web.app import make_app
from tests.fakes.api_gate import ADMIN, ASKED, KEYS, OPS, ApiGate, Http, say
from tests.fakes.no_rows import NO_ROWS
from tests.unit.web.surface import FRONT


async def test_a_new_tenant_works_at_once(gate: ApiGate, http: Http) -> None:
    """The account pair that is answered signs in, and its senders are the tenant's."""
    senders = [{"sender": "(415) 555-2671", "carrier_keywords": "none"}, {"sender": "12345"}]
    said = await say(http, "POST", "/v1/tenants", {"name": "fresh", "region": "US", "caller_ids": senders})
    assert (201, "fresh") == (said.status, said.json["tenant"])
    pair = (said.json["account_sid"], said.json["auth_token"])
    assert 200 == (await say(http, "POST", "/v1/decisions", ASKED, pair=pair)).status
    assert [
        CallerId("fresh", "+14155552671", CarrierKeywords.NONE),
        CallerId("fresh", "12345", CarrierKeywords.DEFAULT),
    ] == gate.written.callers[1:]


async def test_a_name_is_given_once(http: Http) -> None:
    """A second tenant of a name is a conflict."""
    assert 409 == (await say(http, "POST", "/v1/tenants", {"name": "acme"})).status


@pytest.mark.parametrize(
    "more",
    [
        {"name": "a/b"},
        {"name": ""},
        {"region": "us"},
        {"region": "XX"},
        {"region": "UK"},
        {"sms_webhook": "ftp://example.com/"},
        {"notice_url": "ftp://example.com/"},
        {"replies": {"colour": "red"}},
        {"replies": []},
        {"caller_ids": [{"sender": "call me"}]},
        {"policy": {"calling_hours": {}}},
        {"policy": {"base": "closed"}},
        {"policy": []},
        {"auth_token": "x"},
    ],
)
async def test_what_cannot_be_kept_is_refused(gate: ApiGate, http: Http, more: dict[str, object]) -> None:
    """A tenant whose policy or senders the gate would not enforce is not made."""
    said = await say(http, "POST", "/v1/tenants", {"name": "fresh"} | more)
    assert (400, 2) == (said.status, len(gate.written.tenants))


async def test_the_open_policy_is_for_a_simulated_carrier(gate: ApiGate) -> None:
    """While the carrier is real, no tenant can be made without the rules that only the open policy leaves out, not
    even with some of them put back.
    """
    policies = ({"base": "open"}, {"base": "open", "caller_id": {}})
    statuses = []
    for stand_in in (True, False):
        app = make_app(replace(gate.inside, policies=Policies(NO_ROWS, open_allowed=stand_in)), FRONT)
        async with TestClient(TestServer(app)) as http:
            for number, policy in enumerate(policies):
                asked = {"name": f"fresh{stand_in}{number}", "policy": policy}
                statuses.append((await say(http, "POST", "/v1/tenants", asked)).status)
    assert [201, 201, 400, 400] == statuses
    assert gate.written.tenants["freshTrue1"].open_policy


async def test_a_policy_is_kept_and_shown(gate: ApiGate, http: Http) -> None:
    """As it was written; its mistakes are named with their place."""
    hours = {"windows": {"daily": [["09:00", "17:00"]]}}
    policy = {"calling_hours": hours, "frequency_cap": {"limits": [{"scope": "number", "at_most": 1, "window_s": 60}]}}
    assert 201 == (await say(http, "POST", "/v1/tenants", {"name": "fresh", "policy": policy})).status
    shown = {one["tenant"]: one for one in (await say(http, "GET", "/v1/tenants")).json["items"]}
    assert (policy, False) == (shown["fresh"]["policy"], shown["fresh"]["open_policy"])
    assert {"base": "open"} == shown["other"]["policy"]
    wrong = {"calling_hours": {"windows": {"weekdays": [["9", "17"]]}}}
    said = await say(http, "POST", "/v1/tenants", {"name": "wrong", "policy": wrong})
    assert (400, True) == (said.status, "policy.calling_hours.windows.weekdays[0]" in said.json["detail"])


async def test_replies_are_kept_and_shown(gate: ApiGate, http: Http) -> None:
    """As they were written; their mistakes are named with their place, and nothing is changed."""
    replies = {"name": "Acme", "contact": "+1 202 555 0100", "words": {"stop": ["basta ya"]}, "unsure": "wait"}
    hook = "https://acme.example/notices"
    made = {"name": "fresh", "replies": replies, "notice_url": hook}
    assert 201 == (await say(http, "POST", "/v1/tenants", made)).status
    shown = {one["tenant"]: one for one in (await say(http, "GET", "/v1/tenants")).json["items"]}
    assert (replies, hook) == (shown["fresh"]["replies"], shown["fresh"]["notice_url"])
    said = await say(http, "PATCH", "/v1/tenants/acme", {"replies": {"name": "Acme"}, "notice_url": hook}, pair=ADMIN)
    assert ({"name": "Acme"}, hook) == (said.json["replies"], said.json["notice_url"])
    wrong = {"texts": {"en": {"stop": "{sender_name}: 20% off if you stay"}}}
    for method, path, more in (("POST", "/v1/tenants", {"name": "wrong"}), ("PATCH", "/v1/tenants/acme", {})):
        said = await say(http, method, path, {"replies": wrong, **more})
        assert (400, True) == (said.status, "replies.texts.en.stop: advertises" in said.json["detail"])
    one_letter = {"replies": {"words": {"stop": ["X"]}}}
    statuses = [
        (await say(http, "POST", "/v1/tenants", {"name": region, "region": region, **one_letter})).status
        for region in ("US", "CN")
    ]
    assert [400, 201] == statuses
    assert {"name": "Acme"} == gate.written.tenants["acme"].replies


async def test_a_tenant_sees_itself_and_no_secret(http: Http) -> None:
    """An operator sees all tenants, a tenant's key its own; nobody sees an auth token again."""
    everybody, own = await say(http, "GET", "/v1/tenants"), await say(http, "GET", "/v1/tenants", pair=OPS)
    assert [["acme", "other"], ["acme"]] == [[one["tenant"] for one in said.json["items"]] for said in (everybody, own)]
    assert "tenanttoken" not in everybody.text
    assert 403 == (await say(http, "GET", "/v1/tenants?tenant=other", pair=ADMIN)).status


async def test_a_tenant_is_changed_as_it_was_asked(gate: ApiGate, http: Http) -> None:
    """What is named changes, all else stays; the answer shows the tenant as it is now. Who changed it is in the log,
    without a full number.
    """
    before = gate.written.tenants["acme"]
    added = [{"sender": "(415) 555-2671", "carrier_keywords": "none"}, {"sender": "12345"}]
    hook = "https://acme.example/sms"
    with capture_logs() as logs:
        said = await say(http, "PATCH", "/v1/tenants/acme", {"caller_ids": added, "sms_webhook": hook})
    assert (200, hook) == (said.status, said.json["sms_webhook"])
    assert replace(before, sms_webhook=hook) == gate.written.tenants["acme"]
    assert {("+14155552671", "none"), ("12345", "default")} <= {
        (one["sender"], one["carrier_keywords"]) for one in said.json["caller_ids"]
    }
    told = [entry for entry in logs if entry["event"] == "tenant changed"]
    assert [("acme", KEYS[Role.OPERATOR][0], ["sms_webhook"])] == [
        (entry["tenant"], entry["key"], entry["settings"]) for entry in told
    ]
    assert "+14155552671" not in str(logs)
    gone = {"remove_caller_ids": ["+1 415 555 2671"], "caller_ids": [{"sender": "12345", "carrier_keywords": "none"}]}
    left = (await say(http, "PATCH", "/v1/tenants/acme", gone)).json["caller_ids"]
    assert (False, True) == (
        "+14155552671" in {one["sender"] for one in left},
        {"sender": "12345", "carrier_keywords": "none"} in left,
    )


async def test_a_policy_is_replaced_as_a_whole(gate: ApiGate, http: Http) -> None:
    """With whether its base is open; nothing at all follows the region's rows again."""
    cap = {"frequency_cap": {"limits": [{"scope": "number", "at_most": 1, "window_s": 60}]}}
    for policy, open_ in (({"base": "open"}, True), (cap, False), ({}, False)):
        said = await say(http, "PATCH", "/v1/tenants/acme", {"policy": policy})
        assert (200, policy, open_) == (said.status, said.json["policy"], said.json["open_policy"])
    assert {} == gate.written.tenants["acme"].policy


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"policy": {"calling_hours": {}}}, 400),
        ({"sms_webhook": "ftp://example.com/"}, 400),
        ({"caller_ids": [{"sender": "call me"}]}, 400),
        ({"remove_caller_ids": ["call me"]}, 400),
        ({"caller_ids": [{"sender": "12345"}], "remove_caller_ids": ["12345"]}, 400),
        ({"remove_caller_ids": ["54321"]}, 404),
        ({"name": "better"}, 400),
        ({"region": "CN"}, 400),
        ({"auth_token": "x"}, 400),
    ],
)
async def test_a_change_that_cannot_be_kept_changes_nothing(
    gate: ApiGate, http: Http, change: dict[str, object], status: int
) -> None:
    """Not even what stands beside it."""
    before = (dict(gate.written.tenants), list(gate.written.callers))
    said = await say(http, "PATCH", "/v1/tenants/acme", {"allow_private_urls": True} | change)
    assert (status, before) == (said.status, (gate.written.tenants, gate.written.callers))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"sms_webhook": "https://acme.example/sms"}, 200),
        ({"policy": {"calling_hours": {"windows": {"daily": []}}}}, 200),
        ({"policy": {"base": "open"}}, 403),
        ({"policy": {"base": "open", "caller_id": {}}}, 403),
        ({"caller_ids": [{"sender": "12345"}]}, 403),
        ({"remove_caller_ids": ["+14155550100"]}, 403),
        ({"allow_private_urls": True}, 403),
    ],
)
async def test_a_tenants_own_key_changes_what_only_tightens(http: Http, change: dict[str, object], status: int) -> None:
    """Its webhook and its policy, never the open one; who hears opt-outs is the operator's to say."""
    assert status == (await say(http, "PATCH", "/v1/tenants/acme", change, pair=ADMIN)).status


async def test_a_tenant_changes_no_other(http: Http) -> None:
    """Nobody's key reaches beyond its tenant, and nobody changes one that is not there."""
    hook = {"sms_webhook": "https://acme.example/sms"}
    assert 403 == (await say(http, "PATCH", "/v1/tenants/other", hook, pair=ADMIN)).status
    assert 404 == (await say(http, "PATCH", "/v1/tenants/nobody", hook)).status
    assert 400 == (await say(http, "PATCH", "/v1/tenants/acme?tenant=other", hook)).status
