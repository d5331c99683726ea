"""The preference page as HTML: one form, no scripts, nothing from outside. It knows no request and no store."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from dialgate.app.preferences import SNOOZES, Choice, is_own, narrowed, offered
from dialgate.domain.ledger import Source
from dialgate.domain.numbers import mask
from dialgate.domain.scope import Scope
from dialgate.web.preferences.words import LANGUAGES, NAMES, TAGS, Language, day, hint, say, what

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dialgate.app.preferences import Link
    from dialgate.domain.ledger import OptOut

FIELD = "choice"
DONE = "done"
STYLE = (
    ":root{color-scheme:light dark;--ink:#1b1b1f;--soft:#55565e;--line:#b9bac4;--page:#f3f3f6;--card:#fff;"
    "--act:#a3151b;--on:#fff;--good:#e3f3e6;--link:#0b4fb3}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--page);color:var(--ink);font:1.0625rem/1.5 system-ui,-apple-system,'PingFang SC',"
    "'Microsoft YaHei','Noto Sans CJK SC',sans-serif;overflow-wrap:anywhere}"
    "main{max-width:30rem;margin:0 auto;padding:1rem;background:var(--card);min-height:100vh}"
    "h1{font-size:1.5rem;line-height:1.25;margin:.75rem 0 .25rem}h2{font-size:1.125rem;margin:1.75rem 0 .5rem}"
    "p{margin:.5rem 0}ul{margin:.5rem 0;padding-left:1.25rem}.soft{color:var(--soft)}"
    "nav{display:flex;gap:.25rem;justify-content:flex-end;margin:0 -.75rem}"
    "nav a,nav span{padding:.625rem .75rem;min-height:2.75rem}nav span{font-weight:600}a{color:var(--link)}"
    ".said{background:var(--good);border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0}"
    "button{display:block;width:100%;min-height:3.25rem;margin:.625rem 0;padding:.625rem 1rem;font:inherit;"
    "font-weight:600;text-align:left;color:inherit;background:transparent;border:1px solid var(--line);"
    "border-radius:.625rem;cursor:pointer}"
    "button small{display:block;font-size:.9375rem;font-weight:400;color:var(--soft)}"
    "button.most{background:var(--act);border-color:var(--act);color:var(--on)}"
    "button:focus-visible,a:focus-visible{outline:3px solid var(--link);outline-offset:2px}"
    "a.back{display:inline-block;padding:.75rem 0}section+section{border-top:1px solid var(--line);margin-top:1.5rem}"
    "@media(min-width:34rem){main{min-height:0;margin:2rem auto;padding:1.5rem 2rem 2rem;border-radius:1rem}}"
    "@media(prefers-color-scheme:dark){:root{--ink:#ececf1;--soft:#b3b4bf;--line:#5d5e69;--page:#101014;--card:#1b1b21;"
    "--act:#b3262b;--good:#1d3a24;--link:#8ab8ff}}"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; style-src 'sha256-"
        + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
        + "'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose page it is and what is known. `holding` None: nobody can say at the moment."""

    link: Link
    name: str
    """Of the tenant, as people know it."""
    holding: Sequence[OptOut] | None
    now: datetime
    language: Language
    resumed: bool = False


def choices(shown: Shown) -> str:
    """What holds now, and what the person may choose."""
    language, held = shown.language, shown.holding
    said = f'<p class="said" role="status">{_said("resumed", language)}</p>' if shown.resumed else ""
    buttons = "".join(_button(choice, shown) for choice in _useful(shown))
    form = f'<form method="post"><h2>{_said("change", language)}</h2>{buttons}</form>' if buttons else ""
    state = f"<h2>{_said('now', language)}</h2>{_state(held, language)}{_others(shown)}"
    return _whole(language, _said("title", language, name=shown.name), f"{_head(shown)}{said}{state}{form}")


def done(shown: Shown, opt_out: OptOut, *, in_force: bool) -> str:
    """The answer to a stop; it asks no store, so it can be given whenever the stop is durable."""
    language = shown.language
    body = (
        f'{_head(shown)}<div class="said" role="status"><p><strong>{_said(DONE, language)}</strong></p>'
        f"<p>{_said('holds' if in_force else 'soon', language)}</p></div>"
        f"<ul>{_item(opt_out, language)}</ul>{_back(language)}"
    )
    return _whole(language, _said("title", language, name=shown.name), body)


def in_both(title: str, sentence: str, back: Language | None = None) -> str:
    """A page for what went wrong, in both languages: it may not even be known whose it is."""
    sections = [
        f'<section lang="{TAGS[one]}"><h1>{_said(title, one)}</h1><p>{_said(sentence, one)}</p>'
        f"{_back(one) if back else ''}</section>"
        for one in (LANGUAGES if back != "zh" else LANGUAGES[::-1])
    ]
    return _whole(back or "en", f"{_said(title, 'en')} · {_said(title, 'zh')}", "".join(sections))


def _whole(language: Language, title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="{TAGS[language]}"><head><meta charset="utf-8"/><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="robots" content="noindex"/>'
        f"<style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )


def _head(shown: Shown) -> str:
    language = shown.language
    tongues = "".join(
        f'<span lang="{TAGS[one]}" aria-current="true">{NAMES[one]}</span>'
        if one == language
        else f'<a href="?lang={one}" lang="{TAGS[one]}" hreflang="{TAGS[one]}">{NAMES[one]}</a>'
        for one in LANGUAGES
    )
    digits = mask(shown.link.number).rpartition("*")[2]
    return (
        f'<nav aria-label="{_said("language", language)}">{tongues}</nav>'
        f"<h1>{_said('title', language, name=shown.name)}</h1>"
        f'<p class="soft">{_said("number", language, digits=digits)}</p>'
    )


def _back(language: Language) -> str:
    return f'<p><a class="back" href="?lang={language}">{_said("back", language)}</a></p>'


def _state(holding: Sequence[OptOut] | None, language: Language) -> str:
    if holding is None:
        return f"<p>{_said('unknown', language)}</p>"
    items = dict.fromkeys(_item(one, language) for one in holding)
    return f"<ul>{''.join(items)}</ul>" if items else f"<p>{_said('nothing', language)}</p>"


def _others(shown: Shown) -> str:
    """What cannot be taken back here, and how it can."""
    holding = shown.holding or ()
    others = [one for one in holding if not is_own(one)]
    sentences = {
        "kept": len(others) < len(holding) and not shown.link.resumes,
        "stays": any(one.source is not Source.SMS for one in others),
        "start": any(one.source is Source.SMS for one in others),
    }
    said = [sentence for sentence, holds in sentences.items() if holds]
    return "".join(f'<p class="soft">{_said(sentence, shown.language)}</p>' for sentence in said)


def _item(opt_out: OptOut, language: Language) -> str:
    stopped = what(opt_out.scope, language)
    if opt_out.ends_at is None:
        return f"<li>{_said('stopped', language, what=stopped)}</li>"
    return f"<li>{_said('until', language, what=stopped, date=day(opt_out.ends_at, language))}</li>"


def _useful(shown: Shown) -> Sequence[Choice]:
    """Nothing that holds without end already; the way back only where there is one."""
    held = {one.scope for one in shown.holding or () if one.ends_at is None}
    scope = shown.link.scope
    everything = Scope(scope.tenant) in held
    stops = [one for one in offered(scope) if not everything and narrowed(scope, one) not in held]
    own = any(is_own(one) for one in shown.holding or ())
    return [*stops, *[Choice.RESUME] * (own and shown.link.resumes)]


def _button(choice: Choice, shown: Shown) -> str:
    language, scope = shown.language, narrowed(shown.link.scope, choice)
    if choice is Choice.RESUME:
        words, small = _said("resume", language), _said("undone", language)
    elif choice in SNOOZES:
        words = _said("pause", language, days=SNOOZES[choice].days)
        small = _said("paused", language, date=day(shown.now + SNOOZES[choice], language))
    else:
        words, small = _said("stop", language, what=what(scope, language)), escape(hint(choice, scope, language))
    most = ' class="most"' if choice is Choice.ALL else ""
    below = f"<small>{small}</small>" if small else ""
    return f'<button{most} name="{FIELD}" value="{choice}">{words}{below}</button>'


def _said(word: str, language: Language, **values: object) -> str:
    return escape(say(word, language, **values))
