"""The words of the table."""

from __future__ import annotations

from dialgate.carriers.twilio.twiml.terms import Link, PartyKind, Plain, Reach, UrlKind, document, status, term
from dialgate.carriers.twilio.twiml.tree import TEXT


def test_a_term_sorts_its_places_by_what_they_do() -> None:
    """Links, those who are reached and senders are found without looking through every attribute."""
    reach = Reach(PartyKind.CALL)
    found = term({TEXT: reach, "callerId": Plain.SENDER, "action": document()}, "method timeout", "Number Sip")
    assert (("action", Link(UrlKind.DOCUMENT, "method")),) == found.links
    assert ((TEXT, reach),) == found.reaches
    assert ("callerId",) == found.senders
    assert {"Number", "Sip"} == found.children
    assert (Plain.INERT, Plain.INERT) == (found.places["method"], found.places["timeout"])


def test_prose_is_text_that_reaches_nobody() -> None:
    """Words for people are inert; an element that is given neither has no place for text."""
    assert {TEXT: Plain.INERT} == term(prose=True).places
    assert {} == term().places


def test_a_status_address_has_its_own_method() -> None:
    """The usual attribute names the method, unless the element has another or none."""
    assert ["statusCallbackMethod", "method", ""] == [link.method for link in (status(), status("method"), status(""))]
