"""What a message asks for, and whether the carrier has answered it already."""

from __future__ import annotations

from dataclasses import dataclass

from dialgate.domain.opt_out.keywords import FALLBACK_LANGUAGE, Intent, Keyword, Keywords
from dialgate.domain.opt_out.normalising import normalise

_STRENGTH = {Intent.STOP: 3, Intent.HELP: 2, Intent.START: 1, Intent.NONE: 0}
"""Which of two meanings counts: never the one that lets more through."""

_CARRIER_VERDICTS = {"STOP": Intent.STOP, "START": Intent.START, "HELP": Intent.HELP}

_DEFAULT_CARRIER_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
    | {"START", "YES", "UNSTOP"}
    | {"HELP", "INFO"}
)
_TOLL_FREE_CARRIER_WORDS = frozenset({"STOP", "START", "UNSTOP"})


@dataclass(frozen=True, slots=True)
class Understanding:
    intent: Intent
    language: str = ""
    """In which to answer; empty where nothing was understood."""
    keyword: str = ""
    """The evidence: the listed word, or `OptOutType=...` where the carrier's verdict decided."""


def understand(text: str, country: str, keywords: Keywords, opt_out_type: str = "") -> Understanding:
    """The meaning of a whole message from a number of this ISO region ("" for none).

    `opt_out_type` is the carrier's own verdict as it came. It may say more than our words do, never less: it cannot
    weaken a stop, and it cannot make a start of a YES.
    """
    word = normalise(text)
    languages = keywords.languages_of(country)
    found = [keyword for keyword in keywords.by_word.get(word, ()) if _counts(keyword, country, languages)]
    best = min(found, key=lambda keyword: _rank(keyword, languages), default=None)
    own = Understanding(best.intent, best.language, best.word) if best else Understanding(Intent.NONE)
    verdict = _CARRIER_VERDICTS.get(opt_out_type.strip().upper(), Intent.NONE)
    if verdict is Intent.START and word in keywords.never_start:
        verdict = Intent.NONE
    if _STRENGTH[verdict] <= _STRENGTH[own.intent]:
        return own
    language = own.language or next(iter(languages), FALLBACK_LANGUAGE)
    return Understanding(verdict, language, f"OptOutType={verdict.upper()}")


def carrier_answers(text: str, mode: str, opt_out_type: str, *, toll_free: bool) -> bool:
    """Whether the carrier has answered this message on a sender of this mode: `default`, `advanced` or `none`.

    A toll-free sender is answered for by its network, whatever the mode. The text counts as it arrived, because the
    carrier compares it without our normalising. A wrong no sends a second confirmation, which does less harm than none.
    Source: Twilio, Advanced Opt-Out and toll-free opt-out, read 2026-11.
    """
    if mode == "advanced" and opt_out_type:
        return True
    word = text.strip().upper()
    if toll_free:
        return word in _TOLL_FREE_CARRIER_WORDS
    return mode == "default" and word in _DEFAULT_CARRIER_WORDS


def _counts(keyword: Keyword, country: str, languages: tuple[str, ...]) -> bool:
    if keyword.countries is not None:
        return country in keyword.countries
    return keyword.everywhere or keyword.language in languages


def _rank(keyword: Keyword, languages: tuple[str, ...]) -> tuple[int, int]:
    order = languages.index(keyword.language) if keyword.language in languages else len(languages)
    return -_STRENGTH[keyword.intent], order
