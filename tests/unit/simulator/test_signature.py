"""Signatures agree with the carrier's own validator."""

from __future__ import annotations

from dataclasses import replace

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator, get_signature_algorithm

from dialgate.simulator.config import SharedKey, SimulatorConfig
from dialgate.simulator.signature import SETTINGS, SIGNATURE, signature_headers, signed_text

VECTOR = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
)
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"


@pytest.fixture
def config() -> SimulatorConfig:
    return SimulatorConfig(account_sid="AC1", auth_token="12345")


def test_the_published_example_is_reproduced(config: SimulatorConfig) -> None:
    """The carrier's documented example gives the documented signature."""
    assert signature_headers(config, URL, VECTOR) == {SIGNATURE: "RSOYDt4T1cUTdK1PDd93/VVr8B8="}


def test_a_repeated_name_counts_each_distinct_value_once(config: SimulatorConfig) -> None:
    """Values of one name are sorted and repeated ones signed once."""
    pairs = (("A", "b"), ("A", "a"), ("A", "b"))
    assert signed_text("u", pairs) == "uAaAb"
    signed = signature_headers(config, "https://gate.example.com/x", pairs)[SIGNATURE]
    assert signed == "pDRKh+znruTippWw5DgLFg2Zf+Y="
    assert RequestValidator("12345").validate("https://gate.example.com/x", MultiDict(pairs), signed)


def test_a_shared_key_signs_with_sha256_and_says_so(config: SimulatorConfig) -> None:
    """The newer scheme names key and algorithm and uses the key's secret, not the token."""
    shared = replace(config, auth_token="other", shared_key=SharedKey("webhooks_sharedkey_1", "12345"))
    headers = signature_headers(shared, URL, VECTOR)
    assert headers == {
        SIGNATURE: "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=",
        SETTINGS: "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
    }
    algorithm = get_signature_algorithm(headers[SETTINGS])
    assert RequestValidator("12345").validate(URL, dict(VECTOR), headers[SIGNATURE], algorithm)
