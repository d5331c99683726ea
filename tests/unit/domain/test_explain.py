"""A decision in sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialgate.domain.attempt import Channel
from dialgate.domain.explain import REASONS, Event, Story, Why, explain, reason_worded, rule_meaning
from dialgate.domain.explain import RULES as RULE_WORDS
from dialgate.domain.policy.caps import PARTS
from dialgate.domain.policy.limits import calendar, limit, rolling
from dialgate.domain.reasons import Reason
from dialgate.domain.rules import RULES

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
STORY = Story(
    decided_at=AT,
    channel="voice",
    number="+1***2671",
    calling="+14155550100",
    campaign="spring",
    purpose="marketing",
    time_zones=("America/Los_Angeles",),
    reasons=(),
    retry_at=None,
    policy_version="1",
)
BLOCKED = replace(STORY, reasons=(Why(Reason.SUPPRESSED, "They opted out."), Why(Reason.DUPLICATE, "Twice.", "rule 7")))


def test_every_reason_has_words_in_both_languages() -> None:
    """No reason code is left unexplained to anybody."""
    assert set(Reason) == set(REASONS)
    assert all(english and chinese and chinese != english for english, chinese in REASONS.values())


def test_every_rule_has_words() -> None:
    """Whoever reads a dry run learns what each rule wants."""
    assert {rule.__name__ for rule in RULES} == set(RULE_WORDS)


def test_an_allow_is_told_in_english() -> None:
    """Who, the verdict, and the policy it was made under."""
    assert (
        "2026-03-02 03:00:00 UTC: A call from +14155550100 to +1***2671 (purpose marketing, campaign spring).",
        "It was allowed: no rule objected.",
        "Policy version: 1.",
    ) == explain(STORY, "en")


def test_a_block_names_every_reason_and_its_source() -> None:
    """The rule's own words, where they come from, and that waiting does not help."""
    assert (
        "It was blocked for 2 reasons:",
        "- suppressed: They opted out.",
        "- duplicate: Twice. [rule 7]",
        "Waiting alone does not change this.",
    ) == explain(BLOCKED, "en")[1:5]


def test_a_block_is_told_in_chinese() -> None:
    """The same facts in Chinese, with the stable codes."""
    told = explain(replace(BLOCKED, retry_at=AT), "zh")
    assert ("已拒绝，理由 2 条：", "- suppressed：被叫方已退订。") == told[1:3]
    assert "可在 2026-03-02 03:00:00 UTC 之后重试。" in told


@pytest.mark.parametrize(
    ("kind", "english", "chinese"),
    [
        ("sent", "the carrier took it (CA1)", "运营商已受理 (CA1)"),
        ("settled", "it ended: busy", "已结束：busy"),
        ("recalled", "it was cancelled because the person opted out (CA1)", "因被叫方退订而取消 (CA1)"),
        ("later_kind", "later_kind", "later_kind"),
    ],
)
def test_what_happened_later_is_told(kind: str, english: str, chinese: str) -> None:
    """Each later event is a sentence with its time; one that is not known is named as it is."""
    story = replace(STORY, events=(Event(kind, AT, "CA1", "busy"),))
    assert f"2026-03-02 03:00:00 UTC: {english}." in explain(story, "en")
    assert f"2026-03-02 03:00:00 UTC：{chinese}。" in explain(story, "zh")


@pytest.mark.parametrize(
    ("detail", "chinese"),
    [
        ("us_fl_hours: it is Mon 20:30.", "不在被叫方当地允许的时段内。（us_fl_hours）"),
        ("The window closes too soon: wait.", "不在被叫方当地允许的时段内。"),
        ("", "不在被叫方当地允许的时段内。"),
    ],
)
def test_the_row_of_a_policy_is_named_in_chinese_too(detail: str, chinese: str) -> None:
    """Where the sentence begins with one."""
    assert chinese == reason_worded(Reason.CALLING_HOURS, detail, "zh")


@pytest.mark.parametrize(
    ("window", "scope", "whose", "chinese"),
    [
        (rolling(86_400), ("number",), "the tenant's own policy", "租户自身的策略：24 小时内最多 3 次"),
        (rolling(604_800), ("debt",), "regf_7in7", "regf_7in7：7 天内最多 3 次"),
        (rolling(300), ("everyone", "number"), "cn_tccc_5min", "cn_tccc_5min：5 分钟内最多 3 次"),
        (rolling(45), PARTS, "row", "row：45 秒内最多 3 次"),
        (calendar("week"), ("number",), "wa_collect", "wa_collect：每周最多 3 次"),
    ],
)
def test_a_limit_is_told_in_chinese_too(window: str, scope: tuple[str, ...], whose: str, chinese: str) -> None:
    """With its figures and whose it is, whatever the rule adds to the sentence."""
    for channels in ({Channel.VOICE}, {Channel.SMS}, frozenset(Channel)):
        detail = limit(3, window, scope, channels, whose)
        for more in (
            ".",
            ". There is room again once the earliest is 24 hours old.",
            ", and the number does not tell.",
        ):
            told = reason_worded(Reason.FREQUENCY_CAP, detail + more, "zh")
            assert f"对被叫方的联系次数已达上限。（{chinese}）" == told


def test_whether_waiting_helps_is_said_only_where_it_is_known() -> None:
    """A limit of the last hours passes, but nobody knows when; an opt-out beside it does not."""
    reached = Why(Reason.FREQUENCY_CAP, "At most 1 call.")
    alone, beside = replace(STORY, reasons=(reached,)), replace(BLOCKED, reasons=(reached, *BLOCKED.reasons))
    assert [False, True] == ["Waiting alone does not change this." in explain(one, "en") for one in (alone, beside)]


def test_words_for_one_thing() -> None:
    """The command line asks for the words of one reason or rule."""
    assert ("The called person has opted out.", "被叫方已退订。") == tuple(
        reason_worded(Reason.SUPPRESSED, "", language) for language in ("en", "zh")
    )
    assert ("被叫方未退订。", "new_rule") == (rule_meaning("suppression", "zh"), rule_meaning("new_rule", "zh"))
