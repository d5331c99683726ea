"""The page `/docs`."""

from __future__ import annotations

import base64
import hashlib
import re

from dialgate.web.api.catalogue import ROUTES
from dialgate.web.api.page import POLICY, page
from tests.fakes.api_gate import Http, say


def test_it_shows_every_route() -> None:
    """A reader finds each call with its parameters and answers."""
    assert [] == [route.path for route in ROUTES if f"</span>{route.path}</code>" not in page()]


def test_nothing_comes_from_outside() -> None:
    """No script, and no address but our own document."""
    assert ["/openapi.json"] == re.findall(r'(?:src|href)="?([^" >]+)', page())
    assert "<script" not in page()


def test_the_policy_lets_only_its_own_style_in() -> None:
    """The browser takes the page's style and nothing else."""
    style = re.findall(r"<style>(.*)</style>", page())[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in POLICY
    assert "default-src 'none'" in POLICY


async def test_it_is_served_under_its_policy(http: Http) -> None:
    """Everybody may read it."""
    said = await say(http, "GET", "/docs", pair=None)
    assert (200, POLICY) == (said.status, said.headers["Content-Security-Policy"])
