"""What the command line says, in English and Chinese, and which of the two a reader wants."""

from __future__ import annotations

import os
from typing import Literal

Language = Literal["en", "zh"]

_WORDS: dict[str, tuple[str, str]] = {
    "time": ("time", "时间"),
    "verdict": ("verdict", "结论"),
    "number": ("number", "号码"),
    "channel": ("channel", "渠道"),
    "campaign": ("campaign", "活动"),
    "reason": ("reason", "理由"),
    "retry": ("again from", "可重试"),
    "id": ("id", "编号"),
    "tenant": ("tenant", "租户"),
    "allow": ("allow", "允许"),
    "block": ("block", "拒绝"),
    "pass": ("pass", "通过"),
    "unknown": ("unknown", "未知"),
    "rule": ("rule", "规则"),
    "meaning": ("meaning", "含义"),
    "nothing": ("Nothing to show.", "没有记录。"),
    "watching": ("watching; Ctrl-C ends", "监视中；按 Ctrl-C 结束"),
    "none_yet": ("nothing yet", "暂无"),
    "waiting": ("the gate does not answer since {since}; waiting for it", "网关自 {since} 起无应答；等待中"),
    "back": ("the gate answers again", "网关已恢复应答"),
    "dry_allow": ("It would be allowed.", "将被允许。"),
    "dry_block": ("It would be blocked.", "将被拒绝。"),
    "again": ("It may be tried again from {when}.", "可在 {when} 之后重试。"),
    "never": ("Waiting alone does not change this.", "等待不会改变结果。"),
    "local": ("there it is now", "当地时间"),
    "suppressed": ("suppressed", "已退订"),
    "not_suppressed": ("not suppressed", "未退订"),
    "opt_out": ("opt-out", "退订"),
    "lift": ("lift", "解除"),
    "decision": ("decision", "判定"),
    "lifted": ("lifted", "已解除"),
    "until": ("until {when}", "至 {when}"),
    "in_force": ("Recorded and in force: {number} is not contacted any more.", "已记录并生效：不再联系 {number}。"),
    "durable": (
        "Recorded; not in force on the index yet. The gate goes on until it is, and refuses what it cannot verify.",
        "已记录；索引尚未生效。网关会持续处理直至生效，无法核实的一律拒绝。",
    ),
    "recalled": ("Recalled while under way: {count}.", "已撤回进行中的：{count}。"),
    "away": (
        "No gate answers at {url}. Start one with `dialgate serve` (or `make run`), or set DIALGATE_URL.",
        "{url} 没有网关应答。请用 `dialgate serve`（或 `make run`）启动，或设置 DIALGATE_URL。",
    ),
    "no_key": (
        "There is no key at {path}; a gate makes it at its first start (`dialgate serve`). Or set DIALGATE_KEY_SID.",
        "{path} 没有密钥；网关首次启动（`dialgate serve`）时生成。也可设置 DIALGATE_KEY_SID。",
    ),
    "wrong_key": (
        "The gate at {url} does not know the key from {source}. Is it the key of another gate?",
        "{url} 的网关不认识来自 {source} 的密钥。是否属于另一个网关?",
    ),
    "see_tenants": ("`dialgate tenant list` shows the tenants.", "`dialgate tenant list` 列出租户。"),
}


def say(word: str, language: Language, **values: object) -> str:
    return _WORDS[word][language == "zh"].format(**values)


def language_of(wanted: str | None) -> Language:
    """What was asked for, else what the terminal speaks."""
    spoken = wanted or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    return "zh" if spoken.lower().startswith("zh") else "en"
