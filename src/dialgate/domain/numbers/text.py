"""From a spelling to digits: characters, scheme and shape, before any numbering plan is asked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dialgate.domain.numbers.values import NumberRefusal, OtherDestination

_MAX_CHARS = 256
_WRITE = "write one number as + and digits only, such as +14155552671"

_NUMBER_SCHEMES = {"tel:": "", "whatsapp:": "whatsapp:", "rcs:": "rcs:"}
_OTHER_SCHEMES = frozenset({"sip:", "client:", "app:", "messenger:"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:) ?(.*)", re.DOTALL)
_PLAIN_ADDRESS = re.compile(r"[!-~]+")

# One group of digits after another; a bracketed group never last, because it would be a remark (+44 20 7946 0958 (2)).
_SHAPE = re.compile(r"(?:\+[ -]?(?:\(\d+\)|\d)|\(\+?\d+\)|\d)(?:[ .-]{0,3}(?:\(\d+\)|\d))*(?<!\))", re.ASCII)
_EXTENSION = re.compile(r"\d[\s.]*(?:e?xt?n?|extension|poste|anexo|доб|分机|轉|转|[pw*#])[\s.:]*\d*\W*$", re.IGNORECASE)
_LIST = re.compile(r"(?:\d\D{0,5}){6}[,;|/&\n\r、].*(?:\d\D{0,5}){6}", re.DOTALL)
_SECOND_NUMBER_AT = 7

# They turn the order of what is shown: the digits that a person saw would not be the digits that are called.
_REORDERING = frozenset("\u202b\u202e\u2067")
_MINUS = "\u2212"

_INTERNATIONAL_RUN = re.compile(r"\+[0-9 ().\t-]+")
_INTERNATIONAL_DIGITS = 5
_NATIONAL_DIGITS = range(7, 21)
_BETWEEN_PIECES = re.compile(r"[^0-9+ ().\t-]+")


@dataclass(frozen=True, slots=True)
class Written:
    digits: str
    international: bool
    """Whether the text has a `+`."""
    scheme: str


def read(text: str) -> Written | OtherDestination | NumberRefusal:
    """The digits are all the digits of the text, in its order."""
    if len(text) > _MAX_CHARS:
        return NumberRefusal("characters", f"The number has more than {_MAX_CHARS} characters; {_WRITE}.")
    if not _REORDERING.isdisjoint(text):
        return NumberRefusal("characters", f"The number has characters that turn its reading order; {_WRITE}.")
    plain = _plain(text)
    if not plain:
        return NumberRefusal("missing", f"There is no number; {_WRITE}.")
    if found := _SCHEME.fullmatch(plain):
        return _read_scheme(found[1].lower(), found[2], text)
    if "@" in plain:
        return _other("sip:", plain, text)
    return _read_body(plain, "")


def might_be_number(text: str) -> bool:
    """Whether a value that should be harmless holds something that reads as a number of a phone.

    True for any run of 5 digits behind a `+`, and where nothing but phone characters, or pieces of a list of them,
    with 7 to 20 digits is left. Errs towards true.
    """
    plain = _plain(text)
    if any(_digits_in(run) >= _INTERNATIONAL_DIGITS for run in _INTERNATIONAL_RUN.findall(plain)):
        return True
    found = _SCHEME.fullmatch(plain)
    if found and found[1].lower() in _NUMBER_SCHEMES:
        plain = found[2]
    if any(char.isalpha() for char in plain):
        return False
    return any(_digits_in(piece) in _NATIONAL_DIGITS for piece in _BETWEEN_PIECES.split(plain))


def _digits_in(text: str) -> int:
    return sum(char.isdecimal() for char in text)


def _plain(text: str) -> str:
    written = text if text.isascii() else "".join(map(_plain_char, text))
    return written.strip(" \t\r\n")


def _plain_char(char: str) -> str:
    """ASCII for digits, signs and dashes of other scripts, nothing for invisible characters, else the same.

    Digits that mean something else (superscripts, fractions, circled) stay as they are and are refused later.
    """
    if char.isascii():
        return char
    match unicodedata.category(char):
        case "Nd":
            return str(unicodedata.decimal(char))
        case "Cf":
            return ""
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case "No" | "Nl":
            return char
        case _:
            wide = unicodedata.normalize("NFKC", char)
            return "-" if char == _MINUS else wide if len(wide) == 1 else char


def _read_scheme(scheme: str, body: str, text: str) -> Written | OtherDestination | NumberRefusal:
    if scheme in _OTHER_SCHEMES:
        return _other(scheme, body, text)
    kept = _NUMBER_SCHEMES.get(scheme)
    if kept is None:
        return NumberRefusal("scheme", f"The gate knows no such kind of address; {_WRITE}.")
    written = _read_body(body, kept)
    if kept and isinstance(written, Written) and not written.international:
        return NumberRefusal("invalid", f"After {kept} the number needs its country code: {kept}+14155552671.")
    return written


def _other(scheme: str, address: str, text: str) -> OtherDestination | NumberRefusal:
    """Only as written: an address that had to be cleaned is not the address that was asked for."""
    if _PLAIN_ADDRESS.fullmatch(address) is None or not text.strip().endswith(address):
        return NumberRefusal("characters", f"An address after {scheme} is one word of visible ASCII characters.")
    return OtherDestination(scheme, address)


def _read_body(body: str, scheme: str) -> Written | NumberRefusal:
    if _SHAPE.fullmatch(body) is None:
        return _why(body)
    return Written("".join(char for char in body if char.isdecimal()), "+" in body, scheme)


def _why(body: str) -> NumberRefusal:
    if not body:
        return NumberRefusal("missing", f"There is no number; {_WRITE}.")
    if _LIST.search(body) or body.rfind("+") >= _SECOND_NUMBER_AT:
        return NumberRefusal("list", f"Only one number can be called at a time; {_WRITE}.")
    if _EXTENSION.search(body) or ";" in body or "," in body:
        return NumberRefusal("extension", f"An extension, pause or parameter cannot be part of a number; {_WRITE}.")
    if any(char.isalpha() for char in body):
        return NumberRefusal("letters", f"Letters are not digits; {_WRITE}.")
    return NumberRefusal("characters", f"The number has characters or a shape that no number has; {_WRITE}.")
