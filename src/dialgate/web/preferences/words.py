"""What the preference page says, in English and Chinese, and which of the two a reader wants. Plain text: the page
escapes it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from dialgate.app.preferences import Choice
from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.scope import ALL

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.domain.scope import Scope

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, Language] = ("en", "zh")
TAGS: dict[Language, str] = {"en": "en", "zh": "zh-Hans"}
NAMES: dict[Language, str] = {"en": "English", "zh": "简体中文"}

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Calls and messages from {name}", "来自“{name}”的电话和短信"),
    "number": ("Your number ends in {digits}.", "您的号码尾号为 {digits}。"),
    "language": ("Language", "语言"),
    "now": ("Now", "当前状态"),
    "nothing": ("You have not stopped anything.", "您没有停止任何电话或短信。"),
    "unknown": (
        "What you have stopped cannot be shown right now. You can stop calls and messages all the same.",
        "暂时无法显示您已停止的内容，但您仍可停止电话和短信。",
    ),
    "stopped": ("Stopped: {what}", "已停止：{what}"),
    "until": ("Stopped until {date}: {what}", "已停止至{date}：{what}"),
    "everything": ("all calls and messages", "全部电话和短信"),
    Channel.VOICE: ("calls", "电话"),
    Channel.SMS: ("messages", "短信"),
    Purpose.MARKETING: ("advertising", "广告"),
    Purpose.INFORMATIONAL: ("general information", "一般信息"),
    Purpose.TRANSACTIONAL: ("notices about your orders and accounts", "订单和账户通知"),
    Purpose.COLLECTION: ("payment reminders", "付款提醒"),
    Purpose.SURVEY: ("surveys", "问卷调查"),
    "part": ("{kind} ({channel})", "{kind}（{channel}）"),
    "campaign": ("the series “{campaign}”", "“{campaign}”系列"),
    "within": ("{what}, in {campaign}", "{campaign}中的{what}"),
    "change": ("Your choice", "您的选择"),
    "stop": ("Stop {what}", "停止{what}"),
    "only": ("This stops nothing else.", "不影响其他内容。"),
    "only_voice": ("This does not stop messages.", "不影响短信。"),
    "only_sms": ("This does not stop calls.", "不影响电话。"),
    "pause": ("Pause for {days} days", "暂停 {days} 天"),
    "paused": ("No calls and no messages until {date}.", "{date}前没有电话和短信。"),
    "resume": ("Undo", "撤销"),
    "undone": ("Takes back everything that you stopped on this page.", "撤销您在本页停止的全部内容。"),
    "kept": (
        "What you stopped here stays stopped until you tell the sender's customer service otherwise.",
        "您在本页停止的内容将保持不变；如需恢复，请联系对方客服。",
    ),
    "stays": (
        "Something was stopped in another way, for instance by telling an agent. That stays as it is.",
        "另有通过其他方式（例如告知客服）停止的内容，将保持不变。",
    ),
    "start": (
        "What you stopped by text message you take back by replying START to that sender.",
        "您通过短信停止的内容，请向该发送号码回复“订阅”或 START 来恢复。",
    ),
    "done": ("Done", "已完成"),
    "holds": ("Your choice holds from now on.", "您的选择即刻生效。"),
    "soon": (
        "Your choice is recorded. It will hold in a moment; you need not do anything more.",
        "您的选择已记录，很快就会生效，您无需再做任何操作。",
    ),
    "resumed": ("Done. It takes a moment to hold.", "已完成，稍后生效。"),
    "back": ("See all choices", "查看全部选项"),
    "failed": ("That did not work", "操作未成功"),
    "again": ("Your choice may not have been saved. Please try again in a moment.", "您的选择可能未保存，请稍后重试。"),
    "unread": ("Nothing was changed. Please choose one of the buttons.", "没有任何更改。请点选其中一个按钮。"),
    "gone": ("This link does not work", "此链接无效"),
    "gone_why": (
        "It is incomplete or too old. Use the link of a newer message, or reply STOP to the sender.",
        "链接不完整或已过期。请使用较新短信中的链接，或向发送号码回复“退订”。",
    ),
}


def say(word: str, language: Language, **values: object) -> str:
    return _WORDS[word][language == "zh"].format(**values)


def what(scope: Scope, language: Language) -> str:
    """What an opt-out of this scope stops, in the middle of a sentence."""
    kind = _kind(scope, language)
    if scope.campaign == ALL:
        return kind
    campaign = say("campaign", language, campaign=scope.campaign)
    return (
        campaign
        if (scope.channel, scope.purpose) == (ALL, ALL)
        else say("within", language, what=kind, campaign=campaign)
    )


def _kind(scope: Scope, language: Language) -> str:
    if scope.purpose == ALL:
        return say("everything" if scope.channel == ALL else scope.channel, language)
    purpose = say(scope.purpose, language)
    if scope.channel == ALL:
        return purpose
    return say("part", language, channel=say(scope.channel, language), kind=purpose)


def hint(choice: Choice, scope: Scope, language: Language) -> str:
    """What goes on when a part is stopped."""
    if choice is Choice.ALL:
        return ""
    return say(f"only_{scope.channel}" if choice is Choice.CHANNEL else "only", language)


def day(at: datetime, language: Language) -> str:
    """The UTC day: where the person is, nobody knows for certain."""
    return f"{at.year}年{at.month}月{at.day}日" if language == "zh" else f"{at.day} {at:%B %Y}"


_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,32})?\s*(?:;\s*q=([01](?:\.[0-9]{1,3})?))?\s*", re.ASCII)


def language_of(wanted: str, accepted: str) -> Language:
    """`wanted` if the page speaks it, else the one that the header `Accept-Language` likes better; English on a tie."""
    if wanted in LANGUAGES:
        return "zh" if wanted == "zh" else "en"
    liked = {"en": 0.0, "zh": 0.0}
    for part in accepted[:256].split(","):
        found = _RANGE.fullmatch(part)
        if found and found[1].lower() in liked:
            liked[found[1].lower()] = max(liked[found[1].lower()], float(found[2] or 1))
    return "zh" if liked["zh"] > liked["en"] else "en"
