"""Addresses of phones without a number: one spelling each, everything else refused."""

from __future__ import annotations

import pytest

from dialgate.domain.numbers import Address, Endpoint, Number, OtherDestination, endpoint, parse, parse_destination

EXACT = [
    "client:alice",
    "client:Alice_7",
    "client:4b1fe05c_9d0b_4aa0",
    "client:u14155552671",
    "sip:alice@pbx.example",
    "sip:Alice.B-2_x@pbx-2.example",
    "sip:100@203.0.113.5",
    "sip:alice@acme.sip.us1.twilio.com:5061",
]

OTHERWISE = [
    "",
    "alice",
    "client:",
    "CLIENT:alice",
    "Client:alice",
    "client: alice",
    " client:alice",
    "client:alice ",
    "client:alice\n",
    "client:al ice",
    "client:al-ice",
    "client:alice?x=1",
    "client:alice;x",
    "client:%61lice",
    "client:alicé",
    "client:аlice",
    "client:ａlice",
    "client:alice\u200b",
    "client:client:alice",
    "client:" + "a" * 122,
    "client:14155552671",
    "client:415_555_2671",
    "client:+14155552671",
    "alice@pbx.example",
    "sip:pbx.example",
    "sip:@pbx.example",
    "sip:alice@",
    "sip:alice@pbx",
    "SIP:alice@pbx.example",
    "sips:alice@pbx.example",
    "sip:alice@PBX.example",
    "sip:alice@pbx.example;transport=tls",
    "sip:alice@pbx.example;user=phone",
    "sip:alice@pbx.example?X-To=1",
    "sip:alice;phone-context=1@pbx.example",
    "sip:alice:secret@pbx.example",
    "sip:al%69ce@pbx.example",
    "sip:alice@pbx.example ",
    "sip: alice@pbx.example",
    "sip:alice@pbx.example\n",
    "sip:alice@pbx.example.",
    "sip:alice@.example",
    "sip:alice@pbx..example",
    "sip:alice@-pbx.example",
    "sip:alice@pbx.example:",
    "sip:alice@pbx.example:05060",
    "sip:alice@pbx.example:506000",
    "sip:alice@a@pbx.example",
    "sip:alice@pbx.example,sip:bob@pbx.example",
    "sip:alice@pbx.example/x",
    "sip:alice@300.0.113.5",
    "sip:alice@203.0.113.05",
    "sip:alice@[2001:db8::1]",
    "sip:alice@pbxé.example",
    '"Alice" <sip:alice@pbx.example>',
    "<sip:alice@pbx.example>",
    "sip:+14155552671@pbx.example",
    "sip:14155552671@pbx.example",
    "sip:4155552671@203.0.113.5",
    "sip:415.555.2671@pbx.example",
    "sip:415-555_2671@pbx.example",
    "sip:dial-14155552671@pbx.example",
    "sip:555.2671.a@pbx.example",
    "sip:a@14155552671.example",
    "sip:a@1.7.6.2.5.5.5.5.1.4.1.e164.arpa",
    "sip:*72@pbx.example",
    "sip:" + "a" * 65 + "@pbx.example",
    "sip:a@" + "a." * 130 + "example",
    "app:alice",
    "messenger:1",
]


@pytest.mark.parametrize("text", EXACT)
def test_an_exact_address_is_an_endpoint(text: str) -> None:
    """Written as it is, and reached under that name; it is still no number."""
    found = parse_destination(text, "US")
    assert (Endpoint(Address(text)), text) == (found, found.callee if isinstance(found, Endpoint) else "")
    assert not isinstance(parse(text, "US"), Number)


@pytest.mark.parametrize("text", OTHERWISE)
def test_everything_else_is_none(text: str) -> None:
    """No trick of case, parameters, headers, escapes or blanks leads to an address, nor does a number in it."""
    assert None is endpoint(text)
    assert not isinstance(parse_destination(text, "US"), Endpoint | Number)


def test_what_is_not_exact_is_told_apart_from_no_address_at_all() -> None:
    """So that the refusal can say how it is written."""
    assert OtherDestination("sip:", "alice@PBX.example") == parse_destination("sip:alice@PBX.example", None)
