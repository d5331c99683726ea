"""Form bodies are read in one way or not at all."""

from __future__ import annotations

import pytest

from dialgate.app.errors import BadRequestError
from dialgate.carriers.twilio.front.forms import MAX_BODY_BYTES, read_form, read_pairs
from tests.unit.carriers.twilio.front.wire import FORM


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", ()),
        (b"To=%2B14155552671&From=x", (("To", "+14155552671"), ("From", "x"))),
        (b"Body=a+b%20c", (("Body", "a b c"),)),
        (b"MediaUrl=1&MediaUrl=2", (("MediaUrl", "1"), ("MediaUrl", "2"))),
        (b"Body=", (("Body", ""),)),
        (b"Body=a=b;c", (("Body", "a=b;c"),)),
        (b"Body=%e9%80%80%E8%AE%A2", (("Body", "退订"),)),
        ("Body=退订".encode(), (("Body", "退订"),)),
        (b"T%6f=1", (("To", "1"),)),
    ],
)
def test_values_keep_their_order_and_every_character(body: bytes, expected: tuple[tuple[str, str], ...]) -> None:
    """What the dialer wrote is what the gate weighs, repeats and order included."""
    assert expected == read_pairs(body)


@pytest.mark.parametrize(
    "body",
    [
        b"To",
        b"=1",
        b"To=1&",
        b"&To=1",
        b"To=1&&From=2",
        b"To=%",
        b"To=%2",
        b"To=%zz",
        b"To=%u0041",
        b"To=\xff",
        b"To=%ff",
        b"To=%c0%af",
        b"To=%ed%a0%80",
        b"To=1\r\n",
        b"To=1\x00",
        b'{"To":"+14155552671"}',
        b"<To>1</To>",
    ],
)
def test_what_two_readers_could_read_differently_is_refused(body: bytes) -> None:
    """A body that is not strictly form-encoded UTF-8 is refused, never guessed at."""
    with pytest.raises(BadRequestError):
        read_pairs(body)


@pytest.mark.parametrize(
    "content_type", [FORM, f"{FORM}; charset=utf-8", f"{FORM};charset=UTF-8", f'{FORM}; charset="utf-8"', FORM.upper()]
)
def test_the_content_type_of_a_form_is_accepted(content_type: str) -> None:
    """Every spelling of form-encoded UTF-8 that clients send passes."""
    assert (("a", "1"),) == read_form(content_type, b"a=1")


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        f"{FORM}; charset=utf-7",
        f"{FORM}; charset=utf-16",
        f"{FORM}; charset=latin-1",
        f"{FORM}; charset=utf-8; charset=utf-16",
        f"{FORM}; boundary=x",
        f"{FORM}, text/plain",
        f"{FORM}x",
    ],
)
def test_any_other_content_type_is_refused(content_type: str) -> None:
    """A body that somebody else would read in another way is not read at all."""
    with pytest.raises(BadRequestError):
        read_form(content_type, b"a=1")


def test_a_large_body_is_refused() -> None:
    """64 KiB are accepted, one byte more is not."""
    assert 1 == len(read_form(FORM, b"a=" + b"x" * (MAX_BODY_BYTES - 2)))
    with pytest.raises(BadRequestError):
        read_form(FORM, b"a=" + b"x" * (MAX_BODY_BYTES - 1))


def test_a_bare_space_means_itself() -> None:
    """Written by hand, and only one thing can be meant."""
    assert (("Body", "Hello there"),) == read_pairs(b"Body=Hello there")
