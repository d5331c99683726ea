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
    "kind": ("kind", "类型"),
    "state": ("state", "状态"),
    "next": ("next try", "下次尝试"),
    "status": ("status", "应答"),
    "problem": ("problem", "问题"),
    "untried": ("Not tried yet.", "尚未尝试。"),
    "partner": ("partner", "合作方"),
    "by": ("by", "方式"),
    "push": ("push", "推送"),
    "pull": ("pull", "拉取"),
    "position": ("position", "位置"),
    "head": ("head", "末尾"),
    "behind": ("behind", "落后条数"),
    "lag": ("lag", "滞后"),
    "acknowledged": ("acknowledged", "确认时间"),
    "ok": ("ok", "正常"),
    "lagging": ("lagging", "滞后"),
    "suspended": ("keys suspended", "密钥已暂停"),
    "no_partner": (
        "There is no partner. Add one: dialgate partner create NAME --tenant T",
        "没有合作方。可添加：dialgate partner create NAME --tenant T",
    ),
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
    "text": ("text", "原文"),
    "confidence": ("confidence", "置信度"),
    "held": ("counts meanwhile", "暂按退订"),
    "evidence": ("understood by", "依据"),
    "quoted": ("“{text}”", "“{text}”"),
    "days_ago": ("{count} d ago", "{count} 天前"),
    "hours_ago": ("{count} h ago", "{count} 小时前"),
    "minutes_ago": ("{count} min ago", "{count} 分钟前"),
    "just_now": ("just now", "刚刚"),
    "no_reviews": ("No reply waits for a decision.", "没有待判定的回复。"),
    "reviewed": ("Decided {decided}, left for later {skipped}.", "已判定 {decided} 条，留待以后 {skipped} 条。"),
    "review_keys": ("s stop   n no refusal   space later   q quit", "s 退订   n 非退订   空格 稍后   q 结束"),
    "review_stop": ("A refusal: {number} is not contacted any more.", "判定为退订：不再联系 {number}。"),
    "review_none": ("No refusal: what held for {number} is lifted.", "判定为非退订：已解除 {number} 的暂时退订。"),
    "review_held": ("counts as a refusal meanwhile", "暂按退订处理"),
    "review_waits": ("does not count yet", "暂未按退订处理"),
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
    "list_empty": ("There is no row in {file}.", "{file} 中没有任何行。"),
    "list_unopened": ("{file} cannot be opened: {why}.", "无法打开 {file}：{why}。"),
    "list_encoding": (
        "{file} is neither UTF-8 nor GBK: save it as CSV in UTF-8.",
        "{file} 既不是 UTF-8 也不是 GBK：请另存为 UTF-8 的 CSV。",
    ),
    "list_quote": (
        "In line {line} of {file} a quote is opened that swallows the rows after it. Mend the line.",
        "{file} 第 {line} 行有引号未闭合，其后的行会被吞掉。请修正该行。",
    ),
    "list_columns": (
        "More than one column of {file} may hold the number: name it with --column (heading or place): {columns}",
        "{file} 中有多列可能是号码：请用 --column 指定（列名或序号）：{columns}",
    ),
    "list_no_column": (
        "No column of {file} was found to hold the number: name it with --column (heading or place): {columns}",
        "{file} 中找不到号码列：请用 --column 指定（列名或序号）：{columns}",
    ),
    "import_same_file": ("--rejects names the list itself.", "--rejects 指向了名单本身。"),
    "import_goes_on": ("Going on from line {line}.", "从第 {line} 行继续。"),
    "import_anew": (
        "Beginning anew: {state} is of another list or other options.",
        "重新开始：{state} 属于另一份名单或其他选项。",
    ),
    "import_stopped": (
        "Stopped. What was acknowledged is in force; the same command goes on from there.",
        "已停止。已确认的部分已生效；再次运行同一命令即可继续。",
    ),
    "import_done": (
        "{new} new, {known} known already, {rejected} rejected; {seconds} s, {rate} rows a second.",
        "新增 {new}，已有 {known}，拒收 {rejected}；用时 {seconds} 秒，每秒 {rate} 行。",
    ),
    "import_would": (
        "Nothing was recorded. It would be: {new} new, {known} known already, {rejected} rejected.",
        "未记录任何内容。将会：新增 {new}，已有 {known}，拒收 {rejected}。",
    ),
    "import_rejects": ("What was rejected, and why: {file}", "拒收的行及原因：{file}"),
    "a_second": ("{rows} rows/s", "{rows} 行/秒"),
    "row_missing": ("There is no number.", "没有号码。"),
    "row_characters": ("It has characters or a shape that no number has.", "含有号码中不会出现的字符或格式。"),
    "row_letters": ("Letters are not digits.", "字母不是数字。"),
    "row_list": ("One number a row: this is more than one.", "每行一个号码：此处多于一个。"),
    "row_extension": ("An extension cannot be part of a number.", "号码不能带分机。"),
    "row_invalid": (
        "No such number can exist; write it with + and country code.",
        "不存在这样的号码；请写成 + 加国家代码。",
    ),
    "row_short_code": ("A service number or short code is nobody's number.", "服务号或短号不是个人号码。"),
    "row_ambiguous": (
        "It can be read as more than one number; write + and country code.",
        "可读作多个号码；请写成 + 加国家代码。",
    ),
    "row_scheme": ("An address such as sip: is no phone number.", "sip: 之类的地址不是电话号码。"),
    "row_exponent": (
        "A spreadsheet cut its digits (1.38E+10): take it from the original, and format the column as text.",
        "表格软件已丢失数字（1.38E+10）：请取自原始数据，并将该列设为文本格式。",
    ),
    "row_date": ("The date cannot be read: write it as 2026-03-02.", "日期无法识别：请写成 2026-03-02。"),
    "row_date_ambiguous": (
        "Day and month cannot be told apart: write the date as 2026-03-02.",
        "无法区分日和月：请写成 2026-03-02。",
    ),
    "row_date_serial": (
        "A spreadsheet's day number: format the column as a date, such as 2026-03-02.",
        "这是表格软件的日期序号：请将该列设为日期格式，如 2026-03-02。",
    ),
    "row_future": ("The time is still to come.", "时间在未来。"),
    "row_channel": ("The channel is neither sms nor voice.", "渠道既不是 sms 也不是 voice。"),
    "row_purpose": ("No such purpose is known.", "没有这种用途。"),
    "row_campaign": ("No campaign is called so.", "活动名称无效。"),
    "row_source": ("No such source is known.", "没有这种来源。"),
    "see_tenants": ("`dialgate tenant list` shows the tenants.", "`dialgate tenant list` 列出租户。"),
}


def say(word: str, language: Language, **values: object) -> str:
    return _WORDS[word][language == "zh"].format(**values)


def language_of(wanted: str | None) -> Language:
    """What was asked for, else what the terminal speaks."""
    spoken = wanted or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    return "zh" if spoken.lower().startswith("zh") else "en"
