"""Attempts, opt-outs and an open store, as the suites of the guard store need them."""

from __future__ import annotations

from collections.abc import Sequence

from dialgate.app.errors import StoreUnavailableError
from dialgate.app.ports import GuardStore, Reserved, View
from dialgate.domain.guard import AtMost, Guard, MustBeAbsent
from dialgate.domain.ids import DecisionId
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.numbers import E164
from dialgate.domain.reservation import Claim, Reservation
from dialgate.domain.scope import ScopeName

NUMBER_PREFIX = "+1415555"
NUMBER = E164(NUMBER_PREFIX + "0100")
OTHER = E164(NUMBER_PREFIX + "0101")
WIDE = ScopeName("acme/*/*/*")
VOICE = ScopeName("acme/voice/*/*")
FOREIGN = ScopeName("other/*/*/*")
OPEN = View(generation=1, head=0)
CAP = AtMost(f"cap/{NUMBER}", 2, 86_400)


def absent(number: E164 = NUMBER) -> tuple[Guard, ...]:
    return tuple(MustBeAbsent(scope, number) for scope in (WIDE, VOICE))


def reservation(
    n: int,
    number: E164 = NUMBER,
    *,
    guards: Sequence[Guard] = (),
    claim: Claim | None = None,
    lifetime_s: int = 3600,
    due_ms: int = 0,
    closes_ms: int = 0,
) -> Reservation:
    """The `n`th attempt; suppression is always among its guards, before `guards`."""
    return Reservation(
        id=DecisionId(f"{n:032x}"),
        number=number,
        tenant="acme",
        channel="voice",
        scopes=(WIDE, VOICE),
        guards=(*absent(number), *guards),
        lifetime_s=lifetime_s,
        claim=claim,
        due_ms=due_ms,
        closes_ms=closes_ms,
    )


def opt_out(seq: int, number: E164 = NUMBER, scope: ScopeName = WIDE) -> Change:
    return Change(seq, f"optout-{seq}", add=(Entry(scope, number),))


def lift(seq: int, number: E164 = NUMBER, scope: ScopeName = WIDE) -> Change:
    return Change(seq, f"lift-{seq}", remove=(Entry(scope, number),))


async def opened(store: GuardStore, generation: int = 1, watermark: int = 0) -> None:
    nonce = f"opening-{generation}"
    await store.begin(nonce)
    assert await store.open(nonce, 0, generation, watermark)


async def now_ms(store: GuardStore) -> int:
    return (await store.fence()).now_ms


async def admits(store: GuardStore, asked: Reservation, view: View = OPEN) -> bool:
    """Whether it is reserved; an error is a no, as it is for a gate."""
    try:
        answer = await store.admit(asked, view, await now_ms(store))
    except StoreUnavailableError:
        return False
    return isinstance(answer, Reserved)
