"""What one tenant answers with, and the words it adds: read strictly, because people read it who have just refused.

Knows no store and no message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from dialgate.domain.opt_out.keywords import FALLBACK_LANGUAGE, SENDER_NAME, SPOKEN, Intent
from dialgate.domain.opt_out.normalising import normalise
from dialgate.domain.reading import check, mapping, record, text, texts

if TYPE_CHECKING:
    from dialgate.domain.opt_out.keywords import Keywords

CONTACT = "{contact}"
_FIELDS = frozenset({"name", "contact", "words", "texts", "unsure"})
_KINDS = frozenset(intent.value for intent in SPOKEN)
_MOST_NAME, _MOST_CONTACT, _MOST_WORD, _MOST_WORDS = 60, 100, 60, 100
_ONE_LETTER_REGION = "CN"

# Source: 3GPP TS 23.038, default alphabet and its extension table; a message of two parts loses 7 or 3 places of each.
_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
MOST_SEPTETS, MOST_UNITS = 2 * 153, 2 * 67

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LINK = re.compile(
    r"https?:|www\.|[\w-]\.(?:com|net|org|info|biz|shop|app|link|io|co|cn|ly|me|us|eu|uk)\b", re.IGNORECASE
)
_CODE = re.compile(r"\d(?:[ .-]?\d){3}")
_SELLING = re.compile(
    r"[%％]|[$€£¥￥₩₹]\s*\d|\d\s*[€£元円원]"
    r"|\b(?:discounts?|sale|offers?|deals?|coupons?|vouchers?|promos?|promotions?|buy|shop now|free (?:gift|trial)"
    r"|descuentos?|ofertas?|compre|rabatte?|angebote?|kaufen|réductions?|soldes|offres?|achetez|sconti?|offerte"
    r"|acquista|descontos?|korting|aanbieding(?:en)?)\b"
    r"|打折|折扣|优惠|優惠|促销|促銷|特价|特價|购买|購買|红包|紅包|割引|セール|購入|할인|구매|쿠폰",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Replies:
    name: str
    """As people are shown it."""
    contact: str
    words: Mapping[Intent, tuple[str, ...]]
    """Beside those of all tenants."""
    texts: Mapping[str, Mapping[Intent, str]]
    """Language -> what is sent, with name and contact in it."""
    waits: bool
    """What is unsure counts as no refusal until somebody has decided."""

    def text(self, intent: Intent, language: str) -> str:
        """In that language, else in English; empty for no intent."""
        return "" if intent is Intent.NONE else (self.texts.get(language) or self.texts[FALLBACK_LANGUAGE])[intent]


def compile_replies(data: object, tenant: str, region: str, keywords: Keywords) -> Replies:
    """`data` as parsed; `{}` says nothing of one's own. Errors: ValueError that names the place and the mend."""
    top = record(data, "replies", frozenset(), optional=_FIELDS)
    name = _line(top.get("name", tenant), "replies.name", _MOST_NAME if "name" in top else None)
    contact = _line(top["contact"], "replies.contact", _MOST_CONTACT) if top.get("contact", "") != "" else ""
    check(not _SELLING.search(name), "replies.name", "says what is for sale; a name alone stands there")
    unsure = top.get("unsure", "stop")
    check(unsure in {"stop", "wait"}, "replies.unsure", f"{unsure!r} must be stop or wait")
    words = _words(top.get("words", {}), region, keywords)
    own = _own_texts(top.get("texts", {}), contact, keywords)
    made = _Made(name, contact, checked=bool(top))
    spoken: dict[str, Mapping[Intent, str]] = {}
    for language, defaults in keywords.confirmations.items():
        given = own.get(language, {})
        spoken[language] = MappingProxyType(
            {intent: made.text(intent, language, given.get(intent), defaults[intent]) for intent in SPOKEN}
        )
    return Replies(name, contact, MappingProxyType(words), MappingProxyType(spoken), waits=unsure == "wait")


def size(written: str) -> tuple[int, int]:
    """How long a message is and how long it may be in two parts: in septets, or in UTF-16 units where a character is
    outside the default alphabet.
    """
    if all(char in _PLAIN or char in _EXTENDED for char in written):
        return len(written) + sum(char in _EXTENDED for char in written), MOST_SEPTETS
    return len(written.encode("utf-16-le")) // 2, MOST_UNITS


@dataclass(frozen=True, slots=True)
class _Made:
    """`checked` False: nothing is the tenant's own, so nothing is the tenant's to mend."""

    name: str
    contact: str
    checked: bool

    def text(self, intent: Intent, language: str, own: str | None, default: str) -> str:
        appended = f" {self.contact}" if own is None and intent is Intent.HELP and self.contact else ""
        ready = (own or default).replace(SENDER_NAME, " ".join(self.name.split())).replace(CONTACT, self.contact)
        if self.checked:
            _fits(ready + appended, f"replies.texts.{language}.{intent.value}", is_own=own is not None)
        return ready + appended


def _fits(ready: str, place: str, *, is_own: bool) -> None:
    length, most = size(ready)
    kind = "characters" if most == MOST_SEPTETS else "characters, some outside the plain alphabet of SMS,"
    mend = "shorten it" if is_own else "this is the text of all tenants: shorten name or contact, or write one"
    check(length <= most, place, f"{length} {kind} with name and contact, at most {most} fit into two parts; {mend}")


def _own_texts(data: object, contact: str, keywords: Keywords) -> dict[str, dict[Intent, str]]:
    found: dict[str, dict[Intent, str]] = {}
    for language, listed in mapping(data, "replies.texts").items():
        place = f"replies.texts.{language}"
        known = ", ".join(keywords.confirmations)
        check(language in keywords.confirmations, place, f"is no language of replies; write one of {known}")
        fields = record(listed, place, frozenset(), optional=_KINDS)
        found[language] = {
            Intent(kind): _own_text(one, f"{place}.{kind}", Intent(kind), contact) for kind, one in fields.items()
        }
    return found


def _own_text(value: object, place: str, intent: Intent, contact: str) -> str:
    written = _line(value, place, None)
    rest = written.replace(SENDER_NAME, "")
    check(rest != written, place, f"must name {SENDER_NAME}")
    if intent is Intent.HELP:
        check(not contact or CONTACT in rest, place, f"must hold {CONTACT}, which is set")
        check(bool(contact) or CONTACT not in rest, place, f"holds {CONTACT}, which is not set; set replies.contact")
        rest = rest.replace(CONTACT, "")
    check("{" not in rest and "}" not in rest, place, "holds another placeholder or a brace; leave it out")
    sold = _SELLING.search(rest)
    check(sold is None, place, f"advertises ({sold[0] if sold else ''}); leave it out")
    if intent is Intent.STOP:
        check(not _LINK.search(rest), place, "holds a link; a confirmation of a refusal holds none")
        check(not _CODE.search(rest), place, "holds digits that read as a code; leave them out")
    return written


def _words(data: object, region: str, keywords: Keywords) -> dict[Intent, tuple[str, ...]]:
    found: dict[Intent, tuple[str, ...]] = {}
    meant: dict[str, Intent] = {}
    for place, intent, word in _each_word(data):
        key = normalise(word)
        check(bool(key), place, f"{word!r} has no letter or digit")
        check(
            len(key) > 1 or region == _ONE_LETTER_REGION, place, f"{word!r} is one letter, only tenants in CN use these"
        )
        check(intent is not Intent.START or key not in keywords.never_start, place, f"{word!r} never starts")
        others = {known.intent for known in keywords.by_word.get(key, ())} | {meant.get(key, intent)}
        check(
            others <= {intent}, place, f"{word!r} means something else already: {', '.join(sorted(others - {intent}))}"
        )
        meant[key] = intent
        found[intent] = (*found.get(intent, ()), word)
    return found


def _each_word(data: object) -> Iterator[tuple[str, Intent, str]]:
    for kind, listed in record(data, "replies.words", frozenset(), optional=_KINDS).items():
        words = texts(listed, f"replies.words.{kind}") if listed else ()
        check(len(words) <= _MOST_WORDS, f"replies.words.{kind}", f"{len(words)} words, at most {_MOST_WORDS}")
        for number, word in enumerate(words):
            place = f"replies.words.{kind}[{number}]"
            yield place, Intent(kind), _line(word, place, _MOST_WORD)


def _line(value: object, place: str, most: int | None) -> str:
    written = text(value, place)
    check(not _UNSEEN.search(written), place, "holds a character that nobody sees; write one line")
    if most is not None:
        check(len(written) <= most, place, f"{len(written)} characters, at most {most}")
        check("{" not in written and "}" not in written, place, "holds a brace; leave it out")
    return written.strip()
