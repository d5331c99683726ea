"""What a server answered, as the carrier would take it."""

from __future__ import annotations

import pytest

from dialgate.app.documents import Problem
from dialgate.carriers.twilio.twiml import MAX_BYTES, Document, Element, parties, read
from dialgate.domain.attempt import Channel
from dialgate.domain.reasons import Reason
from tests.unit.carriers.twilio.twiml.writing import URL, given

_EMPTY = Document(Element("Response"), Channel.VOICE)
_SAY = b"<Response><Say>Hi</Say></Response>"


def _verbs(found: Document | Problem) -> tuple[Element | str, ...]:
    assert isinstance(found, Document), found
    return found.root.children


@pytest.mark.parametrize(
    "content_type",
    ["text/xml", "application/xml", "text/html", "Text/XML; charset=UTF-8", 'application/xml;charset="utf-8"'],
)
def test_xml_is_read_under_each_type_that_the_carrier_takes(content_type: str) -> None:
    """A framework's usual text/html is TwiML to the carrier, so it is here."""
    assert (Element("Say", (), ("Hi",)),) == _verbs(read(_SAY, content_type, URL))


@pytest.mark.parametrize("content_type", ["", "application/json", "image/png", "text/css", "xml", "video/mp4"])
def test_other_types_are_no_documents(content_type: str) -> None:
    """What the carrier would not take is a problem with the carrier's own code."""
    found = read(_SAY, content_type, URL)
    assert isinstance(found, Problem)
    assert (Reason.BAD_REQUEST, 12300) == (found.reason, found.carrier_code)


@pytest.mark.parametrize("body", [b"", b"  \r\n\t"])
@pytest.mark.parametrize("content_type", ["", "text/xml", "text/plain", "application/json"])
def test_nothing_is_a_document_without_verbs(body: bytes, content_type: str) -> None:
    """An empty answer ends the call; it is no failure."""
    assert _EMPTY == read(body, content_type, URL)


def test_audio_is_played_from_where_it_came() -> None:
    """The bytes are not looked at: the carrier plays the address itself."""
    assert (Element("Play", (), (URL,)),) == _verbs(read(b"\x00" * (MAX_BYTES + 1), "audio/mpeg", URL))
    assert isinstance(read(b"x", "audio/mpeg", ""), Problem)
    assert isinstance(read(b"x", "audio/mpeg", URL, Channel.SMS), Problem)


def test_text_is_spoken_or_sent() -> None:
    """Plain text is words, even where it looks like TwiML; characters that XML cannot hold become blanks."""
    words = "<Dial>+14155552671</Dial>\x0b你好"
    (say,) = _verbs(read(words.encode(), "text/plain; charset=utf-8", URL))
    assert Element("Say", (), ("<Dial>+14155552671</Dial> 你好",)) == say
    (message,) = _verbs(read(b"Hi", "text/plain", URL, Channel.SMS))
    assert Element("Message", (), ("Hi",)) == message
    assert isinstance(read(b"\xff\xfe", "text/plain", URL), Problem)


def test_comments_are_left_out() -> None:
    """A number that a comment splits is the whole number, for whoever judges it and for the carrier."""
    document = given("<!-- a --><Dial>+1415<!-- b -->5552671</Dial><Say>Hi<!-- <Dial>+14155552672</Dial> --></Say>")
    assert (Element("Dial", (), ("+14155552671",)), Element("Say", (), ("Hi",))) == document.root.children


def test_words_keep_their_blanks_and_names_do_not() -> None:
    """What people hear or read is left as it is; a number or name is what stands between the blanks."""
    document = given(" <Say> a <break/> b </Say>\n<Dial>\n <Conference> my room\t</Conference> </Dial> ")
    say, dial = document.root.children
    assert Element("Say", (), (" a ", Element("break"), " b ")) == say
    assert Element("Dial", (), (Element("Conference", (), ("my room",)),)) == dial


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE Response><Response/>",
        '<!DOCTYPE Response SYSTEM "http://bad.example/x.dtd"><Response/>',
        '<!DOCTYPE r [<!ENTITY n "+14155552671">]><Response><Dial>&n;</Dial></Response>',
        '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><Response><Say>&c;</Say></Response>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><Response/>',
        "<Response><Dial>+1415<?x?>5552671</Dial></Response>",
        "<?xml-stylesheet href='x'?><Response/>",
        "<Response><Say>&nbsp;</Say></Response>",
        "<Response><Say>&#0;</Say></Response>",
        "<Response><Say>&#xFFFE;</Say></Response>",
        "<Response><Say>\x00</Say></Response>",
        "<Response><Say>a</Response>",
        "<Response><Dial action='/a' action='/b'/></Response>",
        "<Response/><Response/>",
        "<Response/>+14155552671",
        "\n<?xml version='1.0'?><Response/>",
        "<?xml version='1.1'?><Response/>",
        "<?xml version='1.0' encoding='latin-1'?><Response/>",
        "<?xml version='1.0' encoding='utf-16'?><Response/>",
        "Not found",
    ],
)
def test_what_two_parsers_could_read_differently_is_not_read(document: str) -> None:
    """Document types, entities, instructions, bad characters and broken XML: a problem, at once."""
    found = read(document.encode(), "text/xml", URL)
    assert isinstance(found, Problem)
    assert (Reason.BAD_REQUEST, 12100, True) == (found.reason, found.carrier_code, found.message.endswith("."))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<Response><Say>é</Say></Response>".encode("latin-1"), "text/xml"),
        ("<Response/>".encode("utf-16"), "text/xml"),
        ("<Response/>".encode("utf-16-be"), "text/xml"),
        (b"<Response/>", "text/xml; charset=utf-16"),
        (b"+ADw-Response/+AD4-", "text/xml; charset=utf-7"),
        (b"<Response><Say>\xc0\xbc</Say></Response>", "text/xml"),
        (b"<Response><Say>\xed\xa0\x80</Say></Response>", "text/xml"),
    ],
)
def test_only_utf_8_is_read(body: bytes, content_type: str) -> None:
    """Neither a declaration, nor a byte order mark, nor an overlong form makes another reading."""
    assert isinstance(read(body, content_type, URL), Problem)


def test_a_document_has_its_limits() -> None:
    """64 KiB, 1,000 elements and 16 levels are read, and not one more."""
    frame = len("<Response><Say></Say></Response>")
    full = b"<Response><Say>" + b"x" * (MAX_BYTES - frame) + b"</Say></Response>"
    assert isinstance(read(full, "text/xml", URL), Document)
    assert isinstance(read(full + b" ", "text/xml", URL), Problem)
    for count, expected in ((999, Document), (1000, Problem), (6000, Problem)):
        assert isinstance(read(b"<Response>" + b"<Pause/>" * count + b"</Response>", "text/xml", URL), expected)
    for levels, expected in ((14, Document), (15, Problem), (5000, Problem)):
        deep = b"<emphasis>" * levels + b"</emphasis>" * levels
        assert isinstance(read(b"<Response><Say>" + deep + b"</Say></Response>", "text/xml", URL), expected)


def test_a_text_longer_than_the_parsers_buffer_is_whole() -> None:
    """However the parser hands over a text, a number in it is read from end to end."""
    number = "+14155552671"
    padded = given("<Dial>" + " " * 20_000 + number[:5] + "<![CDATA[" + number[5:] + "]]>" + "\n" * 20_000 + "</Dial>")
    assert [number] == [party.text for party in parties(padded)]
