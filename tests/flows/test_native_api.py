"""`/v1` as programs and people use it, over two gates."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import datetime

import pytest

from tests.flows.asking import LISTED_S, Dialer, Heard
from tests.flows.conftest import NewTenant
from tests.waiting import until

GATES_ASKED = 12
"""Requests on a new connection each: both gates have most likely been asked."""
ROLES = ("dialer", "agent", "ops", "compliance", "admin")


async def listed(dialer: Dialer, decision: str, **filters: str) -> bool:
    return decision in {row["id"] for row in await dialer.listing(**filters)}


async def test_a_decision_is_listed_within_a_second(demo: Dialer) -> None:
    """An allowed and a refused attempt are in the listing a second after their answer, and readable at once by id."""
    number, refused = demo.running.new_number(), demo.running.serve.demo()["DEMO_TO_REFUSED"]
    for heard, to in ((await demo.text(number), number), (await demo.call(refused), refused)):
        assert await until(lambda: listed(demo, heard.decision, to=to), "it is listed", LISTED_S)  # noqa: B023 - at once
        row = await demo.record(heard.decision)
        assert (True, False) == ("*" in row["to"], to[2:] in row["to"])
        assert "*" not in (await demo.native("GET", f"decisions/{heard.decision}?unmask=true")).json["to"]


async def three(dialer: Dialer) -> tuple[str, list[str]]:
    """A number, and its decisions: a message of a campaign that went out, a call and a message that did not."""
    number = dialer.running.new_number()
    first = await dialer.text(number, headers={"X-Dialgate-Campaign": "spring"})
    await dialer.write(number, "TD")
    decisions = [first.decision, (await dialer.call(number)).decision, (await dialer.text(number)).decision]

    async def all_listed() -> bool:
        return {*decisions} == {row["id"] for row in await dialer.listing(to=number)}

    assert await until(all_listed, "all are listed", LISTED_S)
    return number, decisions


async def test_each_filter_finds_what_it_names(demo: Dialer) -> None:
    """Verdict, reason, numbers, campaign, channel, key and time narrow the listing, alone and together."""
    number, (sent, call, text) = await three(demo)
    at = (await demo.record(call))["decided_at"]
    found = {
        name: [row["id"] for row in await demo.listing(to=number, **filters)]
        for name, filters in {
            "verdict": {"verdict": "allow"},
            "reason": {"reason": "suppressed"},
            "from": {"from": demo.sender},
            "other from": {"from": "+14155550100"},
            "campaign": {"campaign": "spring"},
            "channel": {"channel": "voice"},
            "key": {"key": demo.account},
            "other key": {"key": "SK1"},
            "since": {"since": at},
            "until": {"until": at},
            "together": {"verdict": "block", "channel": "sms", "since": at},
        }.items()
    }
    assert {
        "verdict": [sent],
        "reason": [text, call],
        "from": [text, call, sent],
        "other from": [],
        "campaign": [sent],
        "channel": [call],
        "key": [text, call, sent],
        "other key": [],
        "since": [text, call],
        "until": [sent],
        "together": [text],
    } == found


async def test_pages_lead_through_all_rows_once(demo: Dialer) -> None:
    """`next` leads from page to page without a gap or a repeat; CSV and JSON lines hold the same rows."""
    number, decisions = await three(demo)
    pages: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"to": number, "limit": 2, "cursor": cursor}
        page = (await demo.native("GET", "decisions", params=query)).json
        pages.append([row["id"] for row in page["items"]])
        cursor = page["next"]
    table = await demo.native("GET", "decisions.csv", params={"to": number})
    lines = await demo.native("GET", "decisions.jsonl", params={"to": number})
    newest_first = decisions[::-1]
    assert ([2, 1], newest_first) == ([len(page) for page in pages], [id_ for page in pages for id_ in page])
    assert newest_first == [row["id"] for row in csv.DictReader(io.StringIO(table.text))]
    assert newest_first == [json.loads(line)["id"] for line in lines.text.splitlines()]


async def test_a_decision_is_explained_in_two_languages(demo: Dialer) -> None:
    """The same facts in sentences, in English and in Chinese, with the number masked."""
    refused = demo.running.serve.demo()["DEMO_TO_REFUSED"]
    decision = (await demo.text(refused)).decision
    english, chinese = [
        " ".join((await demo.native("GET", f"decisions/{decision}/explain?lang={lang}")).json["sentences"])
        for lang in ("en", "zh")
    ]
    assert ("opted out" in english, chinese.isascii(), refused in english + chinese) == (True, False, False)


async def test_an_opt_out_recalls_what_is_under_way(demo: Dialer) -> None:
    """The answer names each decision that was under way; its call is cancelled and its outcome is `recalled`."""
    number = demo.running.new_number()
    asked = {"channel": "voice", "to": number, "from": demo.sender}
    agent = await demo.key("agent")
    allowed = (await demo.ask("POST", "/v1/decisions", json=asked)).json
    await demo.fault(number, "accept_then_latency", ms=1_000)
    placing = asyncio.create_task(demo.call(number))
    await until(lambda: demo.reached(number=number), "the carrier has the call")
    told = await demo.ask("POST", "/v1/opt-outs", auth=agent, json={"to": number, "source": "agent"})
    placed = await placing
    outcome = {"status": "completed", "occurred_at": "2026-03-02T03:00:00Z"}
    settled = await demo.ask("POST", f"/v1/decisions/{allowed['id']}/outcome", json=outcome)
    assert (201, True, {allowed["id"], placed.decision}) == (
        told.status,
        told.json["in_force"],
        {*told.json["recalled"]},
    )
    assert ((400, 990114, "recalled"), "recalled") == (placed.refusal, settled.json["result"])
    sid = placed.json["details"]["carrier_sid"]
    assert {sid} == {one["path"][-39:-5] for one in await demo.reached(operation="update") if sid in one["path"]}


async def test_everything_of_a_number_is_told_in_order(demo: Dialer) -> None:
    """Decisions and opt-outs of a number stand in the order of time, and say whether it is suppressed."""
    number, _ = await three(demo)
    known = (await demo.native("GET", f"numbers/{number}", params={"tenant": "demo"})).json
    assert ["decision", "opt_out", "decision", "decision"] == [event["kind"] for event in known["history"]]
    times = [datetime.fromisoformat(event["at"]) for event in known["history"]]
    assert (True, times) == (known["suppressed"], sorted(times))


async def test_a_dialplan_gets_one_line(demo: Dialer) -> None:
    """With `Accept: text/plain` the answer is one line that a dialplan can read; a form is as good as JSON."""
    number, refused = demo.running.new_number(), demo.running.serve.demo()["DEMO_TO_REFUSED"]
    plain = {"Accept": "text/plain"}
    said = [
        (await demo.ask("POST", "/v1/decisions", headers=plain, data={"channel": "voice", "to": to, "from": "+1"})).text
        for to in (number, refused)
    ]
    words = [line.split() for line in said]
    assert (["allow"], ["block", "suppressed", "-"]) == (words[0][:1], [words[1][0], *words[1][2:]])


async def test_a_batch_is_answered_in_its_order(demo: Dialer) -> None:
    """A hundred questions at once get their answers in order; a dry run counts and records nothing."""
    refused = demo.running.serve.demo()["DEMO_TO_REFUSED"]
    numbers = [demo.running.new_number() if place % 3 else refused for place in range(100)]
    asked = [{"channel": "sms", "to": to, "from": demo.sender, "dry_run": True} for to in numbers]
    answers = (await demo.ask("POST", "/v1/decisions/batch", json=asked)).json
    assert [(to, "block" if to == refused else "allow", None) for to in numbers] == [
        (one["checked"]["to"], one["verdict"], one["id"]) for one in answers
    ]


async def _revoked(dialer: Dialer, key: tuple[str, str]) -> None:
    heard = await dialer.native("DELETE", f"keys/{key[0]}")
    assert (200, True) == (heard.status, bool(heard.json["revoked_at"]))


async def test_a_revoked_key_is_refused_at_once_on_every_gate(demo: Dialer) -> None:
    """After the answer to the revocation no gate forwards for the key, and each says why."""
    key = await demo.key("dialer")
    number = demo.running.new_number()
    assert 201 == (await demo.text(number, auth=key)).status
    await _revoked(demo, key)
    heard = await asyncio.gather(*(demo.text(number, auth=key) for _ in range(GATES_ASKED)))
    assert [] == [one for one in heard if (one.status, one.json.get("code")) != (403, 990306)]
    assert 1 == len(await demo.reached(number=number))


def _asks(dialer: Dialer) -> dict[str, tuple[str, str, object]]:
    number = dialer.running.new_number()
    dry = {"channel": "sms", "to": number, "from": dialer.sender, "dry_run": True}
    return {
        "decide": ("POST", "decisions", {**dry, "dry_run": False}),
        "dry run": ("POST", "decisions", dry),
        "read": ("GET", "decisions", None),
        "unmask": ("GET", "decisions?unmask=true", None),
        "stats": ("GET", "stats?group_by=reason", None),
        "number": ("GET", f"numbers/{number}", None),
        "opt out": ("POST", "opt-outs", {"to": number, "source": "agent"}),
        "keys": ("GET", "keys", None),
        "tenants": ("GET", "tenants", None),
        "make a tenant": ("POST", "tenants", {"name": "another"}),
    }


MAY = {
    "dialer": {"decide", "dry run", "read"},
    "agent": {"opt out"},
    "ops": {"dry run", "read", "stats", "number", "tenants"},
    "compliance": {"dry run", "read", "unmask", "stats", "number", "opt out", "tenants"},
    "admin": {"dry run", "read", "stats", "number", "keys", "tenants"},
}


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_may_do_what_is_its_own(new_tenant: NewTenant, role: str) -> None:
    """What a role lacks is 403 in words, and so is the carrier surface for all but dialers."""
    dialer = await new_tenant()
    key = await dialer.key(role)

    async def ask(method: str, path: str, body: object) -> Heard:
        return await dialer.ask(method, f"/v1/{path}", auth=key, json=body)

    statuses = {name: (await ask(*asked)).status for name, asked in _asks(dialer).items()}
    assert MAY[role] == {name for name, status in statuses.items() if status in {200, 201}}
    assert {403} >= {status for name, status in statuses.items() if name not in MAY[role]}
    placed = await dialer.text(dialer.running.new_number(), auth=key)
    assert (201 if role == "dialer" else 403) == placed.status


async def test_the_open_policy_needs_a_simulated_carrier_and_policies_are_read_strictly(demo: Dialer) -> None:
    """Here the carrier is on this machine, so `open` is taken; what is no rule is refused by name."""
    named = [{"name": "open-here", "policy": {"base": "open"}}, {"name": "odd", "policy": {"frequency": 1}}]
    opened, odd = [await demo.native("POST", "tenants", json=one, shown_once=True) for one in named]
    demo.running.tokens.add(opened.json["auth_token"])
    assert (201, 400, True) == (opened.status, odd.status, "frequency" in odd.json["detail"])
    again = await demo.native("POST", "tenants", json=named[0])
    assert 409 == again.status
