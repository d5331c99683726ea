"""TwiML, pure: read strictly, whom it would reach, every address in it replaced, written again.

Knows nothing of the web, of stores, or of how a document is fetched.
"""

from __future__ import annotations

from dialgate.carriers.twilio.twiml.apology import apology
from dialgate.carriers.twilio.twiml.parties import Party, parties
from dialgate.carriers.twilio.twiml.reading import MAX_BYTES, read
from dialgate.carriers.twilio.twiml.rewriting import rewrite
from dialgate.carriers.twilio.twiml.serialising import serialise
from dialgate.carriers.twilio.twiml.terms import PartyKind, UrlKind
from dialgate.carriers.twilio.twiml.tree import Document, Element

__all__ = [
    "MAX_BYTES",
    "Document",
    "Element",
    "Party",
    "PartyKind",
    "UrlKind",
    "apology",
    "parties",
    "read",
    "rewrite",
    "serialise",
]
