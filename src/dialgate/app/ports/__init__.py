"""The ports: what use cases ask of stores, carrier, clock and chance. Each has two implementations or a fake in tests.

Every method may raise the one error its port names; a timed-out command may still take place later.
"""

from __future__ import annotations

from dialgate.app.ports.carrier import Carrier, CarrierAnswer, CarrierRequest, CarrierStream
from dialgate.app.ports.clock import Chance, Clock
from dialgate.app.ports.durable import DecisionSink, GateRow, Journal, Ledger, LedgerView, Register
from dialgate.app.ports.guard_store import (
    Claimed,
    Closed,
    FenceState,
    GuardStore,
    Kept,
    NumberKey,
    Recalled,
    RefusedGuard,
    Refusing,
    Reserved,
    Slot,
    Suppressed,
    TooFar,
    View,
    Why,
)

__all__ = [
    "Carrier",
    "CarrierAnswer",
    "CarrierRequest",
    "CarrierStream",
    "Chance",
    "Claimed",
    "Clock",
    "Closed",
    "DecisionSink",
    "FenceState",
    "GateRow",
    "GuardStore",
    "Journal",
    "Kept",
    "Ledger",
    "LedgerView",
    "NumberKey",
    "Recalled",
    "RefusedGuard",
    "Refusing",
    "Register",
    "Reserved",
    "Slot",
    "Suppressed",
    "TooFar",
    "View",
    "Why",
]
