"""What a person on the phone hears when there is nothing else that may be said: never silence."""

from __future__ import annotations

from dialgate.carriers.twilio.twiml.serialising import serialise
from dialgate.carriers.twilio.twiml.table import ROOT
from dialgate.carriers.twilio.twiml.tree import Document, Element
from dialgate.domain.attempt import Channel

_WORDS = {
    "en": ("en-US", "We are sorry, this call cannot go on. Goodbye."),
    "zh": ("zh-CN", "抱歉，通话无法继续，再见。"),
}


def apology(language: str) -> bytes:
    """Spoken words and a hang-up, as TwiML. English where there is no wording for the language.

    Source: Twilio, "TwiML: Say", languages; read 2026-11.
    """
    locale, words = _WORDS.get(language[:2].lower(), _WORDS["en"])
    say = Element("Say", (("language", locale),), (words,))
    return serialise(Document(Element(ROOT, (), (say, Element("Hangup"))), Channel.VOICE))


def hang_up() -> bytes:
    """For a call that may not go on, and to which nothing is to be said."""
    return serialise(Document(Element(ROOT, (), (Element("Hangup"),)), Channel.VOICE))
