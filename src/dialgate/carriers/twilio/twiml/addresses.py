"""Addresses in a document: made absolute as the carrier would, and those that cannot be followed safely told apart."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from dialgate.carriers.twilio.front.urls import is_http

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SOCKET = re.compile(r"wss:(?=//)", re.IGNORECASE)


def absolute(address: str, base: str) -> str:
    """The http(s) address that is meant in a document at `base`; "" where none is, or none that reads in one way."""
    if not address.isascii() or not address.isprintable() or " " in address:
        return ""
    try:
        joined = address if _SCHEME.match(address) else urljoin(base, address)
    except ValueError:
        return ""
    return joined if is_http(joined) else ""


def is_socket(address: str) -> bool:
    """A websocket address without user info; the carrier takes encrypted ones only."""
    return _SOCKET.match(address) is not None and is_http(_SOCKET.sub("https:", address, count=1))
