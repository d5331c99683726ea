"""`dialgate notice ...`: what the tenant's own server was told, and telling it again."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dialgate.ops.client import in_path
from dialgate.ops.options import AsFormat, Format, InLanguage, OfTenant, Unmasked, gate, instant
from dialgate.ops.output import clock_time, write, write_json, write_one
from dialgate.ops.words import language_of, say

PAGE = 500
Notice = Annotated[str, typer.Argument(help="As `dialgate notice list` names it.")]


def list_notices(
    tenant: OfTenant = "",
    state: Annotated[str, typer.Option("--state", help="waiting, delivered or given_up.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="opt_out, opt_in or review.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, the newest.")] = 50,
    unmask: Unmasked = False,
    form: AsFormat = Format.TABLE,
    lang: InLanguage = None,
) -> None:
    """What tenants' servers were told, and what is still to be told.

    \b
    dialgate notice list --state given_up
    dialgate notice list --tenant acme --kind review --format json
    """
    language = language_of(lang)
    asked = {"tenant": tenant, "state": state, "kind": kind, "unmask": unmask}
    rows: list[dict[str, Any]] = []
    with gate(lang) as client:
        cursor = ""
        while len(rows) < limit:
            query = {**asked, "limit": min(PAGE, limit - len(rows)), "cursor": cursor}
            page = client.get("/v1/notices", query)
            rows += page["items"]
            cursor = page["next"]
            if not cursor:
                break
    shown = rows if form is Format.JSON else [_flat(row, form) for row in rows]
    names = ("made_at", "tenant", "kind", "number", "state", "next_at", "id")
    words = ("time", "tenant", "kind", "number", "state", "next", "id")
    columns = {name: say(word, language) for name, word in zip(names, words, strict=True)}
    write(shown, columns, form, say("nothing", language))


def show_notice(
    notice: Notice, unmask: Unmasked = False, form: AsFormat = Format.TABLE, lang: InLanguage = None
) -> None:
    """One notice: what it says, and every attempt to tell it with the answer."""
    language = language_of(lang)
    with gate(lang) as client:
        said = client.get(f"/v1/notices/{in_path(notice)}", {"unmask": unmask})
    if form is Format.JSON:
        write_json(said)
        return
    attempts = said.pop("attempts")
    if form is Format.TABLE:
        write_one(said, form)
        print()
        attempts = [{**one, "at": clock_time(one["at"])} for one in attempts]
    columns = {"at": say("time", language), "status": say("status", language), "problem": say("problem", language)}
    write(attempts, columns, form, say("untried", language))


def replay_notice(
    notice: Annotated[str, typer.Argument(help="As `dialgate notice list` names it; empty with --since.")] = "",
    since: Annotated[
        str, typer.Option("--since", help="All that were made since then and given up: 24h, 7d, or a time.")
    ] = "",
    tenant: OfTenant = "",
    form: AsFormat = Format.TABLE,
) -> None:
    """Tell one again, or all that were given up; under the same id, so that nothing counts twice.

    \b
    dialgate notice replay opt_out.01a1ffecd1c75d345bf04bd6fe2241ae
    dialgate notice replay --since 7d --tenant acme
    """
    if bool(notice) == bool(since):
        raise typer.BadParameter("name one notice, or --since for all that were given up")
    with gate() as client:
        if notice:
            write_one(client.post(f"/v1/notices/{in_path(notice)}/replay", {}, {"tenant": tenant}), form)
        else:
            write_one(client.post("/v1/notices/replay", {"since": instant(since)}, {"tenant": tenant}), form)


def _flat(row: dict[str, Any], form: Format) -> dict[str, Any]:
    flat = {**row, "number": row["body"]["number"]}
    times = {name: clock_time(row[name]) for name in ("made_at", "next_at")} if form is Format.TABLE else {}
    return {**flat, **times}
