"""A decision in sentences, in English and Chinese. Pure wording: it decides nothing and reads no store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Why:
    reason: Reason
    detail: str
    """In English, as the rule worded it."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an allowed attempt later; `kind` as the log names it."""

    kind: str
    at: datetime
    carrier_sid: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """`number` as this reader may see it. Times aware."""

    decided_at: datetime
    channel: str
    number: str
    calling: str
    campaign: str
    purpose: str
    time_zones: tuple[str, ...]
    reasons: tuple[Why, ...]
    retry_at: datetime | None
    policy_version: str
    events: tuple[Event, ...] = ()


REASONS: dict[Reason, tuple[str, str]] = {
    Reason.BAD_REQUEST: ("The request could not be read.", "请求无法读取。"),
    Reason.INVALID_NUMBER: ("The called number is not one valid number.", "被叫号码不是一个有效号码。"),
    Reason.UNSUPPORTED_DESTINATION: ("This kind of destination is not permitted.", "不允许联系这类目的地。"),
    Reason.SUPPRESSED: ("The called person has opted out.", "被叫方已退订。"),
    Reason.LISTED: ("The number is on a do-not-contact list.", "该号码在禁止联系名单上。"),
    Reason.NO_CONSENT: ("There is no consent that covers this attempt.", "没有涵盖此次联系的同意。"),
    Reason.CALLING_HOURS: ("It is outside the permitted hours of the called person.", "不在被叫方当地允许的时段内。"),
    Reason.HOLIDAY: ("It is a holiday where the called person is.", "被叫方所在地正值节假日。"),
    Reason.FREQUENCY_CAP: ("The called person was contacted often enough.", "对被叫方的联系次数已达上限。"),
    Reason.WAITING_PERIOD: ("The waiting period is not over.", "等待期尚未结束。"),
    Reason.CONTENT_REJECTED: ("The content is not permitted.", "内容不被允许。"),
    Reason.REGION_BLOCKED: ("This region is not called.", "不联系该地区。"),
    Reason.CARRIER_BLOCKED: ("The carrier blocks this number.", "运营商已屏蔽该号码。"),
    Reason.UNKNOWN_TWIML: ("The call's document holds an element that is not known.", "通话文档含有未知元素。"),
    Reason.RECALLED: ("The called person opted out while this was being sent.", "发送过程中被叫方已退订。"),
    Reason.SURFACE_BLOCKED: ("The gate does not offer this operation or parameter.", "网关不提供此操作或参数。"),
    Reason.CAMPAIGN_NOT_APPROVED: ("The campaign is not approved.", "活动尚未获批。"),
    Reason.CAMPAIGN_NOT_RUNNING: ("The campaign is not running.", "活动未在进行中。"),
    Reason.OUTSIDE_FILING: ("The attempt lies outside what was filed.", "此次联系超出备案范围。"),
    Reason.CALLER_ID_NOT_ALLOWED: ("The calling number may not be used.", "不得使用该主叫号码。"),
    Reason.PURPOSE_BANNED: ("This purpose is not permitted.", "不允许此用途。"),
    Reason.KEY_SUSPENDED: (
        "The API key was revoked, or is suspended while its partner lags behind the refusals.",
        "API 密钥已被吊销，或因其合作方未及时同步退订而暂停。",
    ),
    Reason.DUPLICATE: ("The same content was sent to this number a moment ago.", "刚刚已向该号码发送过相同内容。"),
    Reason.OUTCOME_UNKNOWN: ("The carrier was asked and nobody knows whether it acted.", "已请求运营商，但结果未知。"),
    Reason.PACING: ("Attempts come faster than the carrier's pace.", "请求速度超过运营商限速。"),
    Reason.GATE_UNAVAILABLE: ("The gate could not decide, so it refused.", "网关无法判定，因此拒绝。"),
    Reason.INDEX_UNVERIFIED: (
        "The suppression index is not verified, so all is refused.",
        "退订索引未经核实，一律拒绝。",
    ),
    Reason.RULE_ERROR: ("A rule failed, so the attempt is refused.", "规则执行出错，因此拒绝。"),
}

RULES: dict[str, tuple[str, str]] = {
    "number_validity": ("The called number is exactly one valid number.", "被叫号码必须是唯一的有效号码。"),
    "destination": (
        "The destination is a telephone number, or an own destination.",
        "目的地必须是电话号码或自有号码。",
    ),
    "key_active": (
        "The API key has not been revoked, and its partner follows the refusals.",
        "API 密钥未被吊销，且其合作方及时同步退订。",
    ),
    "suppression": ("The called person has not opted out.", "被叫方未退订。"),
    "policy_followed": ("The tenant's own policy can be followed.", "租户自身的策略可以执行。"),
    "caller_id": ("The sender is one of the tenant's own.", "主叫号码属于该租户。"),
    "calling_hours": (
        "It is a permitted hour in every time zone where the called person may be.",
        "被叫方可能所在的每个时区都处于允许时段。",
    ),
    "frequency_cap": ("The called person was not contacted too often.", "对被叫方的联系次数未达上限。"),
    "duplicate": ("The same content was not sent within the last minute.", "一分钟内未发送过相同内容。"),
}

_OF_ROWS = frozenset({Reason.CALLING_HOURS, Reason.HOLIDAY})
"""Their details begin with the name of the row of the policy."""

_LIMIT = re.compile(
    r"At most (\d+) \w+ in (?:(\d+) (second|minute|hour|day)s?|one (day|week|month) of) [^(]*\(([^()]*)\)"
)
"""On record a limit stands in English alone; its figures are read out of that."""
_UNITS = {"second": "秒", "minute": "分钟", "hour": "小时", "day": "天"}
_SPANS = {"day": "每个自然日", "week": "每周", "month": "每月"}
_OWN_POLICY = ("the tenant's own policy", "租户自身的策略")
_SOON = frozenset({Reason.FREQUENCY_CAP, Reason.DUPLICATE})
"""Waiting mends them, and nobody knows from when."""

_CHANNELS = {"voice": ("A call", "语音呼叫"), "sms": ("A message", "短信")}
_EVENTS = {
    "sent": ("the carrier took it{sid}", "运营商已受理{sid}"),
    "named": ("the carrier reported it{sid}", "运营商已报告{sid}"),
    "released": ("it was not carried out, and its counts were given back", "未执行，计数已退回"),
    "outcome_unknown": ("the carrier gave no usable answer; it stays counted", "运营商未给出可用答复；仍计入次数"),
    "recalled": ("it was cancelled because the person opted out{sid}", "因被叫方退订而取消{sid}"),
    "window_closed": (
        "it was cancelled because it was still queued when the hours ended{sid}",
        "拨打时段结束时仍在排队，因此取消{sid}",
    ),
    "settled": ("it ended: {status}", "已结束：{status}"),
}


def explain(story: Story, language: Language) -> tuple[str, ...]:
    """Who was to be reached, the verdict, each reason, when to try again, and what happened later."""
    chinese = language == "zh"
    verdict = _verdict(story, language)
    reasons = [_reason(why, language) for why in story.reasons]
    return (
        _who(story, language),
        verdict,
        *reasons,
        *_again(story, language),
        *(_event(event, language) for event in story.events),
        f"依据的规则版本：{story.policy_version}。" if chinese else f"Policy version: {story.policy_version}.",
    )


def reason_worded(reason: Reason, detail: str, language: Language) -> str:
    """The rule's own sentence; in Chinese the meaning, with the row of the policy where one refuses."""
    if language == "en":
        return detail or REASONS[reason][0]
    if reason is Reason.FREQUENCY_CAP and (found := _LIMIT.match(detail)):
        at_most, count, unit, span, whose = found.groups()
        within = f"{count} {_UNITS[unit]}内" if count else _SPANS[span]
        whose = _OWN_POLICY[1] if whose == _OWN_POLICY[0] else whose
        return f"{REASONS[reason][1]}（{whose}：{within}最多 {at_most} 次）"
    row, colon, _ = detail.partition(": ")
    named = colon and reason in _OF_ROWS and " " not in row
    return f"{REASONS[reason][1]}（{row}）" if named else REASONS[reason][1]


def waiting_is_vain(reasons: Collection[Reason]) -> bool:
    """Of a refusal without a time at which all of it will have passed."""
    return not _SOON.intersection(reasons) or not _SOON.union(_OF_ROWS).issuperset(reasons)


def rule_meaning(rule: str, language: Language) -> str:
    """The rule's own name where nothing is said about it."""
    return RULES.get(rule, (rule, rule))[language == "zh"]


def _who(story: Story, language: Language) -> str:
    what = _CHANNELS.get(story.channel, (story.channel, story.channel))
    when = _time(story.decided_at)
    if language == "zh":
        campaign = f"，活动 {story.campaign}" if story.campaign else ""
        return f"{when}：{what[1]}，从 {story.calling} 到 {story.number}（用途 {story.purpose}{campaign}）。"
    campaign = f", campaign {story.campaign}" if story.campaign else ""
    return f"{when}: {what[0]} from {story.calling} to {story.number} (purpose {story.purpose}{campaign})."


def _verdict(story: Story, language: Language) -> str:
    if language == "zh":
        return f"已拒绝，理由 {len(story.reasons)} 条：" if story.reasons else "已允许：没有规则反对。"
    if not story.reasons:
        return "It was allowed: no rule objected."
    count = len(story.reasons)
    return f"It was blocked for {count} reason{'s' if count > 1 else ''}:"


def _reason(why: Why, language: Language) -> str:
    source = f" [{why.source}]" if why.source else ""
    colon = "：" if language == "zh" else ": "
    return f"- {why.reason.value}{colon}{reason_worded(why.reason, why.detail, language)}{source}"


def _again(story: Story, language: Language) -> tuple[str, ...]:
    if not story.reasons:
        return ()
    if story.retry_at is None:
        if not waiting_is_vain([why.reason for why in story.reasons]):
            return ()
        return ("等待不会改变结果。" if language == "zh" else "Waiting alone does not change this.",)
    when = _time(story.retry_at)
    return (f"可在 {when} 之后重试。" if language == "zh" else f"It may be tried again from {when}.",)


def _event(event: Event, language: Language) -> str:
    wording = _EVENTS.get(event.kind, (event.kind, event.kind))
    sid = f" ({event.carrier_sid})" if event.carrier_sid else ""
    said = wording[language == "zh"].format(sid=sid, status=event.status or "-")
    return f"{_time(event.at)}：{said}。" if language == "zh" else f"{_time(event.at)}: {said}."


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
