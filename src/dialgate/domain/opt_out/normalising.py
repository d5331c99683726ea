"""One spelling of a short message, so that a keyword can be compared with the whole of it."""

from __future__ import annotations

import re
import unicodedata

_MAX_CHARS = 4_000
"""Longer than any message; what is longer still is no keyword."""

_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = "'\u2019\u02bc\u0060\u00b4"
# Invisible although not in the category of format characters.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    chr(code) for block in ((0x180B, 0x1810), (0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for code in range(*block)
}
_SMALL_CAPITALS = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ"
_WHITE_DISC, _WHITE_SQUARE = 0x1F150, 0x1F170
# Styled letters that Unicode does not decompose to plain ones, and the Turkish i.
_STYLED = str.maketrans(
    {small: chr(ord("a") + place) for place, small in enumerate(_SMALL_CAPITALS)}
    | {chr(first + place): chr(ord("a") + place) for first in (_WHITE_DISC, _WHITE_SQUARE) for place in range(26)}
    | {"ı": "i"}
    | dict.fromkeys(_APOSTROPHES, "")
)
_EAST_ASIAN = r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]"
_SPACE_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<={_EAST_ASIAN}) (?={_EAST_ASIAN})")
_STRIPPED = frozenset("PSZC")


def normalise(text: str) -> str:
    """Case, width, style, accents of Latin letters, invisible characters, hyphens and white space are folded.

    Punctuation, quotes, brackets and symbols (emoji) go from both ends. Empty where nothing is left, or for a text
    longer than any message. Never raises, whatever the characters.
    """
    text = text.strip()
    if len(text) > _MAX_CHARS:
        return ""
    text = "".join(map(_fold_char, unicodedata.normalize("NFKC", text.translate(_STYLED)))).casefold()
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    folded = " ".join(_bare(text.translate(_STYLED)).split())
    return _SPACE_BETWEEN_IDEOGRAPHS.sub("", folded)


def _fold_char(char: str) -> str:
    if char.isspace():
        return " "
    match unicodedata.category(char):
        case "Pd":
            return " "
        case "Cf" | "Cc":
            return ""
        case _:
            return "" if char in _INVISIBLE else char


def _bare(text: str) -> str:
    first, end = 0, len(text)
    while first < end and _is_stripped(text[first]):
        first += 1
    while end > first and _is_stripped(text[end - 1]):
        end -= 1
    return text[first:end]


def _is_stripped(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in _STRIPPED or category == "Me"
