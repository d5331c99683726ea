"""Addresses that a dialer hands to the carrier: what they look like."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HTTP = re.compile(r"https?://[^\s\\@/?#]+(?:[/?#][!-\[\]-~]*)?", re.IGNORECASE | re.ASCII)
_SCHEME = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:(?=\S)|//|www\.)", re.IGNORECASE | re.ASCII)


def is_http(text: str) -> bool:
    """An http(s) address of visible ASCII without user info. Two readers cannot see two hosts in it."""
    if not (text.isascii() and text.isprintable()) or _HTTP.fullmatch(text) is None:
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def reads_as_url(text: str) -> bool:
    """Whether a value that should be harmless could be taken for an address. Errs towards true."""
    return "://" in text or _SCHEME.match(text) is not None
