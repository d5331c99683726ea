"""Cookies of one call, as the carrier keeps them: each goes back to the host that set it, and ends with the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from dialgate.app.call_state import Cookie

MOST = 20
MOST_CHARS = 4_096
"""Of all names and values of a call: they travel in every address of it."""
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*|\"[!#-+\--:<-\[\]-~]*\"", re.ASCII)


def header(cookies: Sequence[Cookie], host: str) -> str:
    """For `Cookie`; empty where this host has set none."""
    return "; ".join(f"{name}={value}" for owner, name, value in cookies if owner == host)


def kept(cookies: Sequence[Cookie], host: str, written: Sequence[str], now: datetime) -> tuple[Cookie, ...]:
    """With those of an answer's `Set-Cookie` headers. One that is not well-formed, or more than a call may have, is
    left out; one that has expired takes the older away.
    """
    jar = {(owner, name): value for owner, name, value in cookies}
    for one in written:
        pair, *attributes = one.split(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or _NAME.fullmatch(name) is None or _VALUE.fullmatch(value) is None:
            continue
        older = jar.pop((host, name), None)
        if _expired(attributes, now):
            continue
        jar[host, name] = value
        if len(jar) > MOST or sum(len(key[1]) + len(text) for key, text in jar.items()) > MOST_CHARS:
            del jar[host, name]
            if older is not None:
                jar[host, name] = older
    return tuple((owner, name, value) for (owner, name), value in jar.items())


def _expired(attributes: Sequence[str], now: datetime) -> bool:
    """`Max-Age` counts before `Expires`. Source: RFC 6265, section 5.3."""
    given = {name.strip().lower(): value.strip() for name, _, value in (part.partition("=") for part in attributes)}
    if re.fullmatch(r"-?[0-9]+", age := given.get("max-age", "")):
        return age.startswith("-") or not age.strip("0")
    try:
        expires = parsedate_to_datetime(given["expires"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return False
    return (expires if expires.tzinfo else expires.replace(tzinfo=UTC)) <= now
