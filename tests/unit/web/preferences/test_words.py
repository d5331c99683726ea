"""What the preference page says, in which language."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from dialgate.app.preferences import Choice
from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.scope import ALL, Scope
from dialgate.web.preferences.words import LANGUAGES, Language, day, hint, language_of, say, what


@pytest.mark.parametrize(
    ("wanted", "accepted", "spoken"),
    [
        ("zh", "en", "zh"),
        ("en", "zh", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("", "de-DE,de;q=0.9,zh;q=0.4,en;q=0.3", "zh"),
        ("", "de", "en"),
        ("", "", "en"),
        ("", "*", "en"),
        ("fr", "zh", "zh"),
        ("", "zh;q=2,zh;q=x,;;,en;q=0.1", "en"),
        ("", "zh" * 10_000, "en"),
        ("\udc00", "\udc00", "en"),
    ],
)
def test_the_reader_gets_the_language_that_they_like(wanted: str, accepted: str, spoken: str) -> None:
    """What the link or the person chose goes before what the browser likes; nonsense is English."""
    assert spoken == language_of(wanted, accepted)


EVERY = [
    Scope("acme", channel, purpose, campaign)
    for channel, purpose, campaign in product((ALL, *Channel), (ALL, *Purpose), (ALL, "spring {0}"))
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scope_has_words_of_its_own(language: Language) -> None:
    """Whoever reads what is stopped can tell any two of them apart, and no channel is forgotten."""
    said = [what(scope, language) for scope in EVERY]
    assert len(EVERY) == len(set(said))


def test_what_is_stopped_is_said_in_plain_words() -> None:
    """From everything to one kind of one channel of one campaign."""
    told = (Scope("a"), Scope("a", "sms"), Scope("a", "*", "survey"), Scope("a", "voice", "collection", "spring"))
    assert [
        "all calls and messages",
        "messages",
        "surveys",
        "payment reminders (calls), in the series “spring”",
    ] == [what(scope, "en") for scope in told]
    assert ["全部电话和短信", "短信", "问卷调查", "“spring”系列中的付款提醒（电话）"] == [
        what(scope, "zh") for scope in told
    ]


def test_a_part_says_what_it_leaves() -> None:
    """Nobody stops messages and believes that calls have ended too."""
    scope = Scope("a", "sms")
    assert ("This does not stop calls.", "不影响其他内容。", "") == (
        hint(Choice.CHANNEL, scope, "en"),
        hint(Choice.PURPOSE, scope, "zh"),
        hint(Choice.ALL, scope, "en"),
    )


def test_a_day_is_written_as_people_write_it() -> None:
    """Day, month and year, in no order that two countries read differently."""
    at = datetime(2027, 3, 1, 23, 59, tzinfo=UTC)
    assert ("1 March 2027", "2027年3月1日") == (day(at, "en"), day(at, "zh"))


def test_names_are_put_in_as_they_are() -> None:
    """A tenant whose name holds braces is called by its name."""
    assert "Calls and messages from {x} & co" == say("title", "en", name="{x} & co")
