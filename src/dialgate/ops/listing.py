"""`dialgate decisions` and `dialgate blocked`: what was asked for and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from dialgate.ops.client import Client
from dialgate.ops.follow import Feed, follow
from dialgate.ops.options import AsFormat, Format, InLanguage, OfTenant, Unmasked, gate, instant
from dialgate.ops.output import clock_time, write
from dialgate.ops.screen import screen
from dialgate.ops.words import Language, language_of, say

PAGE = 500
SHOWN_BEFORE_FOLLOWING = 20

Since = Annotated[str, typer.Option("--since", help="24h, 15m, 7d, or a time such as 2026-03-02T03:00:00Z.")]
Until = Annotated[str, typer.Option("--until", help="As --since; not included.")]
To = Annotated[str, typer.Option("--to", help="Only this called number.")]
Reason = Annotated[str, typer.Option("--reason", help="Only this reason, such as suppressed.")]
Campaign = Annotated[str, typer.Option("--campaign", help="Only this campaign.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many, the newest.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on showing what comes, until Ctrl-C.")]


def blocked(
    since: Since = "24h",
    until: Until = "",
    to: To = "",
    reason: Reason = "",
    campaign: Campaign = "",
    tenant: OfTenant = "",
    limit: Limit = 50,
    following: Follow = False,
    unmask: Unmasked = False,
    form: AsFormat = Format.TABLE,
    lang: InLanguage = None,
) -> None:
    """What was refused, and why.

    \b
    dialgate blocked --since 1h
    dialgate blocked --follow                     leave it open all day
    dialgate blocked --reason suppressed --format csv > refused.csv
    """
    query = {"verdict": "block", "to": to, "reason": reason, "campaign": campaign, "tenant": tenant, "unmask": unmask}
    _show(query, since, until, limit, lang, form=form, following=following)


def decisions(
    since: Since = "24h",
    until: Until = "",
    to: To = "",
    reason: Reason = "",
    campaign: Campaign = "",
    tenant: OfTenant = "",
    limit: Limit = 50,
    following: Follow = False,
    unmask: Unmasked = False,
    form: AsFormat = Format.TABLE,
    lang: InLanguage = None,
) -> None:
    """Every attempt with its verdict.

    \b
    dialgate decisions --since 15m --to +14155552671
    dialgate decisions --campaign spring --limit 1000 --format json
    """
    query = {"to": to, "reason": reason, "campaign": campaign, "tenant": tenant, "unmask": unmask}
    _show(query, since, until, limit, lang, form=form, following=following)


def pages(client: Client, query: dict[str, Any], limit: int) -> Iterator[dict[str, Any]]:
    """Newest first, at most `limit` rows."""
    cursor = ""
    while limit > 0:
        page = client.get("/v1/decisions", {**query, "limit": min(PAGE, limit), "cursor": cursor})
        yield from page["items"]
        limit -= len(page["items"])
        cursor = page["next"]
        if not cursor:
            return


def _show(
    query: dict[str, Any], since: str, until: str, limit: int, lang: str | None, *, form: Format, following: bool
) -> None:
    language = language_of(lang)
    asked = {**query, "since": instant(since), "until": instant(until)}
    with gate(lang) as client:
        if following:
            first = list(pages(client, asked, min(limit, SHOWN_BEFORE_FOLLOWING)))
            follow(Feed(client, asked), screen(form, language), first)
            return
        rows = list(pages(client, asked, limit))
    write([_flat(row, form, language) for row in rows], _columns(query, language), form, say("nothing", language))


def _columns(query: dict[str, Any], language: Language) -> dict[str, str]:
    shown = ("decided_at", "to", "channel", "campaign", "reason", "retry_at", "id")
    words = ("time", "number", "channel", "campaign", "reason", "retry", "id")
    columns = {key: say(word, language) for key, word in zip(shown, words, strict=True)}
    if query.get("verdict"):
        return columns
    return {"decided_at": columns.pop("decided_at"), "verdict": say("verdict", language), **columns}


def _flat(row: dict[str, Any], form: Format, language: Language) -> dict[str, Any]:
    """JSON stays as the gate gave it."""
    if form is Format.JSON:
        return row
    flat = {**row, "reason": [reason["code"] for reason in row["reasons"]]}
    if form is Format.CSV:
        return flat
    times = {key: clock_time(row[key]) for key in ("decided_at", "retry_at")}
    return {**flat, **times, "verdict": say(row["verdict"], language)}
