"""Who is answered, and with what: once for each person, sender and kind in a day, whichever gate hears them.

A confirmation is only ever the answer to a person's own message. One that could not be true at that moment is never
sent later: it would be a message to somebody who has refused.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dialgate.app.errors import StoreUnavailableError
from dialgate.domain.opt_out.confirmation import confirmation
from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import carrier_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.inbound import InboundMessage
    from dialgate.app.ports import GuardStore
    from dialgate.app.queries import CallerId
    from dialgate.app.wordings import Wordings
    from dialgate.domain.opt_out.understanding import Understanding

ONCE_S = 24 * 3_600
TOLL_FREE = tuple(f"+1{code}" for code in ("800", "833", "844", "855", "866", "877", "888"))


class Confirming:
    def __init__(self, wordings: Wordings, directory: DirectoryCopy, store: GuardStore) -> None:
        self._wordings = wordings
        self._directory = directory
        self._store = store

    async def text(self, message: InboundMessage, meaning: Understanding, owners: Sequence[CallerId]) -> str:
        """Empty where nothing is to be said: the carrier has answered, somebody has been answered today, or nobody can
        know whether. A refusal of a part is not answered either: every wording speaks of all calls and messages.
        """
        toll_free = message.receiver.startswith(TOLL_FREE)
        for owner in owners:
            if carrier_answers(message.body, owner.carrier_keywords, message.opt_out_type, toll_free=toll_free):
                return ""
        if meaning.intent is Intent.STOP and (meaning.channel or meaning.purpose or meaning.campaign):
            return ""
        text = self._worded(message, meaning, owners)
        return text if text and await self._first(message, meaning.intent) else ""

    def _worded(self, message: InboundMessage, meaning: Understanding, owners: Sequence[CallerId]) -> str:
        """A sender that is shared speaks in its own name: no tenant is named to another's people."""
        sole = self._directory.now.tenants.get(owners[0].tenant) if len(owners) == 1 else None
        if sole is not None:
            return self._wordings.of(sole).text(meaning.intent, meaning.language)
        name = owners[0].tenant if len(owners) == 1 else message.receiver
        return confirmation(meaning.intent, meaning.language, name, self._wordings.lexicon.keywords)

    async def came_back(self, message: InboundMessage) -> None:
        """Who wants to be contacted again and refuses anew says something new, and hears that it was understood."""
        with suppress(StoreUnavailableError):
            await self._store.forget(_name(message, Intent.STOP))

    async def _first(self, message: InboundMessage, intent: Intent) -> bool:
        try:
            return await self._store.first(_name(message, intent), ONCE_S)
        except StoreUnavailableError:
            return False


def _name(message: InboundMessage, intent: Intent) -> str:
    return f"{intent.value} {message.receiver} {message.sender}"
