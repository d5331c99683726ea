"""Every change of the fence is needed: without it, its shortest trace breaks a promise; with it, none does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.model import defects, traces
from tests.model.gate import Parts
from tests.model.world import World, opened

Trace = Callable[[World], None]

NEEDED: list[tuple[Trace, Parts, str]] = [
    (traces.ack, Parts(opting_out=defects.AcknowledgesWhatIsOnlyDurable), "P1"),
    (traces.gapless, Parts(ledger=defects.AllocatesBeforeItCommits), "P5"),
    (traces.inorder, Parts(scripts=defects.KeepsTheHighestSequence), "P4"),
    (traces.hist, Parts(scripts=defects.BelievesAnyServer), "P1"),
    (traces.drain, Parts(indexer=defects.OpensBeforeAllHaveConfirmed), "P1"),
    (traces.merge, Parts(scripts=defects.SwapsTheIndex), "P4"),
    (traces.token, Parts(scripts=defects.BelievesAnyLoad), "P1"),
    (traces.lift, Parts(ledger=defects.LiftsWhateverTheNumberHas), "P1"),
    (traces.lift_overlay, Parts(scripts=defects.RemovesAgainstTheOverlay), "P1"),
    (traces.poll, Parts(state=defects.NeverLearnsTheHead), "P1"),
    (traces.gencheck, Parts(opting_out=defects.TakesTheStoreAtItsWord), "P1"),
    (traces.recall, Parts(scripts=defects.NeverSaysCancel), "P3"),
    (traces.resweep, Parts(scripts=defects.ForgetsWhatWasForwarded), "P3"),
    (traces.nolift, Parts(lifting=defects.SpoolsLifts), "P1"),
]
NAMES = [trace.__name__ for trace, _, _ in NEEDED]


MORE: list[Trace] = [
    traces.heard_by_nobody,
    traces.known_by_half,
    traces.start_after_an_outage,
    traces.lease_from_the_future,
]
"""Found by the machine."""


def played(trace: Trace, parts: Parts) -> World:
    world = opened(parts)
    trace(world)
    world.come_to_rest()
    return world


@pytest.mark.parametrize("trace", [*(trace for trace, _, _ in NEEDED), *MORE], ids=lambda trace: trace.__name__)
def test_the_trace_is_harmless(trace: Trace) -> None:
    """The product keeps every promise in the situation that the change was made for."""
    world = played(trace, Parts())
    assert [] == world.judge.violations, world.story()


@pytest.mark.parametrize(("trace", "parts", "promise"), NEEDED, ids=NAMES)
def test_the_defect_breaks_a_promise(trace: Trace, parts: Parts, promise: str) -> None:
    """The same schedule shows the violation once the change is taken away: the trace can tell."""
    world = played(trace, parts)
    assert promise in {violation[:2] for violation in world.judge.violations}, world.story()


def test_a_start_after_an_outage_lifts() -> None:
    """A person who said STOP while SQL was down and START afterwards is reached again."""
    world = played(traces.start_after_an_outage, Parts())
    assert frozenset() == world.primary.content.members, world.story()
