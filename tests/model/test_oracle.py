"""The model is the oracle of the real scripts: the same calls in any order to both, every answer the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from redis import Redis

from dialgate.app.errors import StoreUnavailableError
from dialgate.app.ports import Claimed, FenceState, Kept, NumberKey, Recalled, Refusing, Reserved, Suppressed, View
from dialgate.domain.guard import AtMost, Guard, MustBeAbsent, MustBePresent
from dialgate.domain.ids import DecisionId
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.numbers import E164
from dialgate.domain.reservation import Claim, Reservation
from dialgate.domain.scope import ScopeName
from tests.model.content import Server
from tests.model.scripts import Scripts
from tests.model.valkey import OnValkey, ValkeyServer

T = TypeVar("T")
NUMBERS = (E164("+12025550123"), E164("+12025550124"))
WIDE, VOICE, CONSENT = ScopeName("demo/*/*/*"), ScopeName("demo/voice/*/*"), ScopeName("consents")
ROWS = [
    Change(1, "row-1", add=(Entry(WIDE, NUMBERS[0]),)),
    Change(2, "row-2", add=(Entry(VOICE, NUMBERS[1]), Entry(CONSENT, NUMBERS[0]))),
    Change(3, "row-3", remove=(Entry(WIDE, NUMBERS[0]),)),
    Change(4, "row-4", add=(Entry(WIDE, NUMBERS[0]),)),
    Change(5, "row-5", remove=(Entry(VOICE, NUMBERS[1]), Entry(WIDE, NUMBERS[0]))),
]
ADDING = [row for row in ROWS if row.add]
HOUR_MS = 3_600_000
DUE = {n: time.time_ns() // 1_000_000 + hours * HOUR_MS for n, hours in ((2, 1), (5, 30), (7, 12))}
"""Unix milliseconds of those that are scheduled."""
ATTEMPTS = st.integers(0, 7)
NONCES = st.sampled_from(["one", "two"])
GENERATIONS = st.integers(1, 2)
HEADS = st.sampled_from([0, 0, 0, 1, 3])
ANSWERS = st.sampled_from([None, b"answer", b"another"])


def attempt(n: int) -> Reservation:
    """The `n`th: two numbers, some with a cap, a consent, a claim or a time of its own; the odd ones are overdue."""
    number = NUMBERS[n % 2]
    guards: list[Guard] = [MustBeAbsent(WIDE, number), MustBeAbsent(VOICE, number)]
    guards += [AtMost(f"cap/{number}", 2, 86_400)] if n % 3 else [MustBePresent(CONSENT, number)] * (n > 4)
    claim = Claim(f"request {n // 2}", "digest", 86_400) if n > 3 else None
    reservation = Reservation(
        DecisionId(f"{n:032x}"), number, "demo", "voice", (WIDE, VOICE), tuple(guards), 86_400, claim
    )
    return replace(reservation, due_ms=DUE.get(n, 0), closes_ms=n % 2)


def said(call: Callable[[], object]) -> object:
    """The answer without what only a clock, a hash or the order of a set decides."""
    try:
        answer = call()
    except StoreUnavailableError:
        return "unavailable"
    match answer:
        case Reserved():
            return "reserved"
        case Refusing(refused):
            return [(one.index, one.free_at_ms is None) for one in refused]
        case Suppressed(open_at, recalled):
            return open_at, named(recalled)
        case FenceState():
            same = answer.history_id == answer.server_history_id
            plain = replace(answer, history_id="", server_history_id="", clock_ms=0, now_ms=0, overlay=())
            return plain, bool(answer.history_id), same, sorted(answer.overlay)
        case tuple():
            return named(answer)
        case _:
            return answer


def named(recalled: tuple[Recalled, ...]) -> list[Recalled]:
    return sorted((replace(one, number_key=NumberKey("")) for one in recalled), key=lambda one: one.decision_id)


def claimed(reservation: Reservation, store: Scripts) -> Claimed | None:
    return store.claimed(reservation.claim) if reservation.claim else None


def probed(guards: list[Guard], view: View, store: Scripts) -> object:
    return store.probe(guards, view, store.server.now_ms)


class Oracle(RuleBasedStateMachine):
    client: Redis

    def __init__(self) -> None:
        super().__init__()
        self.client.flushall()
        self.model = Scripts(Server("first", 0), "one")
        self.real = OnValkey(ValkeyServer("first", 0, client=self.client), "one")
        self.histories = 0
        self.take_copy()
        self.same(lambda store: store.begin("zero"))
        self.same(lambda store: store.open("zero", 0, 1, 0))

    def same(self, call: Callable[[Scripts], object]) -> None:
        for store in (self.model, self.real):
            store.server.now_ms = time.time_ns() // 1_000_000
        assert said(lambda: call(self.model)) == said(lambda: call(self.real))

    @rule(n=ATTEMPTS, generation=GENERATIONS, head=HEADS, off_ms=st.sampled_from([0, 0, 0, 0, -2_500, 2_500]))
    def admit(self, n: int, generation: int, head: int, off_ms: int) -> None:
        view = View(generation, head)
        self.same(lambda store: store.admit(attempt(n), view, store.server.now_ms + off_ms))

    @rule(n=ATTEMPTS, generation=GENERATIONS)
    def probe(self, n: int, generation: int) -> None:
        asked, view = attempt(n), View(generation, 0)
        self.same(lambda store: store.probe(asked.guards, view, store.server.now_ms, asked.due_ms))

    @rule(n=ATTEMPTS, generation=GENERATIONS, head=HEADS, answer=ANSWERS)
    def sent(self, n: int, generation: int, head: int, answer: bytes | None) -> None:
        self.same(lambda store: store.sent(attempt(n), f"CA{n}", View(generation, head), answer))

    @rule(n=ATTEMPTS)
    def abandon(self, n: int) -> None:
        self.same(lambda store: store.abandon(attempt(n)))

    @rule(n=ATTEMPTS)
    def settle(self, n: int) -> None:
        """Only what was reserved is settled."""
        if attempt(n).id not in self.model.content.tombstones:
            self.same(lambda store: store.settle(attempt(n).id, NumberKey(attempt(n).number)))

    @rule(n=ATTEMPTS)
    def dialled(self, n: int) -> None:
        self.same(lambda store: store.dialled(attempt(n).id))

    @rule(n=st.integers(4, 7), answer=st.sampled_from([b"answer", b"another"]))
    def keep_answer(self, n: int, answer: bytes) -> None:
        claim = attempt(n).claim
        assert claim is not None
        self.same(lambda store: store.keep_answer(claim, attempt(n).id, answer))

    @rule(row=st.sampled_from(ADDING), numbered=st.booleans())
    def suppress(self, *, row: Change, numbered: bool) -> None:
        self.same(lambda store: store.suppress(row, row.seq if numbered else None))

    @rule(start=st.integers(0, 4), count=st.integers(0, 5), token=st.one_of(GENERATIONS, NONCES))
    def apply(self, start: int, count: int, token: int | str) -> None:
        self.same(lambda store: store.apply(ROWS[start : start + count], token))

    @rule(nonce=NONCES, anew=st.sampled_from([False, False, True]))
    def begin(self, *, nonce: str, anew: bool = False) -> None:
        self.same(lambda store: store.begin(nonce, anew=anew))

    @rule(row=st.sampled_from(ADDING), nonce=NONCES, chunk=st.integers(1, 2))
    def load(self, row: Change, nonce: str, chunk: int) -> None:
        self.same(lambda store: store.load(row.add, nonce, chunk))

    @rule(n=ATTEMPTS, nonce=NONCES, sid=st.sampled_from(["", "CA-log"]), live=st.booleans(), answer=ANSWERS)
    def restore(self, *, n: int, nonce: str, sid: str, live: bool, answer: bytes | None) -> None:
        at_ms = time.time_ns() // 1_000_000 - 1_000
        kept = Kept(attempt(n), at_ms, sid, live, answer)
        self.same(lambda store: store.restore([kept], nonce))

    @rule(nonce=NONCES, chunks=st.integers(0, 2), generation=GENERATIONS, watermark=st.integers(0, 5))
    def open(self, nonce: str, chunks: int, generation: int, watermark: int) -> None:
        self.same(lambda store: store.open(nonce, chunks, generation, watermark))

    @rule(nonce=NONCES, row=st.sampled_from(ADDING), generation=GENERATIONS, watermark=st.integers(0, 2))
    def make_anew(self, nonce: str, row: Change, generation: int, watermark: int) -> None:
        """A load as it should be."""
        self.begin(nonce=nonce)
        self.load(row, nonce, 1)
        self.open(nonce, 1, generation, watermark)

    @rule()
    def flush(self) -> None:
        for store in (self.model, self.real):
            store.server.flush()

    @rule()
    def take_copy(self) -> None:
        self.copies = [store.server.copy() for store in (self.model, self.real)]

    @rule(restarted=st.booleans())
    def put_back(self, *, restarted: bool) -> None:
        """Restarted: under another history id."""
        self.histories += 1
        for store, copy in zip((self.model, self.real), self.copies, strict=True):
            if restarted:
                store.server = store.server.successor(f"later {self.histories}", copy)
            else:
                store.server.put_back(copy)

    @invariant()
    def same_state(self) -> None:
        self.same(lambda store: store.fence())
        self.same(lambda store: store.recalls())
        self.same(lambda store: store.overdue())
        for n in range(4, 8):
            self.same(partial(claimed, attempt(n)))
        for number in NUMBERS:
            guards: list[Guard] = [MustBeAbsent(scope, number) for scope in (WIDE, VOICE, CONSENT)]
            self.same(partial(probed, guards, self.open_view()))

    def open_view(self) -> View:
        fence = self.model.content.fence
        return View(fence.generation or 0 if fence else 0, 0)


def test_the_scripts_answer_as_the_model(valkey: Redis) -> None:
    """Whatever is asked in whatever order, the real guard store and the model say the same."""

    class OracleOnValkey(Oracle):
        client = valkey

    run_state_machine_as_test(OracleOnValkey, settings=settings(stateful_step_count=50))
