"""Each notice reaches its tenant's server, or is kept as given up after three days."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, cast

import pytest

from dialgate.app.directory import DirectoryCopy
from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.lanes import Lanes
from dialgate.app.outside import OutsideError, Told
from dialgate.app.queries import Directory
from dialgate.app.telling import (
    FIRST_PAUSE_S,
    GIVEN_UP_AFTER,
    LONGEST_PAUSE_S,
    MOST_BATCHES,
    Notice,
    Telling,
    made,
    of_lift,
    of_opt_out,
    told_time,
)
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, Source
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT, SetClock
from tests.fakes.one_gate import NUMBER, opt_out
from tests.fakes.outside import ToldOutside
from tests.fakes.tidings import MemoryNotices
from tests.fakes.web_gate import ACCOUNT, MemoryDirectory, tenant

URL = "https://acme.example/told"
TAKEN, AWAY = Told(204, b"", "", URL), Told(503, b"", "", URL)


class Teller:
    """One notice to `acme`, and lanes that are run by hand."""

    def __init__(self, *answers: Told | OutsideError, chance: int = 0, url: str = URL) -> None:
        self.clock, self.notices, self.outside = SetClock(), MemoryNotices(), ToldOutside(list(answers) or [TAKEN])
        self.lanes = Lanes()
        acme = replace(tenant("acme", ACCOUNT, "token"), notice_url=url)
        self.directory = DirectoryCopy(cast("Directory", MemoryDirectory(tenants=[acme])))
        self.telling = Telling(
            self.notices, self.directory, self.outside, self.lanes, self.clock, lambda count: bytes([chance] * count)
        )
        self.notices.kept["opt_out.o1"] = notice("o1")

    async def round(self) -> None:
        await self.directory.refresh()
        await self.telling.tick()
        while self.lanes.waiting:
            await self.lanes.work()

    async def until_nothing_is_due(self) -> list[datetime]:
        """When it was tried, the clock moved on to each attempt."""
        while self.one.next_at is not None:
            self.clock.pass_s((self.one.next_at - self.clock.now()).total_seconds())
            await self.round()
        return [tried.at for tried in self.notices.attempts["opt_out.o1"]]

    @property
    def one(self) -> Notice:
        return self.notices.kept["opt_out.o1"]


def notice(name: str, at: datetime = AT) -> Notice:
    return made("opt_out", name, "acme", at, {"number": NUMBER}, at)


async def test_a_notice_is_posted_as_it_is_kept() -> None:
    """Byte for byte, once, and then no more."""
    teller = Teller()
    for _ in range(2):
        await teller.round()
    (asked,) = teller.outside.asked
    assert ("acme", "POST", URL, teller.one.body.encode()) == (asked.tenant, asked.method, asked.url, asked.json)
    assert ("delivered", AT, ()) == (teller.one.state, teller.one.delivered_at, asked.headers)


@pytest.mark.parametrize("answer", [AWAY, Told(302, b"", "", URL), Told(404, b"", "", URL), OutsideError("No answer.")])
async def test_whatever_is_no_2xx_is_tried_again(answer: Told | OutsideError) -> None:
    """Each attempt is kept with what came of it; it is delivered when the server takes it."""
    teller = Teller(answer, TAKEN)
    await teller.round()
    assert ("waiting", AT + timedelta(seconds=FIRST_PAUSE_S)) == (teller.one.state, teller.one.next_at)
    await teller.until_nothing_is_due()
    status = answer.status if isinstance(answer, Told) else 0
    problems = [bool(tried.problem) for tried in teller.notices.attempts["opt_out.o1"]]
    assert ([status, 204], [True, False]) == (
        [tried.status for tried in teller.notices.attempts["opt_out.o1"]],
        problems,
    )
    assert "delivered" == teller.one.state


@pytest.mark.parametrize("chance", [0, 255])
async def test_pauses_grow_until_it_is_given_up(chance: int) -> None:
    """From 5 s to an hour, up to a quarter less by chance, for three days; then it is kept, and not tried any more."""
    teller = Teller(AWAY, chance=chance)
    tried = await teller.until_nothing_is_due()
    pauses = [(after - before).total_seconds() for before, after in pairwise(tried)]
    least = 1 - chance / 1_024
    assert (FIRST_PAUSE_S * least, LONGEST_PAUSE_S * least) == pytest.approx((pauses[0], max(pauses)))
    assert all(after >= before for before, after in pairwise(pauses))
    assert GIVEN_UP_AFTER - timedelta(hours=1, seconds=1) <= tried[-1] - AT < GIVEN_UP_AFTER
    assert ("given_up", None) == (teller.one.state, teller.one.delivered_at)


async def test_what_was_given_up_and_is_replayed_has_its_time_again() -> None:
    """It begins with short pauses, and is not given up at its first failure."""
    teller = Teller(AWAY)
    await teller.until_nothing_is_due()
    teller.clock.pass_s(86_400)
    await teller.notices.replay(teller.one.id, teller.clock.now())
    await teller.round()
    assert teller.clock.now() + timedelta(seconds=FIRST_PAUSE_S) == teller.one.next_at
    teller.outside.answers = [TAKEN]
    await teller.until_nothing_is_due()
    assert "delivered" == teller.one.state


async def test_an_address_that_is_gone_is_an_attempt_that_failed() -> None:
    """Nobody is asked; as soon as there is one again it arrives."""
    teller = Teller(url="")
    await teller.round()
    assert ([], "waiting") == (teller.outside.asked, teller.one.state)
    assert "notice_url" in teller.notices.attempts["opt_out.o1"][0].problem


async def test_an_attempt_that_could_not_be_kept_is_made_again() -> None:
    """At least once: with SQL away in between it is told twice, under one id."""
    teller = Teller()
    teller.notices.down = True
    with pytest.raises(LedgerUnavailableError):
        await teller.round()
    teller.notices.down = False
    await teller.round()
    ids = [json.loads(asked.json)["id"] for asked in teller.outside.asked]
    assert (["opt_out.o1"] * 2, "delivered") == (ids, teller.one.state)


async def test_a_flood_is_taken_in_by_and_by() -> None:
    """What is due has its turn before all of it is read."""
    teller = Teller()
    teller.notices.coming = [[notice(f"n{number}")] for number in range(MOST_BATCHES + 5)]
    await teller.round()
    assert (5, "delivered") == (len(teller.notices.coming), teller.one.state)
    await teller.round()
    assert {"delivered"} == {one.state for one in teller.notices.kept.values()}


def body(one: Notice) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(one.body)
    return said


def test_an_opt_out_tells_what_was_said_and_no_note() -> None:
    """The scope word by word, the number whole, times in UTC."""
    said = replace(opt_out(), scope=Scope("acme", "sms", "marketing", "spring"), note="private", ends_at=AT)
    told = of_opt_out(said, AT + timedelta(seconds=1))
    found = body(told)
    assert ("opt_out.stop-1", AT + timedelta(seconds=1)) == (told.id, told.next_at)
    assert {"channel": "sms", "purpose": "marketing", "campaign": "spring"} == found["scope"]
    assert (NUMBER, told_time(AT), "private" in told.body) == (found["number"], found["ends_at"], False)


def test_a_lift_tells_what_it_names_and_what_is_free() -> None:
    """Nothing free where another opt-out holds."""
    lift = Lift(OptOutId("l1"), NUMBER, "acme", (OptOutId("o1"),), Source.SMS, "carrier", AT)
    found = body(of_lift(lift, [], AT))
    assert ("opt_in.l1", ["o1"], []) == (found["id"], found["opt_outs"], found["released"])
