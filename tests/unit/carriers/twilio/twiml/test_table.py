"""The table of terms is the newest SDK's TwiML, element for element and attribute for attribute."""

from __future__ import annotations

from dialgate.carriers.twilio.twiml.table import ROOT, ROOTS, TERMS
from dialgate.carriers.twilio.twiml.terms import Link, PartyKind, Reach, UrlKind
from dialgate.carriers.twilio.twiml.tree import TEXT
from dialgate.domain.attempt import Channel
from tests.unit.carriers.twilio.twiml import sdk

_ADDRESSES = ("action", "callback", "url")


def _sdk() -> dict[str, sdk.Known]:
    """Voice and messaging in one: what both know (Redirect) is the same in both."""
    return {**sdk.messaging(), **sdk.voice()}


def test_each_element_and_attribute_of_the_sdk_has_its_role() -> None:
    """Nothing that the SDK can write is unknown here, and nothing is known here that it cannot write."""
    expected = {name: known.attributes for name, known in _sdk().items()}
    assert expected == {name: set(term.places) - {TEXT} for name, term in TERMS.items() if name != ROOT}


def test_a_text_stands_where_the_sdk_puts_one() -> None:
    """Only elements that the SDK gives a text may have one."""
    expected = {name for name, known in _sdk().items() if known.has_text}
    assert expected == {name for name, term in TERMS.items() if TEXT in term.places}


def test_each_element_stands_where_the_sdk_lets_it_stand() -> None:
    """Parents and children are the SDK's, on a call and in an answer to a message."""
    nested = {(parent, name) for name, known in _sdk().items() for parent in known.parents if parent != ROOT}
    assert nested == {(parent, child) for parent, term in TERMS.items() for child in term.children}
    expected = {
        Channel.VOICE: {name for name, known in sdk.voice().items() if ROOT in known.parents},
        Channel.SMS: {name for name, known in sdk.messaging().items() if ROOT in known.parents},
    }
    assert expected == {channel: set(root.children) for channel, root in ROOTS.items()}


def test_each_attribute_that_is_an_address_is_taken_over() -> None:
    """46 attributes on 24 elements; with the text of Redirect and the fax verb that is left out, 48 on 26."""
    named = {
        (name, attribute)
        for name, known in _sdk().items()
        for attribute in known.attributes
        if attribute.lower().endswith(_ADDRESSES)
    }
    roles = [(name, place, role) for name, term in TERMS.items() for place, role in term.places.items()]
    links = {(name, place) for name, place, role in roles if isinstance(role, Link) and place != TEXT}
    sockets = {(name, place) for name, place, role in roles if role == Reach(PartyKind.SOCKET)}
    assert named == links | sockets
    assert {("Stream", "url"), ("ConversationRelay", "url")} == sockets
    assert (46, 24) == (len(named), len({name for name, _ in named}))
    assert {"Receive": {"action"}} == {
        name: {attribute for attribute in known.attributes if attribute.endswith(_ADDRESSES)}
        for name, known in sdk.fax().items()
    }
    texts = {name: role.kind for name, place, role in roles if isinstance(role, Link) and place == TEXT}
    assert {"Redirect": UrlKind.DOCUMENT, "Play": UrlKind.MEDIA, "Media": UrlKind.MEDIA} == texts


def test_each_method_of_an_address_is_an_attribute_of_its_element() -> None:
    """The table never asks for a method where the carrier has no attribute for it."""
    asked = {(name, link.method) for name, term in TERMS.items() for _, link in term.links if link.method}
    assert set() == {(name, method) for name, method in asked if method not in TERMS[name].places}
