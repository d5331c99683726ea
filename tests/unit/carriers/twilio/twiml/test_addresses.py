"""Addresses in a document."""

from __future__ import annotations

import pytest

from dialgate.carriers.twilio.twiml.addresses import absolute, is_socket

_BASE = "https://dialer.example/v/start?x=1#rc=3"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/next", "https://dialer.example/next"),
        ("next.xml", "https://dialer.example/v/next.xml"),
        ("../up", "https://dialer.example/up"),
        ("?step=2", "https://dialer.example/v/start?step=2"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example/x?a=1&b=2#rp=all&rc=2", "http://other.example/x?a=1&b=2#rp=all&rc=2"),
        ("HTTPS://other.example", "HTTPS://other.example"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
    ],
)
def test_relative_addresses_refer_to_the_document(address: str, expected: str) -> None:
    """A relative address means what it means to the carrier, which knows where the document came from."""
    assert expected == absolute(address, _BASE)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://dialer.example/x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "tel:+14155552671",
        "https://user:secret@dialer.example/",
        "//user@dialer.example/",
        "https://good.example\\@bad.example/",
        "https://[::1/",
        "https://dialer.example:99999/",
        "https://dialer.example/a b",
        "https://dialer.example/\u00e9",
        "https://dialer.ex\uff0eample/",
        "https://dialer.example/\x85x",
        "ht\ntps://dialer.example/",
        "https:///nowhere",
    ],
)
def test_what_reads_in_two_ways_or_leads_elsewhere_is_no_address(address: str) -> None:
    """Only http(s) of visible ASCII without user info is followed."""
    assert "" == absolute(address, _BASE)


def test_inline_documents_have_nothing_to_be_relative_to() -> None:
    """Without an address of its own, a document's relative addresses lead nowhere."""
    assert ["", "https://a.example/x"] == [absolute(address, "") for address in ("/next", "https://a.example/x")]


def test_a_socket_is_encrypted_and_plain() -> None:
    """The carrier connects to wss only, and no other scheme hides in such a place."""
    good = ["wss://bot.example/audio", "WSS://bot.example:8443/x?y=1"]
    bad = ["ws://bot.example", "https://bot.example", "/audio", "wss:bot.example", "wss://u:p@bot.example", "wss://"]
    assert [True, True] == [is_socket(address) for address in good]
    assert [False] * 6 == [is_socket(address) for address in bad]
