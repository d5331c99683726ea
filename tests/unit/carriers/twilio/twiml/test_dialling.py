"""The nouns of Dial."""

from __future__ import annotations

from dialgate.carriers.twilio.twiml.dialling import DIALLING
from dialgate.carriers.twilio.twiml.terms import PartyKind, UrlKind
from dialgate.carriers.twilio.twiml.tree import TEXT


def test_each_noun_reaches_by_its_text_and_whispers_from_a_document() -> None:
    """A leg's `url` is TwiML that the carrier executes, for every noun that has one."""
    kinds = {name: dict(term.reaches)[TEXT].kind for name, term in DIALLING.items() if "url" in term.places}
    assert {
        "Number": PartyKind.CALL,
        "WhatsApp": PartyKind.CALL,
        "Sip": PartyKind.SIP,
        "Client": PartyKind.CLIENT,
        "Application": PartyKind.APPLICATION,
        "Queue": PartyKind.QUEUE,
    } == kinds
    assert {UrlKind.DOCUMENT} == {dict(DIALLING[name].links)["url"].kind for name in kinds}
