"""Leave to send is used once, soon, or not at all."""

from __future__ import annotations

import pytest

from dialgate.domain.reservation import MAX_ADMITTED_AGE_S, Admitted, NotSendable, Reservation, State
from tests.fakes.one_gate import NUMBER, TENANT, attempt, decision_id

ASKED_AT_S = 1_000.0


def admitted() -> Admitted:
    reservation = Reservation(decision_id(1), NUMBER, TENANT, "voice", (), (), 60)
    return Admitted(attempt(), reservation, ASKED_AT_S)


def test_leave_is_good_for_one_second() -> None:
    """Up to the limit the create may be sent; the age runs from before the store was asked."""
    leave = admitted()
    leave.begin(ASKED_AT_S + MAX_ADMITTED_AGE_S)
    assert State.SENDING is leave.state


def test_leave_that_is_too_old_is_refused() -> None:
    """A process that stood still must not send what an opt-out has overtaken meanwhile."""
    leave = admitted()
    with pytest.raises(NotSendable, match="older than 1 s"):
        leave.begin(ASKED_AT_S + MAX_ADMITTED_AGE_S + 0.001)
    assert State.FINAL is leave.state


def test_leave_that_grew_old_stays_refused() -> None:
    """No later look at a clock makes it good again."""
    leave = admitted()
    with pytest.raises(NotSendable):
        leave.begin(ASKED_AT_S + 2)
    with pytest.raises(NotSendable, match="final already"):
        leave.begin(ASKED_AT_S)


def test_leave_is_used_once() -> None:
    """One admission never sends two creates."""
    leave = admitted()
    leave.begin(ASKED_AT_S)
    with pytest.raises(NotSendable, match="sending already"):
        leave.begin(ASKED_AT_S)


def test_leave_that_was_taken_back_is_refused() -> None:
    """What a gate drops before it confirms a generation is never sent."""
    leave = admitted()
    leave.drop()
    with pytest.raises(NotSendable, match="final already"):
        leave.begin(ASKED_AT_S)


def test_what_is_being_sent_cannot_be_taken_back() -> None:
    """Bytes on the wire are not undone by a word; their outcome is still awaited."""
    leave = admitted()
    leave.begin(ASKED_AT_S)
    leave.drop()
    assert State.SENDING is leave.state
