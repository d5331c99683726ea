"""Addresses are seen as the carrier would see them."""

from __future__ import annotations

import pytest

from dialgate.carriers.twilio.front.urls import is_http, reads_as_url, stays_here


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:9000/twiml?x=1#rc=2",
        "http://127.9.9.9",
        "http://localhost/x",
        "HTTP://LOCALHOST/x",
        "http://[::1]:8080/x",
        "https://127.0.0.1/",
    ],
)
def test_addresses_of_this_machine_stay_here(text: str) -> None:
    """A loopback address is known as one."""
    assert stays_here(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "http://user@127.0.0.1/",
        "http://example.com@127.0.0.1/",
        "http://127.0.0.1@example.com/",
        "http://127.0.0.1\\@example.com/",
        "http://127.0.0.1/\r\nx",
        "http://127.0.0.1 example.com/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http:///x",
        "http:127.0.0.1",
        "//127.0.0.1/",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "http://[::1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        "http://１２７.0.0.1/",
        "http://127.0.0.1/\u202e",
    ],
)
def test_everything_else_does_not(text: str) -> None:
    """No spelling of another host, and no address that is unclear, passes as this machine."""
    assert not stays_here(text)


def test_user_info_makes_an_address_unusable() -> None:
    """An address with user info could name two hosts, so it names none."""
    assert (True, False) == (is_http("https://example.com/a.mp3"), is_http("https://a:b@example.com/a.mp3"))


@pytest.mark.parametrize(
    "text", ["http://x", "see https://x", "sip:a@b", "//x", "www.example.com", " tel:+1", "mailto:a"]
)
def test_harmless_values_are_no_addresses(text: str) -> None:
    """Whatever could be taken for an address reads as one."""
    assert reads_as_url(text)


@pytest.mark.parametrize("text", ["", "POST", "en-US", "Polly.Joanna", "Re: your order", "12:30", "true"])
def test_plain_words_are_harmless(text: str) -> None:
    """Ordinary values of inert parameters pass."""
    assert not reads_as_url(text)
