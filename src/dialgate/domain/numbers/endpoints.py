"""Addresses of phones that have no number: SIP phones and browser clients. One spelling each, and no second one.

What is written otherwise is not mended: an address that had to be mended is not the one that was permitted.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address

from dialgate.domain.numbers.values import Address, Endpoint

SPELLING = (
    "Write exactly sip:user@host or client:identity: the scheme and the host in small letters, no parameters, headers,"
    " escapes or blanks, and no user that reads as a phone number."
)
MAX_CHARS = 254

_CLIENT = re.compile(r"client:([A-Za-z0-9_]{1,121})")
"""Source: Twilio, "TwiML: Client", client identifier, read 2026-11; that 121 characters are the most, from memory."""
_SIP = re.compile(r"sip:([A-Za-z0-9][A-Za-z0-9._-]{0,63})@([a-z0-9.-]+)(?::[1-9][0-9]{0,4})?")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_SEPARATORS = str.maketrans("", "", "._-")
_NUMBER = re.compile(r"[0-9]{7}")


def endpoint(text: str) -> Endpoint | None:
    """None for whatever is not exactly such an address.

    Seven digits in a row, separators apart, read as a number: a switchboard would dial it. A client leads to no number,
    so only one that is nothing but digits reads as one.
    """
    if len(text) > MAX_CHARS:
        return None
    if client := _CLIENT.fullmatch(text):
        digits = client[1].translate(_SEPARATORS)
        return None if digits.isdigit() and _NUMBER.match(digits) else Endpoint(Address(text))
    sip = _SIP.fullmatch(text)
    if sip is None or _holds_number(sip[1]) or not _is_host(sip[2]):
        return None
    return Endpoint(Address(text))


def _is_host(host: str) -> bool:
    """A name with a domain, or an IPv4 address."""
    if _HOST.fullmatch(host) is not None:
        return not _holds_number(host)
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


def _holds_number(text: str) -> bool:
    return _NUMBER.search(text.translate(_SEPARATORS)) is not None
