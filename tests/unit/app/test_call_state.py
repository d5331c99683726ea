"""The state of a call, packed for its address."""

from __future__ import annotations

import json
import zlib

import pytest

from dialgate.app.call_state import CallState, Made, packed, unpacked
from dialgate.app.front import Wanted

STATE = CallState(
    made=Made("d" * 32, "acme", "AC1", "voice", "+12025550123", "+12025550100", "marketing"),
    wanted=Wanted.STATUS,
    url="https://dialer.example.com/报告",
    method="POST",
    expires_at_s=1,
)


def test_what_is_at_its_default_takes_no_room() -> None:
    """An address is short where there is little to say, and a later version's new fields do not break it."""
    whole = json.loads(zlib.decompress(packed(STATE)))
    assert {"made", "wanted", "url", "method", "expires_at_s"} == whole.keys()
    assert STATE == unpacked(packed(STATE))


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", zlib.compress(b"[]"), zlib.compress(b"{}"), zlib.compress(b"\xff"), packed(STATE)[:-9]],
    ids=str,
)
def test_what_is_no_state_is_an_error(content: bytes) -> None:
    """What was packed for something else, or by a newer version, is never half read."""
    with pytest.raises(ValueError):  # noqa: PT011 - of json as well
        unpacked(content)


def test_a_newer_versions_field_is_an_error() -> None:
    """A gate does not serve what it does not understand whole."""
    whole = {**json.loads(zlib.decompress(packed(STATE))), "later": 1}
    with pytest.raises(ValueError, match="no state"):
        unpacked(zlib.compress(json.dumps(whole).encode()))
