"""What a gate believes, and what it takes back."""

from __future__ import annotations

from dialgate.app.gate_state import GateState
from dialgate.app.ports import LedgerView, View
from dialgate.domain.reservation import Admitted, Reservation, State
from tests.fakes.one_gate import NUMBER, TENANT, attempt, decision_id


def leave() -> Admitted:
    return Admitted(attempt(), Reservation(decision_id(1), NUMBER, TENANT, "voice", (), (), 60), 0.0)


def test_it_starts_closed() -> None:
    """Before a generation is confirmed, the view admits nothing."""
    assert View(0, 0) == GateState().view


def test_the_head_never_falls() -> None:
    """An older reading of SQL that comes late does not make the gate forget what it knew."""
    state = GateState()
    state.learn(LedgerView(generation=3, head=7, watermark=0))
    state.learn(LedgerView(generation=3, head=5, watermark=0))
    assert 7 == state.head


def test_learning_confirms_nothing() -> None:
    """A generation seen in SQL is not this gate's own until it has confirmed it."""
    state = GateState()
    state.learn(LedgerView(generation=3, head=0, watermark=0))
    assert 0 == state.generation


def test_closing_takes_back_what_was_not_used() -> None:
    """After closing, no leave of before can be sent, and no more is admitted."""
    state, unused, sending = GateState(), leave(), leave()
    state.generation = 4
    state.keep(unused)
    state.keep(sending)
    sending.begin(0.0)
    state.close()
    assert (0, State.FINAL, State.SENDING) == (state.generation, unused.state, sending.state)


def test_what_is_forgotten_is_not_taken_back() -> None:
    """A leave whose way has ended is nobody's business any more."""
    state, ended = GateState(), leave()
    state.keep(ended)
    state.forget(ended)
    state.forget(ended)
    state.close()
    assert State.ADMITTED is ended.state
