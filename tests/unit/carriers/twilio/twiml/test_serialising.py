"""Documents as bytes."""

from __future__ import annotations

from dialgate.carriers.twilio.twiml import Document, Element, read, serialise
from dialgate.domain.attempt import Channel
from tests.unit.carriers.twilio.twiml.writing import given

_AWKWARD = " <&>\"'\r\n\t]]> 退订 \U0001f4de &amp; "


def test_bytes_are_utf_8_with_a_declaration() -> None:
    """The carrier gets XML that names its encoding."""
    assert (
        '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="zh-CN">你好</Say><Hangup/></Response>'.encode()
        == serialise(given('<Say language="zh-CN">你好</Say><Hangup></Hangup>'))
    )


def test_no_character_breaks_out() -> None:
    """What stood in a text or a value stands there again after reading, whatever it looks like."""
    say = Element("Say", (("voice", _AWKWARD),), (_AWKWARD, Element("break", (("time", "1s"),)), _AWKWARD))
    document = Document(Element("Response", (), (say,)), Channel.VOICE)
    assert document == read(serialise(document), "text/xml", "")
