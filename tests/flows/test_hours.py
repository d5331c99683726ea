"""Hours, caps and own destinations as an operator and a dialer meet them: the shipped rows, at any hour of a test."""

from __future__ import annotations

import pytest

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.test_command_line import BLOCKED, dialgate
from tests.waiting import until

FLORIDA, TEXAS, RHODE_ISLAND, TOLL_FREE = "+13055550123", "+12145550123", "+14015550123", "+18005550123"
PANHANDLE, SHANGHAI = "+18504325012", "+8613912345678"
NEVER = {"base": "open", "calling_hours": {"windows": {"daily": []}}}
"""Closed whenever a test runs."""


@pytest.fixture
async def default(new_tenant: NewTenant) -> Dialer:
    """A tenant that follows its region's rows."""
    return await new_tenant(policy={})


@pytest.mark.parametrize(
    ("called", "at", "rows"),
    [
        (FLORIDA, "2026-11-23T20:30:00-05:00", ["us_fl_hours"]),
        (TEXAS, "2026-11-29T09:30:00-06:00", ["us_tx_voice_hours"]),
        (RHODE_ISLAND, "2026-11-28T17:00:00-05:00", ["us_ri_hours"]),
        (TOLL_FREE, "2026-11-23T12:00:00-05:00", ["number_without_time_zone"]),
        (PANHANDLE, "2026-11-23T20:30:00-06:00", ["us_hours", "us_fl_hours"]),
        (PANHANDLE, "2026-11-23T20:30:00-05:00", ["us_fl_hours"]),
        (SHANGHAI, "2026-11-23T12:30:00+08:00", ["cn_default_hours"]),
        (FLORIDA, "2026-11-23T19:59:59-05:00", []),
        (RHODE_ISLAND, "2026-11-28T16:59:59-05:00", []),
        (PANHANDLE, "2026-11-23T19:30:00-05:00", []),
        (SHANGHAI, "2026-11-23T11:59:59+08:00", []),
    ],
)
async def test_check_names_the_row(default: Dialer, called: str, at: str, rows: list[str]) -> None:
    """Whatever the time is now: the row that refuses, with its source beside it, in both languages."""
    asked = ("check", "--tenant", default.tenant, "--channel", "voice", "--to", called, "--at", at)
    told = await dialgate(default, *asked)
    chinese = await dialgate(default, *asked, "--lang", "zh")
    assert ([BLOCKED] * 2 if rows else [0, 0]) == [told.status, chinese.status]
    found = [line.split(": ")[1] for line in told.out.splitlines() if line.startswith("  calling_hours: ")]
    assert rows == found
    assert all(f"\uff08{row}\uff09" in chinese.out for row in rows)
    sourced = [line.endswith("]") for line in told.out.splitlines() if line.startswith("  calling_hours: ")]
    assert [row != "number_without_time_zone" for row in rows] == sourced


async def test_a_holiday_is_named_as_one(default: Dialer) -> None:
    """Where the row asks for holidays: on Thanksgiving Rhode Island is closed and Florida is not."""
    noon = ("--tenant", default.tenant, "--channel", "voice", "--at", "2026-11-26T12:00:00-05:00", "--format", "json")
    closed, opened = [(await dialgate(default, "check", *noon, "--to", to)).json for to in (RHODE_ISLAND, FLORIDA)]
    assert (["holiday"], "allow") == ([reason["code"] for reason in closed["reasons"]], opened["verdict"])
    assert "2026-11-27T14:00:00Z" == closed["retry_at"]


async def test_a_closed_window_refuses_a_create_and_says_why(new_tenant: NewTenant) -> None:
    """Nothing reaches the carrier; the answer, the record and the explanation name the row."""
    dialer = await new_tenant(policy=NEVER)
    number = dialer.running.new_number()
    heard = await dialer.call(number)
    assert (400, 990106, "calling_hours") == heard.refusal
    assert heard.json["message"].startswith("tenant_hours: it is ")
    assert [] == await dialer.reached(number=number)
    explained = await dialgate(dialer, "explain", heard.decision, "--lang", "zh")
    assert "\uff08tenant_hours\uff09" in explained.out


async def test_an_agents_phone_rings_at_any_hour_until_its_owner_says_no(new_tenant: NewTenant) -> None:
    """Own destinations are added on the command line, by an operator; suppression holds for them as for everybody."""
    dialer = await new_tenant(policy=NEVER)
    agent = dialer.running.new_number()
    own = ("--tenant", dialer.tenant)

    async def status_is(wanted: int) -> None:
        async def so() -> bool:
            return (await dialer.call(agent)).status == wanted

        await until(so, f"each gate answers {wanted}")

    await status_is(400)
    assert 0 == (await dialgate(dialer, "destination", "add", agent, *own, "--note", "Ann's desk")).status
    await status_is(201)
    listed = (await dialgate(dialer, "destination", "list", *own)).out
    assert (True, False) == ("Ann's desk" in listed, agent in listed)
    assert 201 == (await dialer.native("POST", "opt-outs", params=own_query(dialer), json=said_no(agent))).status
    assert (400, 990103, "suppressed") == (await dialer.call(agent)).refusal
    assert 0 == (await dialgate(dialer, "destination", "remove", agent, *own)).status
    assert 1 == (await dialgate(dialer, "destination", "remove", agent, *own)).status


async def test_a_location_that_is_no_place_is_a_bad_request(demo: Dialer) -> None:
    """Even where no row asks for the hour: nobody knows what the dialer meant."""
    number = demo.running.new_number()
    heard = await demo.call(number, headers={"X-Dialgate-Location": "Narnia"})
    assert (400, 990100, "bad_request") == heard.refusal
    assert "cannot be resolved" in heard.json["message"]
    assert 201 == (await demo.call(number, headers={"X-Dialgate-Location": "US-DC"})).status


async def test_the_demonstration_has_a_number_that_is_always_closed(demo: Dialer) -> None:
    """At any hour, any number of times; the other two stay what they are."""
    values = demo.running.serve.demo()
    texts = [await demo.text(values[name]) for name in ("DEMO_TO_CLOSED", "DEMO_TO_CLOSED", "DEMO_TO_REFUSED")]
    assert [990106, 990106, 21610] == [heard.code for heard in texts]
    assert texts[0].json["message"].startswith("number_without_time_zone: ")
    assert 201 == (await demo.text(values["DEMO_TO_OPEN"])).status


async def test_a_sender_of_somebody_else_is_refused(new_tenant: NewTenant) -> None:
    """Another tenant's number is not to be used, whatever else is permitted."""
    one, other = await new_tenant(), await new_tenant()
    number = one.running.new_number()
    heard = await one.post("Calls.json", [("To", number), ("From", other.sender), ("Twiml", "<Response/>")])
    assert (403, 990304, "caller_id_not_allowed") == heard.refusal
    assert [] == await one.reached(number=number)


async def test_a_debt_is_capped_over_two_numbers(new_tenant: NewTenant) -> None:
    """Refused and released attempts count for nothing: two calls about one debt go out, whatever number they are to."""
    cap = {"scope": "debt", "at_most": 2, "window_s": 604_800, "purposes": ["collection"]}
    dialer = await new_tenant(policy={"base": "open", "frequency_cap": {"limits": [cap]}})
    ann, bob, carol = (dialer.running.new_number() for _ in range(3))
    assert 201 == (await dialer.native("POST", "opt-outs", params=own_query(dialer), json=said_no(carol))).status

    async def about(number: str, debt: str) -> tuple[int, str]:
        headers = {"X-Dialgate-Debt": debt, "X-Dialgate-Purpose": "collection"}
        heard = await dialer.call(number, headers=headers)
        return heard.status, "" if heard.status == 201 else str(heard.json.get("details", {}).get("reason", ""))

    assert (201, "") == await about(ann, "d1")
    assert (400, "suppressed") == await about(carol, "d1")
    await dialer.fault(bob, "4xx")
    assert (400, "") == await about(bob, "d1")
    assert (201, "") == await about(bob, "d1")
    assert [(400, "frequency_cap")] * 2 == [await about(number, "d1") for number in (ann, bob)]
    heard = await dialer.call(ann, headers={"X-Dialgate-Debt": "d1", "X-Dialgate-Purpose": "collection"})
    said = "At most 2 attempts in 7 days about this debt (the tenant's own policy). There is room again once "
    assert (True, "debt") == (heard.json["message"].startswith(said), heard.json["details"]["scope"])
    explained = await dialgate(dialer, "explain", heard.decision, "--lang", "zh")
    assert ("7 天内最多 2 次" in explained.out, "tenant:debt:604800s:" in explained.out) == (True, True)
    assert (201, "") == await about(ann, "d2")


def own_query(dialer: Dialer) -> dict[str, str]:
    return {"tenant": dialer.tenant}


def said_no(number: str) -> dict[str, str]:
    return {"to": number, "source": "agent"}
