"""The documents port on TwiML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dialgate.app.documents import Needed, Problem, Written
from dialgate.app.front import Wanted
from dialgate.carriers.twilio.twiml.apology import apology, hang_up
from dialgate.carriers.twilio.twiml.parties import Party, parties
from dialgate.carriers.twilio.twiml.parting import parted
from dialgate.carriers.twilio.twiml.reading import read
from dialgate.carriers.twilio.twiml.rewriting import rewrite
from dialgate.carriers.twilio.twiml.serialising import serialise
from dialgate.carriers.twilio.twiml.tree import Document, Element
from dialgate.domain.attempt import Channel


@dataclass(frozen=True, slots=True)
class TwimlDocument:
    document: Document
    account_sid: str
    url: str
    later: str = ""
    """What follows it, as a document of its own, to be asked for when the call comes there."""
    parties: Sequence[Party] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parties", parties(self.document))

    def begun(self) -> TwimlDocument:
        now, later = parted(self.document)
        if later is None:
            return self
        return TwimlDocument(now, self.account_sid, self.url, serialise(later).decode())

    def needed(self, written: Written) -> tuple[Needed, ...]:
        found: list[Needed] = []

        def note(needed: Needed) -> str:
            found.append(needed)
            return ""

        rewrite(self.document, self.account_sid, self.url, written, note)
        if self.later:
            found.append(Needed(self.url, "POST", Wanted.DOCUMENT, twiml=self.later))
        return tuple(found)

    def served(self, written: Written, addresses: Sequence[str]) -> bytes:
        left = iter(addresses)
        now = rewrite(self.document, self.account_sid, self.url, written, lambda _: next(left))
        onward = tuple(Element("Redirect", (), (address,)) for address in left)
        return serialise(replace(now, root=replace(now.root, children=(*now.root.children, *onward))))


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
