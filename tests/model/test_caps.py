"""Caps over simulated time, on the model and on the real scripts: exactly as many attempts as every layer permits."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from dialgate.app.ports import GuardStore, Kept, Refusing, Reserved, View
from dialgate.domain.attempt import Attempt, Channel
from dialgate.domain.facts import Facts
from dialgate.domain.ids import DecisionId
from dialgate.domain.numbers import E164
from dialgate.domain.reservation import Reservation
from dialgate.domain.rules.frequency_cap import frequency_cap
from dialgate.stores.guards.scripts import Script
from tests.fakes.policies import facts, to
from tests.model.content import Server
from tests.model.in_memory import InMemoryGuardStore
from tests.model.valkey import SyncGuardStore, run

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
CALLED, OTHER = "+13055550123", "+13055550124"
LAYERS = ((1, 60), (3, 900), (5, 3_600), (10, 86_400), (20, 604_800))
NOW = "{p0}:now"
DAYS = 9


def limits(*layers: tuple[int, int], scope: str = "number", **more: object) -> Facts:
    asked = [{"scope": scope, "at_most": most, "window_s": window_s, **more} for most, window_s in layers]
    return facts(base="open", frequency_cap={"limits": asked})


def told_time(script: Script) -> str:
    """The script with the time of the test in place of the server's, in whole seconds."""
    return script.body.replace("redis.call('TIME')", f"{{tonumber(redis.call('GET', '{NOW}')), 0}}")


@dataclass(slots=True)
class Store:
    """One guard store in a time that the test sets. What was admitted is made anew after each loss."""

    port: GuardStore
    flush: Callable[[], object]
    tell_time: Callable[[int], object]
    """Unix seconds."""
    generation: int = 0

    def at(self, at: datetime) -> int:
        self.tell_time(int(at.timestamp()))
        return int(at.timestamp()) * 1_000

    def made_anew(self, at: datetime, kept: list[Kept]) -> None:
        """Empty, then loaded from the log."""
        self.generation += 1
        nonce = f"n{self.generation}"
        self.flush()
        self.at(at)
        run(self.port.begin(nonce))
        assert run(self.port.restore(kept, nonce))
        assert run(self.port.open(nonce, 0, self.generation, 0))

    def admits(self, one: Reservation, at: datetime) -> bool:
        answer = run(self.port.admit(one, View(self.generation, 0), self.at(at)))
        assert isinstance(answer, Reserved | Refusing), answer
        return isinstance(answer, Reserved)

    def free_at(self, one: Reservation, at: datetime) -> datetime | None:
        """When every layer that refuses has room; None if none does."""
        answer = run(self.port.probe(one.guards, View(self.generation, 0), self.at(at)))
        assert isinstance(answer, Refusing)
        times = [refused.free_at_ms for refused in answer.refused]
        return datetime.fromtimestamp(max(time or 0 for time in times) / 1_000, UTC) if times else None


@pytest.fixture(params=["model", "valkey"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "model":
        server = Server("first", 0)

        def tell(seconds: int) -> None:
            server.now_ms = seconds * 1_000

        return Store(InMemoryGuardStore(lambda: server), server.flush, tell)
    client: Redis = request.getfixturevalue("valkey")
    return Store(SyncGuardStore(client, told_time), client.flushall, lambda now: client.set(NOW, now))


def reserved(number: int, asked: Attempt, told: Facts) -> Reservation:
    guards = tuple(answer.guard for answer in frequency_cap(asked, told) if not hasattr(answer, "detail"))
    called = asked.called_as_asked
    return Reservation(DecisionId(f"{number:032x}"), E164(called), asked.tenant, asked.channel, (), guards, 60)


def times(chance: random.Random) -> list[datetime]:
    """Nine days of attempts, now and then many in a minute, at most one a second."""
    found, at = [], START
    while at < START + timedelta(days=DAYS):
        at += timedelta(seconds=chance.choice((1, 7, 59, 60, 61, 300, 900, 3_600, 7_200, chance.randrange(1, 9_000))))
        found.append(at)
    return found


def permitted(admitted: list[datetime], at: datetime) -> bool:
    """By counting: in each window that ends now there is room."""
    return all(sum(at - timedelta(seconds=window_s) < one for one in admitted) < most for most, window_s in LAYERS)


@pytest.mark.parametrize("seed", [1, 2])
def test_five_layers_hold_over_nine_days(store: Store, seed: int) -> None:
    """1 a minute, 3 in 15, 5 an hour, 10 a day, 20 in 7 days: each attempt goes out exactly if all five permit it, also
    after the store was lost and made anew from the log, and a refused one counts for nothing.
    """
    chance, told = random.Random(seed), limits(*LAYERS)
    admitted: list[datetime] = []
    log: list[Kept] = []
    store.made_anew(START, log)
    for number, at in enumerate(times(chance), start=1):
        if chance.random() < 0.01:
            store.made_anew(at, log)
        one = reserved(number, to(CALLED, at), told)
        expected = permitted(admitted, at)
        assert expected == store.admits(one, at), (number, at)
        if expected:
            admitted.append(at)
            log.append(Kept(one, int(at.timestamp() * 1_000), "CA1", open=False, answer=None))
    assert len(admitted) > 20


def test_the_time_that_is_named_is_the_first_that_will_do(store: Store) -> None:
    """One second before it the attempt is still refused, then it goes out, whichever layers stood in its way."""
    told = limits(*LAYERS)
    at, tried = START, 0
    store.made_anew(START, [])
    for number in range(1, 26):
        one = reserved(number, to(CALLED, at), told)
        free_at = store.free_at(one, at)
        if free_at is not None:
            assert not store.admits(one, free_at - timedelta(seconds=1))
            at, tried = free_at, tried + 1
        assert store.admits(one, at)
    assert 24 == tried
    assert at >= START + timedelta(days=7)


def test_a_lowered_limit_names_the_time_when_enough_have_left(store: Store) -> None:
    """What was counted under the old limit counts under the new one."""
    before, after = limits((3, 86_400)), limits((1, 86_400))
    store.made_anew(START, [])
    for number in range(1, 4):
        assert store.admits(reserved(number, to(CALLED, START), before), START + timedelta(hours=number))
    now = START + timedelta(hours=4)
    assert START + timedelta(hours=27) == store.free_at(reserved(9, to(CALLED, now), after), now)


def test_a_debt_is_counted_over_all_its_numbers(store: Store) -> None:
    """Calls to two numbers of one debtor are calls about one debt; another debt, and texts, have counts of their own.
    Given back, the room is there again.
    """
    told = limits((2, 604_800), scope="debt", channels=["voice"])
    store.made_anew(START, [])

    def asked(number: int, called: str, debt: str, channel: Channel = Channel.VOICE) -> Reservation:
        return reserved(number, to(called, START, channel, debt=debt), told)

    first, second = asked(1, CALLED, "d1"), asked(2, OTHER, "d1")
    assert [True, True, False, False] == [
        store.admits(one, START) for one in (first, second, asked(3, CALLED, "d1"), asked(4, OTHER, "d1"))
    ]
    others = (asked(5, CALLED, "d2"), asked(6, CALLED, ""), asked(7, CALLED, "d1", Channel.SMS))
    assert [True, True, True] == [store.admits(one, START) for one in others]
    run(store.port.abandon(second))
    assert [True, False] == [store.admits(one, START) for one in (asked(8, CALLED, "d1"), asked(9, OTHER, "d1"))]
