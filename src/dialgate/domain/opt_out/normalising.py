"""One spelling of a message: of its letters, of the whole of it, and of its words one by one.

Owns everything below meaning: styles, look-alike letters, invisible characters, traditional Chinese, what a word is.
"""

from __future__ import annotations

import re
import unicodedata

from dialgate.domain.opt_out.characters import LOOK_ALIKES, PLAIN, SIMPLIFIED, TRADITIONAL

HEAD_CHARS, TAIL_CHARS = 1_000, 200
"""Of a longer message only its head and its tail are read: who refuses says so first or last."""

BREAKS = frozenset(".,?")
"""How a clause ends: as tokens, the strongest of several is the greatest."""
NUMBER = "#"
"""The token of any number."""

_TABLE_CHARS = 20_000
_ACCENTS = re.compile("[\u0300-\u036f]")
# Invisible although not in the category of format characters.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800") | {
    chr(code) for block in ((0x180B, 0x1810), (0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for code in range(*block)
}
_IDEOGRAPHS = "\u1100-\u11ff\u2e80-\u2fdf\u3005\u3041-\u309f\u30a1-\u30ff\u3105-\u9fff\uac00-\ud7af\uf900-\ufaff"
_SPACE_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<=[{_IDEOGRAPHS}]) +(?=[{_IDEOGRAPHS}])")
_STRIPPED = frozenset("PSZC")

_ALONE = rf"[{_IDEOGRAPHS}\U00020000-\U0003ffff\U0001f595]"
_WORD = r"[a-z0-9\u00b5\u00c0-\u10ff\u1200-\u1fff\ua500-\uabff\ufb00-\ufdff\ufe70-\ufeff]+"
_TOKEN = re.compile(rf"[0-9]+(?:[.:,/][0-9]+)*[a-z]*|{_WORD}|{_ALONE}|[.!?;:,()\n。、।،؟…|]|(?<= )-+(?= )")
_BREAK = dict.fromkeys(".!;:\n。।…|", ".") | dict.fromkeys(",()、،-", ",") | dict.fromkeys("?؟", "?")
_ELISION = re.compile(r"\b(qu|jusqu|[ldjmtsnc]|un|dell|all|nell|dall|sull|quest)'(?=[^\W\d_]{2})")
_SPACED = re.compile(r"(?<![a-z0-9'])[a-z](?:[ .\-_*/\n,]{1,2}[a-z]){2,}(?![a-z0-9'])")
_NUMBER_SIGN = re.compile(r" #(?![\w])")
_RUDE = re.compile(r"\bf[*@#$%!]+(?:c?k)?(?![a-z*])|\bf[*@#$%!]+(?:c?k)?(?=ing|er)")
_FOREIGN_IN_WORD = re.compile(r"[\w']*[\u0370-\u03ff\u0400-\u052f\u0531-\u058f][\w']*")


class _Folded(dict[int, str | None]):
    """What becomes of a character, found out once each; a flood of rare ones is not kept."""

    def __missing__(self, code: int) -> str | None:
        folded = _fold_char(chr(code))
        if len(self) < _TABLE_CHARS:
            self[code] = folded
        return folded


def fold(text: str) -> str:
    """Letters in one case, width, style, script form and without accents; white space and punctuation stay.

    Never raises, whatever the characters. A look-alike counts only in a word whose every letter has one.
    """
    text = text.strip()
    if len(text) > HEAD_CHARS + TAIL_CHARS:
        text = f"{text[:HEAD_CHARS]}\n{text[-TAIL_CHARS:]}"
    if text.isascii():
        return text.lower().translate(_CHARS)
    text = unicodedata.normalize("NFKC", text.translate(PLAIN)).translate(_CHARS)
    text = _FOREIGN_IN_WORD.sub(_as_latin, text).casefold()
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return text.translate(PLAIN).translate(_CHARS).translate(TRADITIONAL)


def normalise(text: str) -> str:
    """The whole message as one word to look up: folded, hyphens and white space are single spaces, apostrophes gone.

    Punctuation, quotes, brackets and symbols (emoji) go from both ends. Empty where nothing is left, or where the
    message was too long to be read whole.
    """
    text = text.strip()
    if len(text) > HEAD_CHARS + TAIL_CHARS:
        return ""
    folded = " ".join(_bare(fold(text).replace("'", "").replace("-", " ")).split())
    return _SPACE_BETWEEN_IDEOGRAPHS.sub("", folded)


def words(folded: str) -> list[str]:
    """The tokens of a folded text: words, single ideographs, `#` for numbers, and between clauses one of `BREAKS`.

    Begins and ends with a break, and never has two in a row.
    """
    if "'" in folded:
        folded = _ELISION.sub(r"\1 ", folded).replace("'", "")
    if "#" in folded:
        folded = _NUMBER_SIGN.sub(" number", folded)
    if "f" in folded:
        folded = _RUDE.sub("fuck", folded)
    tokens = ["."]
    for found in _TOKEN.findall(folded):
        token = _BREAK.get(found) or ("," if found[0] == "-" else found)
        if token in BREAKS and tokens[-1] in BREAKS:
            tokens[-1] = max(tokens[-1], token) if len(tokens) > 1 else "."
        else:
            tokens.append(NUMBER if "0" <= token[0] <= "9" else token)
    if tokens[-1] not in BREAKS or len(tokens) == 1:
        tokens.append(".")
    return tokens


def join_spaced(folded: str, known: frozenset[str]) -> str:
    """Letters written apart (`s t o p`, `s.t.o.p`) as the known word they make."""

    def joined(match: re.Match[str]) -> str:
        word = "".join(letter for letter in match[0] if letter.isalnum())
        return word if word in known else match[0]

    return _SPACED.sub(joined, folded)


def is_traditional(text: str) -> bool:
    return any(ord(char) in TRADITIONAL for char in text[:HEAD_CHARS])


def is_simplified(text: str) -> bool:
    return any(char in SIMPLIFIED for char in text[:HEAD_CHARS])


def _as_latin(match: re.Match[str]) -> str:
    word = match[0].translate(LOOK_ALIKES)
    return word if word.isascii() else match[0]


def _fold_char(char: str) -> str | None:
    if char in "\n\r\u2028\u2029\x0b\x0c\x85":
        return "\n"
    if char.isspace():
        return " "
    match unicodedata.category(char):
        case "Pd":
            return "-"
        case "Cf" | "Cc" | "Cs":
            return None
        case _:
            return None if char in _INVISIBLE else char


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


_CHARS = _Folded()
