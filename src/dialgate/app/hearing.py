"""What one gate hears of people and tells others: the use cases behind webhooks, reviews, feeds and preferences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialgate.app.history import History
    from dialgate.app.inbound import Receiving
    from dialgate.app.missed import Missed
    from dialgate.app.opt_out_lists import OptOutLists
    from dialgate.app.preferences import Preferences
    from dialgate.app.reviews import Reviewing
    from dialgate.app.snoozes import Snoozes
    from dialgate.app.wordings import Wordings


@dataclass(frozen=True, slots=True)
class Hearing:
    receiving: Receiving
    wordings: Wordings
    reviewing: Reviewing
    lists: OptOutLists
    preferences: Preferences
    snoozes: Snoozes
    missed: Missed
    history: History
