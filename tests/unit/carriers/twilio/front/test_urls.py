"""Addresses are seen as the carrier would see them."""

from __future__ import annotations

import pytest

from dialgate.carriers.twilio.front.urls import is_http, reads_as_url


def test_user_info_makes_an_address_unusable() -> None:
    """An address with user info could name two hosts, so it names none."""
    assert (True, False) == (is_http("https://example.com/a.mp3"), is_http("https://a:b@example.com/a.mp3"))


@pytest.mark.parametrize(
    "text", ["http://ex\u0430mple.com/", "http://1\u30022\u30023\u30024/", "http://a\x01b/", "http://a\x1cb"]
)
def test_an_address_is_visible_ascii(text: str) -> None:
    """What looks like one host and is another, or is shown as none, is no address."""
    assert not is_http(text)


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
