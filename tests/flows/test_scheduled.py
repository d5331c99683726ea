"""Messages for later, and messages that wait: judged and counted at their own time, never sent outside their window."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.flows.asking import Dialer, Heard
from tests.flows.conftest import NewTenant
from tests.waiting import until

EAST = ZoneInfo("America/New_York")
"""Where the numbers of the flows ring."""
SERVICE = ("MessagingServiceSid", "MG" + "5" * 32)
POLICY = {
    "base": "open",
    "calling_hours": {"windows": {"daily": [["08:00", "20:00"]]}},
    "frequency_cap": {"limits": [{"scope": "number", "at_most": 1, "window_s": 86_400}]},
}


@pytest.fixture
async def dialer(new_tenant: NewTenant) -> Dialer:
    return await new_tenant(policy=POLICY)


def in_days(days: int, clock: str) -> datetime:
    """By the called person's clock."""
    day = datetime.now(EAST).date() + timedelta(days=days)
    return datetime.combine(day, time.fromisoformat(clock), EAST).astimezone(UTC)


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


async def schedule(dialer: Dialer, number: str, at: datetime, **more: str) -> Heard:
    form = [("To", number), SERVICE, ("Body", f"See you at {at}"), ("ScheduleType", "fixed"), ("SendAt", written(at))]
    return await dialer.post("Messages.json", [*form, *more.items()])


async def message(dialer: Dialer, sid: str) -> dict[str, Any]:
    async with dialer.session.get(f"{dialer.carrier}/simulator/messages") as response:
        messages = (await response.json())["messages"]
    return next(one for one in messages if one["sid"] == sid)


async def test_it_is_judged_when_it_is_to_be_sent(dialer: Dialer) -> None:
    """Whatever the time is now: in the evening of the day after tomorrow it may go, at night it may not, and the answer
    says from when on.
    """
    number = dialer.running.new_number()
    refused = await schedule(dialer, number, in_days(2, "20:30"))
    assert (400, 990106, "calling_hours") == refused.refusal
    assert in_days(3, "08:00") == datetime.fromisoformat(refused.json["details"]["retry_at"])
    allowed = await schedule(dialer, number, in_days(2, "19:30"))
    assert (201, "scheduled") == (allowed.status, allowed.json["status"])
    (sent,) = await dialer.reached(number=number)
    params = dict(sent["params"])
    assert (written(in_days(2, "19:30")), "fixed") == (params["SendAt"], params["ScheduleType"])
    assert 1_790 <= int(params["ValidityPeriod"]) < 1_800


async def test_it_counts_when_it_is_to_be_sent(dialer: Dialer) -> None:
    """One a day: two on the same day are too many, whenever they were asked for, and a day without is free. A store
    that has lost everything knows it still.
    """
    number = dialer.running.new_number()
    assert 201 == (await schedule(dialer, number, in_days(2, "12:00"))).status
    assert (400, 990108, "frequency_cap") == (await schedule(dialer, number, in_days(2, "15:00"))).refusal
    assert (400, 990108, "frequency_cap") == (await schedule(dialer, number, in_days(3, "11:59"))).refusal
    assert 201 == (await schedule(dialer, number, in_days(4, "12:00"))).status
    dialer.running.serve.ask_store("FLUSHALL")

    async def verified() -> list[Heard]:
        heard = await schedule(dialer, number, in_days(2, "16:00"))
        return [] if heard.status == 429 else [heard]

    assert (400, 990108, "frequency_cap") == (await until(verified, "the index is verified"))[0].refusal
    assert 201 == (await schedule(dialer, number, in_days(6, "12:00"))).status


async def test_an_opt_out_cancels_what_is_scheduled(dialer: Dialer) -> None:
    """Even weeks before it is due, and although the store was lost in between."""
    number = dialer.running.new_number()
    sid = (await schedule(dialer, number, in_days(30, "12:00"))).json["sid"]
    dialer.running.serve.ask_store("FLUSHALL")

    async def confirmed() -> bool:
        return "<Message>" in (await dialer.write(number, "TD"))["body"]

    await until(confirmed, "the opt-out is in force")

    async def cancelled() -> bool:
        return bool((await message(dialer, sid))["status"] == "canceled")

    await until(cancelled, "the carrier has cancelled it")


@pytest.mark.parametrize(
    ("at", "service"),
    [(timedelta(seconds=200), True), (timedelta(days=36), True), (timedelta(days=2), False)],
)
async def test_what_the_carrier_would_not_take_is_refused(dialer: Dialer, at: timedelta, *, service: bool) -> None:
    """Too near, too far, or without a messaging service: in words, and nothing is forwarded."""
    number = dialer.running.new_number()
    due = written(datetime.now(UTC) + at)
    form = [("To", number), ("From", dialer.sender), ("Body", "Hi"), ("ScheduleType", "fixed"), ("SendAt", due)]
    heard = await dialer.post("Messages.json", [*form, *([SERVICE] if service else [])])
    assert (400, "bad_request") == (heard.status, heard.reason)
    assert [] == await dialer.reached(number=number)
