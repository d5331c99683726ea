"""Documents read as the carrier reads them."""

from __future__ import annotations

import pytest

from dialgate.simulator.twiml import TwimlError, Verb, parse_twiml


def test_verbs_come_in_order_with_attributes_and_children() -> None:
    """Text is trimmed, comments fall away, Chinese survives."""
    verbs = parse_twiml(
        '<?xml version="1.0" encoding="UTF-8"?>\n<Response><!-- hi --><Gather numDigits="1"><Say> 你好 </Say></Gather>'
        "<Hangup/></Response>"
    )
    said = Verb("Say", {}, "你好", ())
    assert verbs == (Verb("Gather", {"numDigits": "1"}, "", (said,)), Verb("Hangup", {}, "", ()))


@pytest.mark.parametrize(
    "text", ["", "hello", "<Response>", "<Other/>", '<!DOCTYPE x [<!ENTITY a "b">]><Response>&a;</Response>']
)
def test_what_is_no_document_is_an_error(text: str) -> None:
    """Broken XML, another root and declared entities have the carrier's parse failure."""
    with pytest.raises(TwimlError) as caught:
        parse_twiml(text)
    assert caught.value.code == 12100
