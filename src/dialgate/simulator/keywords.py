"""What the carrier itself does when a person texts STOP, START or HELP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dialgate.simulator.records import Message
from dialgate.simulator.state import Simulator

Intent = Literal["STOP", "START", "HELP"]

# Source: Twilio, "Twilio support for opt-out keywords", read 2026-11. Toll-free senders know fewer words.
_WORDS: Mapping[Intent, frozenset[str]] = {
    "STOP": frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}),
    "START": frozenset({"START", "YES", "UNSTOP"}),
    "HELP": frozenset({"HELP", "INFO"}),
}
_TOLL_FREE_WORDS: Mapping[Intent, frozenset[str]] = {
    "STOP": frozenset({"STOP"}),
    "START": frozenset({"START", "UNSTOP"}),
    "HELP": frozenset(),
}
_TOLL_FREE = tuple(f"+1{code}" for code in (800, 833, 844, 855, 866, 877, 888))
_REPLIES: Mapping[Intent, str] = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def intent_of(body: str, sender: str) -> Intent | None:
    """The keyword a whole message is, for a sender with the carrier's default words."""
    words = _TOLL_FREE_WORDS if sender.startswith(_TOLL_FREE) else _WORDS
    return next((intent for intent, known in words.items() if body.strip().upper() in known), None)


def obey(sim: Simulator, inbound: Message, intent: Intent) -> str | None:
    """Block or free the pair of person and sender; the carrier's own reply, or None if nothing changed by a START."""
    senders = [name for name in (inbound.to, inbound.messaging_service_sid) if name]
    pairs = {(inbound.sender, name) for name in senders}
    freed = intent == "START" and not pairs.isdisjoint(sim.blocked)
    match intent:
        case "STOP":
            sim.blocked |= pairs
        case "START":
            sim.blocked -= pairs
        case "HELP":
            pass
    return _REPLIES[intent] if intent != "START" or freed else None
