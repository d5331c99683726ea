"""`dialgate check` and `dialgate explain`: what would be decided, and why something was."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from dialgate.domain.explain import reason_worded, rule_meaning, waiting_is_vain
from dialgate.domain.reasons import Reason
from dialgate.ops.client import in_path
from dialgate.ops.options import AsFormat, Format, InLanguage, OfTenant, Unmasked, gate, instant
from dialgate.ops.output import clock_time, write, write_json
from dialgate.ops.words import Language, language_of, say

BLOCKED = 3
"""Exit status of `check` for an attempt that would be blocked, so that a script can tell."""


class Medium(StrEnum):
    VOICE = "voice"
    SMS = "sms"


def check(
    to: Annotated[str, typer.Option("--to", help="The called number.")],
    channel: Annotated[Medium, typer.Option("--channel")],
    tenant: OfTenant = "",
    campaign: Annotated[str, typer.Option("--campaign")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="marketing, informational, transactional, ...")] = "",
    location: Annotated[
        str, typer.Option("--location", help="Where the called person is: America/Chicago, US-TX or a postal code.")
    ] = "",
    at: Annotated[str, typer.Option("--at", help="Judge as at this time; default now.")] = "",
    form: AsFormat = Format.TABLE,
    lang: InLanguage = None,
) -> None:
    """What would be decided now, rule by rule; nothing is reserved or counted. Exit status 3: it would be blocked.

    \b
    dialgate check --tenant demo --to +12025550123 --channel sms
    dialgate check --tenant demo --to +12025550123 --channel voice --at 2026-03-02T03:00:00Z --lang zh
    """
    body = {"to": to, "channel": channel, "from": "", "campaign": campaign, "dry_run": True}
    more = {"purpose": purpose, "location": location, "at": instant(at)}
    with gate(lang) as client:
        said = client.post("/v1/decisions", body | {k: v for k, v in more.items() if v}, {"tenant": tenant})
    if form is Format.TABLE:
        _tell(said, language_of(lang))
    elif form is Format.JSON:
        write_json(said)
    else:
        write(said["rules"], {name: name for name in ("rule", "verdict", "meaning")}, form)
    if said["verdict"] == "block":
        raise typer.Exit(BLOCKED)


def explain(
    decision_id: Annotated[str, typer.Argument(help="As every answer and every listing names it.")],
    unmask: Unmasked = False,
    form: AsFormat = Format.TABLE,
    lang: InLanguage = None,
) -> None:
    """One decision in sentences: who, the verdict, every reason, when to try again, what happened later.

    \b
    dialgate explain 019c0a3b7f1e2d3c4b5a69788796a5b4
    """
    with gate(lang) as client:
        query = {"lang": language_of(lang), "unmask": unmask}
        said = client.get(f"/v1/decisions/{in_path(decision_id)}/explain", query)
    if form is Format.TABLE:
        print("\n".join(said["sentences"]))
    elif form is Format.JSON:
        write_json(said)
    else:
        write([{"sentence": sentence} for sentence in said["sentences"]], {"sentence": "sentence"}, form)


def _tell(said: dict[str, Any], language: Language) -> None:
    print(say("dry_allow" if said["verdict"] == "allow" else "dry_block", language))
    checked = said["checked"]
    for zone, there in zip(checked["time_zones"][:3], checked["local_times"], strict=False):
        print(f"  {zone}: {say('local', language)} {there[:16].replace('T', ' ')}")
    for reason in said["reasons"]:
        print(f"  {reason['code']}: {_worded(reason, language)}")
    if said["retry_at"]:
        print(f"  {say('again', language, when=clock_time(said['retry_at']))}")
    elif said["reasons"] and waiting_is_vain([Reason(reason["code"]) for reason in said["reasons"]]):
        print(f"  {say('never', language)}")
    print()
    rows = [
        {
            "rule": rule["rule"],
            "verdict": say(rule["verdict"], language),
            "meaning": rule_meaning(rule["rule"], language),
        }
        for rule in said["rules"]
    ]
    write(rows, {name: say(name, language) for name in ("rule", "verdict", "meaning")}, Format.TABLE)


def _worded(reason: dict[str, Any], language: Language) -> str:
    source = f" [{reason['source']}]" if reason["source"] else ""
    return f"{reason_worded(Reason(reason['code']), reason['detail'], language)}{source}"
