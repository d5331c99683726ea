"""`dialgate partner ...`: call centres and CRMs that must follow a tenant's refusals."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from dialgate.ops.client import in_path
from dialgate.ops.options import AsFormat, Format, InLanguage, OfTenant, gate
from dialgate.ops.output import clock_time, write, write_one
from dialgate.ops.words import Language, language_of, say

Name = Annotated[str, typer.Argument(help="Of the partner.")]
_SPAN = re.compile(r"(\d{1,7})([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}


def create_partner(
    name: Name,
    tenant: OfTenant = "",
    push_url: Annotated[
        str, typer.Option("--push-url", help="Where its feed is pushed to; without it, the partner pulls.")
    ] = "",
    max_lag: Annotated[str, typer.Option("--max-lag", help="15m, 2h: how late it may acknowledge a refusal.")] = "15m",
    suspend: Annotated[bool, typer.Option("--suspend", help="Suspend its keys while it lags.")] = False,
    form: AsFormat = Format.TABLE,
) -> None:
    """Add a partner. What it needs is shown once: the secret that signs what is pushed, or the key to pull with.

    \b
    dialgate partner create desk --tenant acme --max-lag 15m --suspend
    dialgate partner create crm --tenant acme --push-url https://crm.example/refusals
    """
    body = {"name": name, "push_url": push_url, "max_lag_s": _seconds(max_lag), "suspends": suspend}
    with gate() as client:
        made = client.post("/v1/partners", body, {"tenant": tenant})
    write_one(made if form is Format.JSON else {key: value for key, value in made.items() if value is not None}, form)


def list_partners(tenant: OfTenant = "", form: AsFormat = Format.TABLE, lang: InLanguage = None) -> None:
    """Every partner: how far it has acknowledged its feed, how far it is behind, and whether its keys are suspended."""
    language = language_of(lang)
    with gate(lang) as client:
        rows = client.get("/v1/partners", {"tenant": tenant})["items"]
    if form is not Format.JSON:
        rows = [_flat(row, form, language) for row in rows]
    names = ("tenant", "name", "by", "position", "head", "behind", "lag_s", "acknowledged_at", "state", "problem")
    words = ("tenant", "partner", "by", "position", "head", "behind", "lag", "acknowledged", "state", "problem")
    columns = {column: say(word, language) for column, word in zip(names, words, strict=True)}
    write(rows, columns, form, say("no_partner", language))


def remove_partner(name: Name, tenant: OfTenant = "", form: AsFormat = Format.TABLE) -> None:
    """Remove a partner and revoke all of its keys, so that nobody dials for it without following the refusals."""
    with gate() as client:
        write_one(client.delete(f"/v1/partners/{in_path(name)}", {"tenant": tenant}), form)


def _seconds(written: str) -> int:
    found = _SPAN.fullmatch(written)
    if found is None:
        raise typer.BadParameter(f"--max-lag {written!r} is no span of time. Write 900s, 15m, 2h or 1d.")
    return int(found[1]) * _SECONDS[found[2]]


def _flat(row: dict[str, Any], form: Format, language: Language) -> dict[str, Any]:
    flat = {**row, "by": say("push" if row["push_url"] else "pull", language)}
    if form is Format.CSV:
        return flat
    lag = f"{row['lag_s']:.0f} / {row['max_lag_s']} s"
    at = clock_time(row["acknowledged_at"])
    return {**flat, "lag_s": lag, "acknowledged_at": at, "state": say(row["state"], language)}
