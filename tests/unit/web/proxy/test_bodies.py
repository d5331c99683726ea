"""A body is read as it came, within its bounds."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from dialgate.app.errors import BadRequestError
from dialgate.web.proxy.bodies import MAX_BODY_BYTES, body_of, content_type_of


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {"Content-Length": str(MAX_BODY_BYTES + 1)}])
async def test_packed_and_large_bodies_are_refused(headers: dict[str, str]) -> None:
    """Before a byte of them is read."""
    with pytest.raises(BadRequestError):
        await body_of(make_mocked_request("POST", "/", headers=headers))


def test_one_content_type_counts() -> None:
    """None, or two, are no content type."""
    kinds = (("Content-Type", "a/b"), ("Content-Type", "c/d"))
    found = [content_type_of(make_mocked_request("POST", "/", headers=CIMultiDict(kinds[:n]))) for n in range(3)]
    assert ["", "a/b", ""] == found
