"""What a message asks for, and whether the carrier has answered it already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from dialgate.domain.attempt import Purpose
from dialgate.domain.opt_out.courtesy import unsigned
from dialgate.domain.opt_out.keywords import FALLBACK_LANGUAGE, Intent
from dialgate.domain.opt_out.lexicon import STRENGTH
from dialgate.domain.opt_out.model import Hint, probability
from dialgate.domain.opt_out.normalising import (
    BREAKS,
    fold,
    is_simplified,
    is_traditional,
    join_spaced,
    normalise,
    words,
)
from dialgate.domain.opt_out.phrases import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dialgate.domain.opt_out.keywords import Keyword
    from dialgate.domain.opt_out.lexicon import Lexicon
    from dialgate.domain.opt_out.model import ReplyModel
    from dialgate.domain.opt_out.phrases import Said

_CARRIER_VERDICTS = {"STOP": Intent.STOP, "START": Intent.START, "HELP": Intent.HELP}
_DEFAULT_CARRIER_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
    | {"START", "YES", "UNSTOP"}
    | {"HELP", "INFO"}
)
_TOLL_FREE_CARRIER_WORDS = frozenset({"STOP", "START", "UNSTOP"})

_CHINESE = "zh"
_UNMISTAKABLE_LETTERS = 5
"""A keyword of so many letters counts wherever its writer lives; a shorter one only where its language is spoken."""
_LEAST_JOINED_LETTERS = 4
_MOST_LANGUAGES = 3
_OPENING_QUOTES = '"“„«「『'
_LONGEST_REACTION = 60
_CONFIDENCE = {Kind.STOP: 0.95, Kind.UNSURE: 0.6, Kind.HELP: 0.9, Kind.START: 0.9}
_FEWEST_WORDS, _FEWEST_LETTERS = 3, 5
_EVEN = 0.5
"""From this probability on a refusal is acted upon whose writer also says what may go on: two phrases speak for it, and
to hold everything until somebody has looked would take away what was asked for. And from this one on a person is asked
about what a phrase calls none.
"""
_WEIGHED = {Kind.STOP: Hint.STOP, Kind.UNSURE: Hint.UNSURE, Kind.NONE: Hint.NONE}
"""What the model is told; of the rest the grammar alone decides."""
_KEPT_CHANNEL = {frozenset({"sms"}): "voice", frozenset({"voice"}): "sms"}
_INTENTS = {Kind.STOP: Intent.STOP, Kind.UNSURE: Intent.STOP, Kind.HELP: Intent.HELP, Kind.START: Intent.START}


class Means(StrEnum):
    """What the understanding rests on."""

    KEYWORD = "keyword"
    CARRIER = "carrier"
    PHRASE = "phrase"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Understanding:
    intent: Intent
    language: str = ""
    """In which to answer; empty where nothing was understood."""
    evidence: str = ""
    """The listed word, the phrase rule, or `OptOutType=...` where the carrier's verdict decided; never the message."""
    by: Means = Means.KEYWORD
    channel: str = ""
    """The one channel that is refused; empty: all. Narrower only where the person says what may go on."""
    purpose: str = ""
    """The one purpose that is refused; empty: all."""
    campaign: bool = False
    """Only this campaign is refused."""
    confidence: float = 1.0
    sure: bool = True
    """False: probably a refusal; a person must decide."""


NOTHING = Understanding(Intent.NONE, confidence=0.0)


def understand(
    text: str, country: str, lexicon: Lexicon, opt_out_type: str = "", *, suppressed: bool = False
) -> Understanding:
    """The meaning of a message from a number of this ISO region ("" for none).

    `opt_out_type` is the carrier's own verdict as it came. It may say more than our words do, never less: it cannot
    weaken a stop, and it cannot make a start of a YES. `suppressed`: the number is now; only then may a sentence, not
    a keyword alone, ask to be contacted again.
    """
    own = _own(text, country, lexicon, suppressed=suppressed)
    verdict = _CARRIER_VERDICTS.get(opt_out_type.strip().upper(), Intent.NONE)
    if verdict is Intent.START and normalise(text) in lexicon.keywords.never_start:
        verdict = Intent.NONE
    if verdict is Intent.NONE or (STRENGTH[verdict] <= STRENGTH[own.intent] and own.sure):
        return own
    language = own.language or _answering(country, lexicon)
    return Understanding(verdict, language, f"OptOutType={verdict.upper()}", Means.CARRIER)


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


def proposal(text: str, country: str, lexicon: Lexicon) -> tuple[Hint, Said | None] | None:
    """What the model is told of a message before it weighs; None where it is not asked."""
    tokens = _tokens(text, lexicon)
    if tokens is None or _by_keyword(text, tokens, country, lexicon).intent is not Intent.NONE:
        return None
    phrase = _by_phrase(tokens, country, lexicon)
    if phrase is None:
        return None if _says_little(tokens, lexicon) else (Hint.NOTHING, None)
    said = phrase[1]
    return (_WEIGHED[said.kind], said) if said.kind in _WEIGHED else None


def _own(text: str, country: str, lexicon: Lexicon, *, suppressed: bool) -> Understanding:
    tokens = _tokens(text, lexicon)
    if tokens is None:
        return NOTHING
    found = _by_keyword(text, tokens, country, lexicon)
    tenants = lexicon.own.get(normalise(text)) if lexicon.own else None
    if tenants and STRENGTH[tenants[0]] > STRENGTH[found.intent]:
        phrase = _by_phrase(tokens, country, lexicon)
        if phrase is None or phrase[1].kind not in {Kind.STOP, Kind.UNSURE} or tenants[0] is Intent.STOP:
            return Understanding(tenants[0], _answering(country, lexicon), tenants[1])
    if found.intent is not Intent.NONE:
        return found
    said = _by_phrase(tokens, country, lexicon)
    if said is None and _says_little(tokens, lexicon):
        return NOTHING
    return _weighed(text, country, lexicon, said, suppressed=suppressed)


def _tokens(text: str, lexicon: Lexicon) -> list[str] | None:
    """None for a phone that tells of a reaction."""
    folded = fold(unsigned(text))
    if _is_reaction(folded, lexicon):
        return None
    return [lexicon.spelling.correct(word) for word in words(join_spaced(folded, lexicon.spelling.known))]


def _says_little(tokens: Sequence[str], lexicon: Lexicon) -> bool:
    """Too short for letters to weigh: what so few words may mean, keywords and phrases know."""
    spoken = [token for token in tokens if token not in BREAKS]
    letters = sum(map(len, spoken))
    return len(spoken) < _FEWEST_WORDS or letters < _FEWEST_LETTERS or "".join(spoken) in lexicon.spelling.real


def _weighed(
    text: str, country: str, lexicon: Lexicon, phrase: tuple[str, Said] | None, *, suppressed: bool
) -> Understanding:
    """The grammar proposes, the letters weigh: a phrase of refusal is acted upon only where both agree, and is asked
    about otherwise; where the grammar finds none, the letters may still ask.
    """
    language, said = phrase or ("", None)
    if said is not None and said.kind not in _WEIGHED:
        heard = said.kind is Kind.HELP or (said.kind is Kind.START and suppressed)
        return _understood(said, language, text, country) if heard else NOTHING
    refusal = said is not None and said.kind is not Kind.NONE
    if lexicon.model is None:
        return _understood(said, language, text, country) if said is not None and refusal else NOTHING
    likely = _likely(text, said, lexicon.model)
    if said is not None and refusal:
        bar = _EVEN if said.kept else lexicon.model.act
        sure = said.kind is Kind.STOP and likely >= bar
        return replace(_understood(said, language, text, country), confidence=likely, sure=sure)
    if likely < (lexicon.model.ask if said is None else max(lexicon.model.ask, _EVEN)):
        return NOTHING
    sure = said is None and likely >= lexicon.model.act
    evidence = f"model {lexicon.model.version}"
    return Understanding(Intent.STOP, _answering(country, lexicon), evidence, Means.MODEL, confidence=likely, sure=sure)


def _likely(text: str, said: Said | None, model: ReplyModel) -> float:
    if said is None:
        return probability(normalise(text), model, Hint.NOTHING)
    hint = _WEIGHED[said.kind]
    return probability(normalise(text), model, hint, unsaid=said.unsaid, agreeing=said.agreeing, shielded=said.shielded)


def _by_keyword(text: str, tokens: Sequence[str], country: str, lexicon: Lexicon) -> Understanding:
    """The whole message, courtesy apart, is keywords."""
    spoken = tuple(token for token in tokens if token not in BREAKS)
    bare = tuple(t for t in lexicon.courtesy.taken_from(tokens, lexicon.spelling.known) if t not in BREAKS)
    spellings = dict.fromkeys((spoken, bare, lexicon.by_letters.get("".join(bare), bare)))
    for said in spellings:
        found = _sequence(said, country, lexicon)
        if found:
            best = min(found, key=lambda keyword: _rank(keyword, text, lexicon.keywords.languages_of(country)))
            return Understanding(best.intent, best.language, best.word)
    return NOTHING


def _sequence(said: tuple[str, ...], country: str, lexicon: Lexicon) -> list[Keyword]:
    """The keywords that it consists of; none if there is anything else in it."""
    found: list[Keyword] = []
    languages = lexicon.keywords.languages_of(country)
    place = 0
    while place < len(said):
        for end in range(min(place + lexicon.longest, len(said)), place, -1):
            known = lexicon.by_tokens.get(said[place:end], ())
            counted = [keyword for keyword in known if _counts(keyword, country, languages)]
            if counted:
                found += counted
                place = end
                break
        else:
            return []
    return found


def _counts(keyword: Keyword, country: str, languages: Sequence[str]) -> bool:
    if keyword.countries is not None:
        return country in keyword.countries
    if keyword.everywhere or keyword.language in languages:
        return True
    return not keyword.word.isascii() or len(keyword.word) >= _UNMISTAKABLE_LETTERS


def _rank(keyword: Keyword, text: str, languages: Sequence[str]) -> tuple[int, int, int]:
    order = languages.index(keyword.language) if keyword.language in languages else len(languages)
    other_script = {"zh-Hans": is_traditional, "zh-Hant": is_simplified}.get(keyword.language, _never)(text)
    return -STRENGTH[keyword.intent], int(other_script), order


def _never(_text: str) -> bool:
    return False


def _by_phrase(tokens: list[str], country: str, lexicon: Lexicon) -> tuple[str, Said] | None:
    """The language with most known words speaks first; the first one that says anything decides. None: none does."""
    said = ((language, lexicon.phrases[language].said(tokens)) for language in _tried(tokens, country, lexicon))
    return next(((language, one) for language, one in said if one is not None), None)


def _tried(tokens: Iterable[str], country: str, lexicon: Lexicon) -> list[str]:
    known: dict[str, float] = {}
    for place, language in enumerate(lexicon.keywords.languages_of(country)):
        known.setdefault(language[:2], 0.5 if place == 0 else 0.25)
    for token in tokens:
        for language in lexicon.spoken_in.get(token, ()):
            known[language] = known.get(language, 0) + 1
    least = max(1.0, max(known.values()) / 2)
    tried = [language for language, count in known.items() if count >= least and language in lexicon.phrases]
    return sorted(tried, key=known.__getitem__, reverse=True)[:_MOST_LANGUAGES]


def _understood(said: Said, language: str, text: str, country: str) -> Understanding:
    if language == _CHINESE:
        language = "zh-Hant" if is_traditional(text) or country in {"TW", "HK", "MO"} else "zh-Hans"
    refused = said.kind in {Kind.STOP, Kind.UNSURE}
    kept = said.kept if refused else frozenset()
    purposes = kept & {purpose.value for purpose in Purpose} - {Purpose.MARKETING}
    return Understanding(
        _INTENTS[said.kind],
        language,
        f"{language}:{said.rule}",
        Means.PHRASE,
        channel=_KEPT_CHANNEL.get(kept & {"sms", "voice"}, ""),
        purpose=Purpose.MARKETING.value if purposes else "",
        campaign="others" in kept,
        confidence=_CONFIDENCE[said.kind],
        sure=said.kind is not Kind.UNSURE,
    )


def _is_reaction(folded: str, lexicon: Lexicon) -> bool:
    """A phone tells that its owner liked a message, and quotes it."""
    found = [folded.find(quote, 0, _LONGEST_REACTION) for quote in _OPENING_QUOTES]
    place = min((at for at in found if at >= 0), default=-1)
    if place < 0:
        return False
    head = tuple(word for word in words(folded[:place]) if word not in BREAKS)
    return any(head in each.reactions for each in lexicon.phrases.values())


def _answering(country: str, lexicon: Lexicon) -> str:
    return next(iter(lexicon.keywords.languages_of(country)), FALLBACK_LANGUAGE)
