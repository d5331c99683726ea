"""Partners are pushed what changed, signed, until they have taken it."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import cast

import pytest

from dialgate.app.directory import DirectoryCopy
from dialgate.app.feeds import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    MOST_PUSHED,
    PAGES_A_TURN,
    Behind,
    FeedItem,
    Partner,
    Pushing,
    new_secret,
    signed,
)
from dialgate.app.lanes import Lanes
from dialgate.app.outside import OutsideError, Told
from dialgate.app.queries import Directory
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT, SetClock
from tests.fakes.outside import ToldOutside
from tests.fakes.tidings import MemoryPartners
from tests.fakes.web_gate import MemoryDirectory

URL = "https://crm.example/feed"
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
CRM = Partner("acme", "crm", URL, SECRET, 900, suspends=False, created_at=AT)
KEY = ("acme", "crm")
TAKEN, AWAY = Told(204, b"", "", URL), Told(500, b"", "", URL)


def item(position: int) -> FeedItem:
    return FeedItem(position, "block", "+12025550101", Scope("acme"), "sms", AT, f"o{position}")


class Pusher:
    """One partner with an address, and lanes that are run by hand."""

    def __init__(self, *answers: Told | OutsideError, rows: int = 2) -> None:
        self.clock, self.outside, self.lanes = SetClock(), ToldOutside(list(answers) or [TAKEN]), Lanes()
        self.partners = MemoryPartners({KEY: CRM}, {"acme": [item(number) for number in range(1, rows + 1)]})
        self.directory = DirectoryCopy(cast("Directory", MemoryDirectory()))
        self.pushing = Pushing(self.partners, self.directory, self.outside, self.lanes, self.clock, bytes)

    async def round(self) -> None:
        await self.directory.refresh()
        await self.pushing.tick()
        while self.lanes.waiting:
            await self.lanes.work()

    @property
    def crm(self) -> Partner:
        return self.partners.kept[KEY]

    @property
    def positions(self) -> list[list[int]]:
        """Of the items of each push."""
        return [[one["position"] for one in json.loads(asked.json)["items"]] for asked in self.outside.asked]


async def test_what_is_taken_is_acknowledged() -> None:
    """Up to the last position in it; then there is nothing to push."""
    pusher = Pusher()
    for _ in range(2):
        await pusher.round()
    assert ([[1, 2]], 2, AT) == (pusher.positions, pusher.crm.acknowledged, pusher.crm.acknowledged_at)


@pytest.mark.parametrize("answer", [AWAY, Told(301, b"", "", URL), OutsideError("No answer.")])
async def test_what_is_not_taken_comes_again(answer: Told | OutsideError) -> None:
    """The same under the same id, after ever longer pauses, without an end; why is kept meanwhile."""
    pusher = Pusher(answer)
    pauses = []
    for _ in range(10):
        await pusher.round()
        assert pusher.crm.next_at is not None
        pauses.append((pusher.crm.next_at - pusher.clock.now()).total_seconds())
        pusher.clock.pass_s(pauses[-1])
    assert (FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, LONGEST_PAUSE_S) == (pauses[0], pauses[1], pauses[-1])
    assert (0, True) == (pusher.crm.acknowledged, bool(pusher.crm.problem))
    pusher.outside.answers = [TAKEN]
    await pusher.round()
    assert (2, "", None) == (pusher.crm.acknowledged, pusher.crm.problem, pusher.crm.next_at)
    assert {("webhook-id", "feed-0-2")} == {asked.headers[0] for asked in pusher.outside.asked}
    assert {asked.json for asked in pusher.outside.asked} == {pusher.outside.asked[0].json}


async def test_a_failure_after_a_success_begins_with_a_short_pause() -> None:
    """Long ones are for those that have been away for long."""
    pusher = Pusher(AWAY, AWAY, TAKEN, AWAY)
    for _ in range(3):
        await pusher.round()
        pusher.clock.pass_s(LONGEST_PAUSE_S)
    pusher.partners.feeds["acme"].append(item(3))
    await pusher.round()
    assert pusher.clock.now() + timedelta(seconds=FIRST_PAUSE_S) == pusher.crm.next_at


async def test_a_long_list_comes_in_pages() -> None:
    """Each acknowledged before the next, so many in a turn; a failure in between begins there again."""
    pusher = Pusher(TAKEN, AWAY, TAKEN, rows=MOST_PUSHED * 2 + 1)
    await pusher.round()
    assert MOST_PUSHED == pusher.crm.acknowledged
    pusher.clock.pass_s(LONGEST_PAUSE_S)
    await pusher.round()
    assert ([1, 1_001, 1_001, 2_001], 2_001) == ([one[0] for one in pusher.positions], pusher.crm.acknowledged)
    many = Pusher(rows=MOST_PUSHED * PAGES_A_TURN + 1)
    await many.round()
    assert (PAGES_A_TURN, MOST_PUSHED * PAGES_A_TURN) == (len(many.positions), many.crm.acknowledged)


async def test_rows_that_change_nothing_are_not_pushed() -> None:
    """A lift that frees nobody: nothing is to be done, so nothing is to be acknowledged by anybody."""
    pusher = Pusher(rows=0)
    pusher.partners.feeds["acme"], pusher.partners.empty = [], 1
    await pusher.round()
    assert ([], 1) == (pusher.positions, pusher.crm.acknowledged)


def test_a_signature_is_that_of_standard_webhooks() -> None:
    """Over id, timestamp and body, with the bytes behind the secret's base64."""
    found = dict(signed(SECRET, "feed-0-2", AT, b'{"a":1}'))
    timestamp = str(int(AT.timestamp()))
    mac = hmac.new(b"k" * 32, f"feed-0-2.{timestamp}.".encode() + b'{"a":1}', sha256).digest()
    expected = {
        "webhook-id": "feed-0-2",
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
    assert (expected, SECRET) == (found, new_secret(lambda count: b"k" * count))


def test_the_specifications_own_example_is_signed_alike() -> None:
    """Source: the example in the libraries of Standard Webhooks."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = AT.fromtimestamp(1614265330, AT.tzinfo)
    found = dict(signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}'))
    assert "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" == found["webhook-signature"]


def test_a_lag_is_the_age_of_the_oldest_row() -> None:
    """None where there is none, and of nobody longer than there has been such a partner."""
    old, now = AT - timedelta(days=9), AT + timedelta(seconds=60)
    lags = [Behind(CRM, 9, 1, oldest_at).lag_s(now) for oldest_at in (None, old, AT + timedelta(seconds=10), now)]
    assert [0.0, 60.0, 50.0, 0.0] == lags
    assert 0.0 == Behind(replace(CRM, created_at=now), 9, 1, now).lag_s(AT)
