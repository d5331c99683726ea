"""One spelling for one value, and the links made from it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from dialgate.stores.sql.canonical import GENESIS, canonical, link

AT = datetime(2026, 11, 21, 9, 30, 0, 5, tzinfo=UTC)


def test_one_value_has_one_spelling() -> None:
    """The order in which a record was made does not show, nor does white space; all is ASCII."""
    assert r'{"a":[1,null,true],"b":"\u9000\u8ba2\u0000"}' == canonical({"b": "退订\x00", "a": (1, None, True)})


def test_what_json_cannot_say_is_refused() -> None:
    """Bytes have no spelling."""
    with pytest.raises(TypeError):
        canonical({"x": b""})


def test_a_link_is_what_its_description_says() -> None:
    """Whoever holds the rows can make the link again with any SHA-256."""
    text = b'["d1","acme","2026-11-21T09:30:00.000005+00:00",{"verdict":"block"}]'
    made = link(GENESIS, "d1", "acme", AT, canonical({"verdict": "block"}))
    assert hashlib.sha256(bytes(32) + text).digest() == made
    assert made == link(GENESIS, "d1", "acme", AT.astimezone(timezone(timedelta(hours=8))), '{"verdict":"block"}')


def test_every_part_counts() -> None:
    """A change of id, tenant, time, body or of anything before gives another link."""
    links = {
        link(GENESIS, "d1", "acme", AT, "{}"),
        link(bytes(31) + b"\x01", "d1", "acme", AT, "{}"),
        link(GENESIS, "d2", "acme", AT, "{}"),
        link(GENESIS, "d1", "bolt", AT, "{}"),
        link(GENESIS, "d1", "acme", AT + timedelta(microseconds=1), "{}"),
        link(GENESIS, "d1", "acme", AT, "[]"),
    }
    assert 6 == len(links)
