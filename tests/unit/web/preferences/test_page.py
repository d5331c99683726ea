"""The preference page as HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dialgate.app.preferences import PREFERENCES, Link
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.web.preferences.page import HEADERS, STYLE, Shown, choices, done, in_both
from dialgate.web.preferences.words import LANGUAGES, TAGS, Language
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import NUMBER, opt_out
from tests.fakes.pages import Page, read_page

NAMED = Scope("acme", "sms", "marketing", "spring")
SHOWN = Shown(Link(NAMED, NUMBER, AT + timedelta(days=1), resumes=True), "Acme Energy", (), AT, "en")
STOPS = ["choice=all", "choice=channel", "choice=purpose", "choice=campaign", "choice=snooze30", "choice=snooze90"]
RESUME = "choice=resume"


def own(**more: Any) -> OptOut:  # noqa: ANN401 - fields by name
    said = replace(opt_out(), source=Source.FORM, actor=PREFERENCES)
    return replace(said, **more)


def page(*holding: OptOut, **more: Any) -> Page:  # noqa: ANN401 - fields by name
    shown = replace(SHOWN, holding=holding)
    return read_page(choices(replace(shown, **more)))


ALL_STATES: list[tuple[OptOut, ...]] = [
    (),
    (own(),),
    (own(ends_at=AT + timedelta(days=9)), own(scope=Scope("acme", "sms")), opt_out("o2")),
    (replace(opt_out(), source=Source.COMPLAINT),),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("holding", [*ALL_STATES, None], ids=["none", "all", "mixed", "complaint", "unknown"])
def test_every_state_is_a_whole_page(language: Language, holding: tuple[OptOut, ...] | None) -> None:
    """Well formed, in its language, with a title and headings; nothing runs in it and nothing leads elsewhere."""
    read = read_page(choices(replace(SHOWN, holding=holding, language=language, resumed=True)))
    assert ([], TAGS[language], True) == (read.wrong, read.lang, "Acme Energy" in read.title)
    assert (1, True, True) == (len(read.each("h1")), len(read.headings) >= 2, "viewport" in choices(SHOWN))


def test_nothing_stopped_offers_every_stop() -> None:
    """One press each; each button says what it does and what it leaves."""
    read = page()
    assert STOPS == list(read.buttons)
    assert "Stop messages This does not stop calls." == read.buttons["choice=channel"]
    assert "Pause for 30 days No calls and no messages until 1 April 2026." == read.buttons["choice=snooze30"]
    assert "You have not stopped anything." in read.text


def test_only_what_the_link_names_is_offered() -> None:
    """A link without channel, purpose and campaign stops everything or pauses."""
    bare = replace(SHOWN.link, scope=Scope("acme"))
    assert ["choice=all", "choice=snooze30", "choice=snooze90"] == list(page(link=bare).buttons)


def test_what_holds_is_said_and_not_offered_again() -> None:
    """A part that is stopped without end has no button; a pause keeps all of them, for it ends."""
    part = page(own(scope=Scope("acme", "sms")))
    pause = page(own(ends_at=AT + timedelta(days=30)))
    assert (["Stopped: messages"], "choice=channel" in part.buttons) == (part.items, False)
    assert (["Stopped until 1 April 2026: all calls and messages"], [*STOPS, RESUME]) == (
        pause.items,
        list(pause.buttons),
    )


def test_all_stopped_leaves_only_the_way_back() -> None:
    """And that only for what was said on the page."""
    assert [RESUME] == list(page(own()).buttons)
    assert ({}, 0) == (page(opt_out()).buttons, len(page(opt_out()).each("form")))


def test_what_was_said_another_way_says_how_it_is_taken_back() -> None:
    """By START where it was by text; otherwise not here."""
    text, letter, mine = page(opt_out()), page(replace(opt_out(), source=Source.REGULATOR)), page(own())
    assert [(True, False), (False, True), (False, False)] == [
        ("replying START" in one.text, "another way" in one.text) for one in (text, letter, mine)
    ]


def test_what_is_known_twice_is_said_once() -> None:
    """Two presses are one line."""
    assert ["Stopped: all calls and messages"] == page(own(), own(), opt_out()).items


def test_without_the_ledger_stopping_is_still_offered() -> None:
    """Nobody is told that nothing is stopped when nobody knows."""
    read = page(holding=None)
    assert (STOPS, [], True) == (list(read.buttons), read.items, "cannot be shown right now" in read.text)


@pytest.mark.parametrize(
    ("number", "digits"), [("+12025550123", "0123"), ("+8613800138000", "8000"), ("+6834123", "23")]
)
def test_of_the_number_only_its_end_is_shown(number: str, digits: str) -> None:
    """Who looks over a shoulder does not read it."""
    html = choices(replace(SHOWN, link=replace(SHOWN.link, number=E164(number))))
    assert (True, False) == (f"ends in {digits}." in html, number[2:-4] in html)


def test_the_other_language_is_one_press_away() -> None:
    """Each calls itself by its own name."""
    assert ({"简体中文": "?lang=zh"}, {"English": "?lang=en"}) == (page().links, page(language="zh").links)


def test_names_cannot_become_markup() -> None:
    """Neither the tenant's name nor a campaign's."""
    scope = Scope("acme", campaign="<b>&\"'")
    link = replace(SHOWN.link, scope=scope)
    html = choices(replace(SHOWN, link=link, name="<script>alert(1)</script>&\"'", holding=(own(scope=scope),)))
    assert (False, False, []) == ("<script" in html, "<b>" in html, read_page(html).wrong)


def test_done_says_what_is_stopped() -> None:
    """In force, or recorded and soon in force; with the way back to all choices."""
    now, soon = (read_page(done(SHOWN, own(scope=Scope("acme", "sms")), in_force=one)) for one in (True, False))
    assert (["Stopped: messages"], "?lang=en") == (now.items, now.links["See all choices"])
    assert [(True, False), (False, True)] == [
        ("holds from now on" in one.text, "will hold in a moment" in one.text) for one in (now, soon)
    ]


@pytest.mark.parametrize(("back", "languages"), [(None, ["en", "zh-Hans"]), ("zh", ["zh-Hans", "en"])])
def test_what_went_wrong_is_said_in_both_languages(back: Language | None, languages: list[str]) -> None:
    """The reader's own first, where it is known; each part names its language."""
    html = in_both("failed", "again", back)
    assert (languages, [], back is not None) == (
        re.findall(r'<section lang="([^"]+)"', html),
        read_page(html).wrong,
        "See all choices" in read_page(html).links,
    )


def test_the_headers_let_nothing_in_and_nothing_out() -> None:
    """No script, no frame, no cache, no referrer, no search engine; the one style by its digest."""
    policy = HEADERS["Content-Security-Policy"]
    assert ("no-store", "no-referrer", "DENY", True) == (
        HEADERS["Cache-Control"],
        HEADERS["Referrer-Policy"],
        HEADERS["X-Frame-Options"],
        "noindex" in HEADERS["X-Robots-Tag"],
    )
    assert (True, True, False, False) == (
        "default-src 'none'" in policy,
        "style-src 'sha256-" in policy,
        "unsafe" in policy,
        "url(" in STYLE or "@import" in STYLE,
    )
