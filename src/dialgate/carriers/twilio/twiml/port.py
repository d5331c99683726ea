"""The documents port on TwiML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dialgate.app.documents import Needed, Problem, Written
from dialgate.carriers.twilio.twiml.apology import apology, hang_up
from dialgate.carriers.twilio.twiml.parties import Party, parties
from dialgate.carriers.twilio.twiml.reading import read
from dialgate.carriers.twilio.twiml.rewriting import rewrite
from dialgate.carriers.twilio.twiml.serialising import serialise
from dialgate.carriers.twilio.twiml.tree import Document
from dialgate.domain.attempt import Channel


@dataclass(frozen=True, slots=True)
class TwimlDocument:
    document: Document
    account_sid: str
    url: str
    parties: Sequence[Party] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parties", parties(self.document))

    def needed(self, written: Written) -> tuple[Needed, ...]:
        found: list[Needed] = []

        def note(needed: Needed) -> str:
            found.append(needed)
            return ""

        rewrite(self.document, self.account_sid, self.url, written, note)
        return tuple(found)

    def served(self, written: Written, addresses: Sequence[str]) -> bytes:
        left = iter(addresses)
        return serialise(rewrite(self.document, self.account_sid, self.url, written, lambda _: next(left)))


class TwimlDocuments:
    content_type = "text/xml; charset=utf-8"

    def read(
        self, body: bytes, content_type: str, url: str, account_sid: str, channel: Channel = Channel.VOICE
    ) -> TwimlDocument | Problem:
        found = read(body, content_type, url, channel)
        return found if isinstance(found, Problem) else TwimlDocument(found, account_sid, url)

    def apology(self, language: str) -> bytes:
        return apology(language)

    def hang_up(self) -> bytes:
        return hang_up()
