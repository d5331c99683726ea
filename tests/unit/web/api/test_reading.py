"""Strict reading of foreign input."""

from __future__ import annotations

import pytest

from dialgate.app.errors import BadRequestError
from dialgate.web.api.reading import read_pairs
from tests.fakes.api_gate import ASKED, DIALER, ApiGate, Http, say

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
GOOD = b'{"channel":"sms","to":"+14155552671","from":"1"}'


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (GOOD, "text/plain"),
        (GOOD, "application/json; charset=latin-1"),
        (GOOD, "application/json; charset=utf-8; charset=utf-8"),
        (GOOD, "multipart/form-data; boundary=x"),
        (b"", JSON),
        (b"{", JSON),
        (b"null", JSON),
        (b'"text"', JSON),
        (b"[" * 60_000, JSON),
        (b"\xef\xbb\xbf" + GOOD, JSON),
        (b'{"channel":"sms","to":"\xff","from":"1"}', JSON),
        (b'{"channel":"sms","to":"\\ud800","from":"1"}', JSON),
        (b'{"channel":"sms","to":NaN,"from":"1"}', JSON),
        (b'{"channel":"sms","to":"+1","from":"1","from":"2"}', JSON),
        (b"channel=sms&to=%2B14155552671&from=1&from=2", FORM),
        (b"channel=sms&to=%ff&from=1", FORM),
        (b"channel=sms&to", FORM),
        (b"&".join(b"a%d=1" % n for n in range(65)), FORM),
    ],
)
async def test_what_is_not_strictly_right_is_a_400(gate: ApiGate, http: Http, body: bytes, media: str) -> None:
    """Another type, another charset, broken, doubled or endless: refused in words, and nothing is decided."""
    said = await say(http, "POST", "/v1/decisions", raw=body, media=media, pair=DIALER)
    assert (400, "bad_request", []) == (said.status, said.json["reason"], gate.journal.records)


@pytest.mark.parametrize(
    "media", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
async def test_utf8_json_is_read(http: Http, media: str) -> None:
    """However the type is spelt."""
    assert 200 == (await say(http, "POST", "/v1/decisions", raw=GOOD, media=media, pair=DIALER)).status


async def test_a_body_has_its_bound(http: Http) -> None:
    """64 KiB for one decision, more for a batch; beyond it a 413."""
    big = ASKED | {"content": "x" * 70_000}
    assert 413 == (await say(http, "POST", "/v1/decisions", big, pair=DIALER)).status
    assert 200 == (await say(http, "POST", "/v1/decisions/batch", [big], pair=DIALER)).status


async def test_a_refusal_repeats_nothing_of_the_input(http: Http) -> None:
    """A sentence about a bad field names the field and not its value."""
    said = await say(http, "POST", "/v1/decisions", ASKED | {"channel": "+14155552671"}, pair=DIALER)
    assert "channel" in said.json["detail"]
    assert "4155552671" not in said.text


def test_an_empty_form_has_no_fields() -> None:
    """No text, no fields."""
    assert [] == read_pairs("")


def test_a_broken_form_is_refused() -> None:
    """Bytes that are not UTF-8 are not guessed at."""
    with pytest.raises(BadRequestError):
        read_pairs("to=%ff")
