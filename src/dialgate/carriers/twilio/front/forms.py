"""Form bodies and query strings, read strictly from their bytes, so that the carrier cannot read them otherwise."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from dialgate.app.errors import BadRequestError
from dialgate.app.front import Pairs

MAX_BODY_BYTES = 64 * 1024
_CONTENT_TYPE = re.compile(
    r'application/x-www-form-urlencoded(?:[ \t]*;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?)?', re.IGNORECASE
)
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_UNWRITTEN = re.compile(rb"[\x00-\x1f\x7f]")
"""A bare space can only mean itself; many write it so by hand."""


def read_form(content_type: str, body: bytes) -> Pairs:
    """Names and values in the order they came, repeats included. Errors: `BadRequestError`."""
    if _CONTENT_TYPE.fullmatch(content_type) is None:
        raise BadRequestError("Send the parameters as application/x-www-form-urlencoded in UTF-8.")
    if len(body) > MAX_BODY_BYTES:
        raise BadRequestError(f"The body has more than {MAX_BODY_BYTES} bytes.")
    return read_pairs(body)


def read_pairs(text: bytes) -> Pairs:
    """Errors: `BadRequestError`."""
    if _BROKEN_ESCAPE.search(text) or _UNWRITTEN.search(text):
        raise BadRequestError("The form is not encoded properly: each special character is % and two hex digits.")
    return tuple(_pair(part) for part in text.split(b"&")) if text else ()


def _pair(part: bytes) -> tuple[str, str]:
    name, equals, value = part.partition(b"=")
    if not (name and equals):
        raise BadRequestError("The form has a piece that is not name=value. Encode it as forms are encoded.")
    return _decoded(name), _decoded(value)


def _decoded(text: bytes) -> str:
    plain = unquote_to_bytes(text.replace(b"+", b" ")) if b"%" in text else text.replace(b"+", b" ")
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequestError("The form is not UTF-8.") from None
