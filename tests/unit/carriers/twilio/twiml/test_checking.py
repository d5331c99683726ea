"""What may stand in a document."""

from __future__ import annotations

import pytest

from dialgate.domain.attempt import Channel
from dialgate.domain.reasons import Reason
from tests.unit.carriers.twilio.twiml.writing import given, refused


@pytest.mark.parametrize(
    ("verbs", "element"),
    [
        ("<dial>+14155552671</dial>", "dial"),
        ("<DIAL>+14155552671</DIAL>", "DIAL"),
        ("<Fax/>", "Fax"),
        ("<Receive action='/x'/>", "Receive"),
        ("<Number>+14155552671</Number>", "Number"),
        ("<Dial><Dial>+14155552671</Dial></Dial>", "Dial"),
        ("<Dial><Number><Number>+14155552671</Number></Number></Dial>", "Number"),
        ("<Dial><Say>Hi</Say></Dial>", "Say"),
        ("<Gather><Dial>+14155552671</Dial></Gather>", "Dial"),
        ("<Say><Dial>+14155552671</Dial></Say>", "Dial"),
        ("<Pause><Dial/></Pause>", "Dial"),
        ("<Response/>", "Response"),
        ("<html><body>Error</body></html>", "html"),
        ("<x:Dial xmlns:x='urn:x'>+14155552671</x:Dial>", "x:Dial"),
        ("<xi:include href='http://127.0.0.1/'/>", "xi:include"),
        ("<Message>Hi</Message>", "Message"),
        (f"<{'A' * 500}/>", "A" * 40),
    ],
)
def test_an_element_that_is_not_known_in_its_place_is_refused(verbs: str, element: str) -> None:
    """With its own reason and its name, cut where it is long."""
    found = refused(verbs)
    assert (Reason.UNKNOWN_TWIML, element, 12200) == (found.reason, found.element, found.carrier_code)


@pytest.mark.parametrize(
    "verbs",
    [
        "<Dial><Conference/></Dial>",
        "<Dial><Conference> </Conference></Dial>",
        "<Dial><Queue url='https://a.example/'/></Dial>",
        "<Enqueue waitUrl='https://a.example/'/>",
    ],
)
def test_a_room_without_a_name_is_refused(verbs: str) -> None:
    """It could be one room for all tenants of the carrier account."""
    assert Reason.BAD_REQUEST is refused(verbs).reason


@pytest.mark.parametrize("timeout", ["61", "600", "x", "1e2"])
def test_numbers_are_not_dialled_long_after_another(timeout: str) -> None:
    """All of them are judged together, so the last must not wait for long."""
    numbers = "<Number>+14155552671</Number><Number>+14155552672</Number>"
    assert Reason.BAD_REQUEST is refused(f"<Dial sequential='true' timeout='{timeout}'>{numbers}</Dial>").reason
    for passing in ("sequential='true' timeout='60'", f"sequential='false' timeout='{timeout}'", "sequential='TRUE'"):
        given(f"<Dial {passing}>{numbers}</Dial>")


@pytest.mark.parametrize("verbs", ["<Dial>+14155552671</Dial>", "<Say>Hi</Say>", "<Sms>Hi</Sms>", "<Hangup/>"])
def test_an_answer_to_a_message_only_writes(verbs: str) -> None:
    """Verbs of a call do not stand in the answer to a message."""
    assert Reason.UNKNOWN_TWIML is refused(verbs, Channel.SMS).reason


@pytest.mark.parametrize("verbs", ["<Dial newSwitch='true'/>", "<Say newRate='1.5'>Hi</Say>", "<Hangup note='12'/>"])
def test_an_attribute_that_is_not_known_and_harmless_passes(verbs: str) -> None:
    """The carrier adds attributes faster than the table follows."""
    (verb,) = given(verbs).root.children
    assert not isinstance(verb, str)
    assert verb.attributes[0][0] in verbs


@pytest.mark.parametrize(
    "attribute",
    [
        "newSwitch='+14155552671'",
        "newSwitch='4155552671'",
        "newSwitch='https://bad.example'",
        "newSwitch='sip:a@b'",
        "newSwitch='&lt;Dial/>'",
        "newCallback='/x'",
        "newUrl='x'",
        "href='x'",
        "src='x'",
        "ACTION='/x'",
        "statuscallback='x'",
        "CallerId='x'",
        "xmlns='urn:x'",
        "xmlns:xi='urn:x'",
        "xml:base='https://bad.example/'",
        "xml:lang='en'",
        "xlink:href='x'",
    ],
)
def test_an_attribute_that_is_not_known_and_could_reach_somebody_is_refused(attribute: str) -> None:
    """A number, address or TwiML in it, the name of an address, or a known name in other letters."""
    for verbs in (f"<Dial {attribute}/>", f"<Dial><Client {attribute}>a</Client></Dial>".replace("CallerId", "Url")):
        assert Reason.UNKNOWN_TWIML is refused(verbs).reason


@pytest.mark.parametrize(
    "verbs",
    [
        "+14155552671",
        "<Gather>+14155552671</Gather>",
        "<Hangup>now</Hangup>",
        "<Dial>+1415<Number>+14155552672</Number>5552671</Dial>",
        "<Dial>+14155552671<Number>+14155552672</Number></Dial>",
        "<Dial><Number>+14155552672</Number>+14155552671</Dial>",
        "<Dial><Client>jo<Parameter/>e</Client></Dial>",
        "<Dial><Client/></Dial>",
        "<Dial><Client><Parameter name='a' value='b'/></Client></Dial>",
        "<Dial><Client>joe<Identity>ann</Identity></Client></Dial>",
        "<Dial><Client><Identity>joe</Identity><Identity>ann</Identity></Client></Dial>",
        "<Dial><Number sendDigits='1;2'>+14155552671</Number></Dial>",
        "<Play digits='１'/>",
        "<Gather action='/x' method='PUT'/>",
        "<Redirect method='TRACE'>/x</Redirect>",
    ],
)
def test_what_is_known_but_not_valid_is_refused(verbs: str) -> None:
    """Text out of place or in pieces, tones that are none, methods that the carrier has not."""
    found = refused(verbs)
    assert (Reason.BAD_REQUEST, 12200) == (found.reason, found.carrier_code)


@pytest.mark.parametrize(
    "verbs",
    [
        "<Redirect>ftp://dialer.example/x</Redirect>",
        "<Redirect>https://user:secret@dialer.example/</Redirect>",
        "<Gather action='tel:+14155552671'/>",
        "<Play>sip:a@b.example</Play>",
        "<Dial><Number url='https://a b'>+14155552671</Number></Dial>",
        "<Connect><Stream url='https://dialer.example/'/></Connect>",
        "<Connect><ConversationRelay url='/socket'/></Connect>",
    ],
)
def test_an_address_that_cannot_be_followed_safely_is_refused(verbs: str) -> None:
    """The problem names the place and never the address, which may hold a secret."""
    found = refused(verbs)
    assert (Reason.BAD_REQUEST, 21205, False) == (found.reason, found.carrier_code, "secret" in found.message)


def test_inline_documents_need_whole_addresses() -> None:
    """A relative address in inline TwiML is relative to nothing."""
    assert 21205 == refused("<Redirect>/next</Redirect>", url="").carrier_code


def test_blank_addresses_become_empty() -> None:
    """Blanks alone are no address that anybody could be asked for."""
    (verb,) = given("<Gather action=' '/>").root.children
    assert not isinstance(verb, str)
    assert "" == verb.value("action")


def test_known_words_may_look_like_anything() -> None:
    """What only people or the dialer's own programs read is not searched for numbers."""
    given(
        "<Say voice='x'>Call +1 415 555 2671 or see https://dialer.example</Say>"
        "<Dial><Client>joe<Parameter name='to' value='+14155552671'/></Client></Dial>"
        "<Dial><Conference participantLabel='+14155552671'>a</Conference></Dial>"
    )
