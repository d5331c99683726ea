"""Which of the carrier's reports a dialer hears, whose callback the gate has taken the place of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.front import Wanted

if TYPE_CHECKING:
    from dialgate.app.call_state import CallState

DEFAULT_EVENTS = ("completed",)
"""Source: Twilio, Call resource, `StatusCallbackEvent`; read 2026-11."""


def asked_for(state: CallState, event: str) -> bool:
    """The gate hears of every state of an attempt; the dialer of those that it named. `event` empty: one that nobody
    can choose.
    """
    if not state.url:
        return False
    return state.wanted is not Wanted.STATUS or not event or event in (state.events or DEFAULT_EVENTS)
