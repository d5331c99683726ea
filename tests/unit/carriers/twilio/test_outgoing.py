"""What goes out to a tenant's server is one address, spelt as it is signed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from dialgate.carriers.twilio.hosts import RefusedHostError
from dialgate.carriers.twilio.outgoing import Request, redirected, to, written
from tests.unit.carriers.twilio.front.wire import TENANT

OWN = "https://gate.example.com/below"
FIELDS = (("CallSid", "CA1"),)
BLANK = Request(TENANT, "POST", "", "", FIELDS, b"", "", ())


@pytest.mark.parametrize(
    ("url", "expected", "host"),
    [
        ("https://dialer.example", "https://dialer.example/", "dialer.example"),
        ("HTTPS://Dialer.Example/A?B=c", "https://dialer.example/A?B=c", "dialer.example"),
        ("https://dialer.example?x=1", "https://dialer.example/?x=1", "dialer.example"),
        ("https://dialer.example:8443/?", "https://dialer.example:8443/", "dialer.example"),
        ("https://dialer.example/a/../b//c/%2e", "https://dialer.example/a/../b//c/%2e", "dialer.example"),
        ("https://[2606:4700::1]:1/x", "https://[2606:4700::1]:1/x", "2606:4700::1"),
        ("https://gate.example.com/twilio/sms", "https://gate.example.com/twilio/sms", "gate.example.com"),
        ("https://gate.example.com:444/below/twilio/sms", "https://gate.example.com:444/below/twilio/sms", ""),
        ("https://gate.example.com/below/mine", "https://gate.example.com/below/mine", "gate.example.com"),
    ],
)
def test_an_address_is_written_as_it_is_put_together_again(url: str, expected: str, host: str) -> None:
    """Scheme and host in lower case, a path where there is none; all else byte for byte."""
    request = to(BLANK, url, OWN)
    assert (expected, host or "gate.example.com") == (request.url, request.host)


@pytest.mark.parametrize(
    "path", ["/below/twilio/sms", "/Below//twilio/x", "/below/%74wilio/x", "/below/%2574wilio/", "/a/../below/twilio/x"]
)
def test_the_gates_own_webhooks_are_not_asked(path: str) -> None:
    """In whatever spelling a server would understand."""
    with pytest.raises(RefusedHostError):
        to(BLANK, f"https://gate.example.com{path}", OWN)


def test_what_is_no_redirect_leads_nowhere() -> None:
    """Another status, or no address to go to."""
    request = to(BLANK, "https://dialer.example/a", OWN)
    assert [None] * 4 == [
        redirected(request, status, location, OWN)
        for status, location in ((200, "/b"), (304, "/b"), (300, "/b"), (302, ""))
    ]


def test_a_get_that_moves_does_not_repeat_its_fields() -> None:
    """The new address has them, or not; an address that keeps the method is no exception."""
    request = to(replace(BLANK, method="GET"), "https://dialer.example/a", OWN)
    moved = redirected(request, 307, "/b?x=1#f", OWN)
    assert moved is not None
    assert ("https://dialer.example/b?x=1", None) == written(moved)[::2]


def test_cookies_of_other_hosts_stay_here() -> None:
    """Only what this host has set is sent to it."""
    request = to(replace(BLANK, cookies=(("other.example", "a", "1"),)), "https://dialer.example/a", OWN)
    assert "Cookie" not in written(request)[1]


NASTY = st.text(st.sampled_from(list("ab.:/@?#[]\\%&=;0x127 \t\r\n~_-é１。\0")), max_size=24)


@given(scheme=st.sampled_from(["http://", "https://", "HTTP://", "http:/", "//", ""]), rest=NASTY)
def test_whoever_connects_sees_the_host_that_was_judged(scheme: str, rest: str) -> None:
    """No spelling means one machine to the judge and another to the client; nothing else than a refusal is raised."""
    try:
        request = to(BLANK, scheme + rest, OWN)
    except RefusedHostError:
        return
    seen = URL(request.url, encoded=True)
    assert request.host == seen.host
    assert request.url == str(seen)


@given(location=NASTY, start=st.sampled_from(["https://dialer.example/a/b?c#d", "http://[2606:4700::1]:81/"]))
def test_no_location_of_a_redirect_breaks_out(location: str, start: str) -> None:
    """It leads to an address that was judged, or nowhere."""
    request = to(BLANK, start, OWN)
    try:
        moved = redirected(request, 302, location, OWN)
    except RefusedHostError:
        return
    assert moved is None or moved.host == URL(moved.url, encoded=True).host


def test_what_may_not_be_redirected_stays() -> None:
    """Whatever the server says, there is no next request."""
    request = to(replace(BLANK, redirects=False), "https://dialer.example/a", OWN)
    assert [None, None] == [redirected(request, status, "/b", OWN) for status in (302, 307)]


def test_own_headers_take_the_place_of_the_carriers_signature() -> None:
    """The body and the address stay byte for byte: they are what was signed."""
    request = to(replace(BLANK, json=b"{}", headers=(("webhook-id", "1"),)), "https://dialer.example/a?b=c", OWN)
    url, headers, body = written(request)
    assert ("https://dialer.example/a?b=c", b"{}", "1") == (url, body, headers["webhook-id"])
    assert {"User-Agent", "Accept", "Accept-Encoding", "Content-Type", "webhook-id"} == headers.keys()
