"""`dialgate opt-out add` and `dialgate number show`: the wishes of people, and what is known of them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dialgate.ops.client import in_path
from dialgate.ops.options import AsFormat, Format, InLanguage, OfTenant, Unmasked, gate, instant
from dialgate.ops.output import clock_time, write, write_one
from dialgate.ops.words import Language, language_of, say

Number = Annotated[str, typer.Argument(help="E.164, or as written in the tenant's region.")]


def add_opt_out(
    number: Number,
    tenant: OfTenant = "",
    source: Annotated[
        str,
        typer.Option("--source", help="How: agent, form, email, voice, sms, complaint, regulator, import, carrier."),
    ] = "agent",
    note: Annotated[str, typer.Option("--note", help="What the person said; kept with the record.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="Only this channel, if the person said so.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="Only this purpose, if the person said so.")] = "",
    campaign: Annotated[str, typer.Option("--campaign", help="Only this campaign, if the person said so.")] = "",
    until: Annotated[
        str, typer.Option("--until", help="A snooze: 30d from now, or until a time; 400 days at most.")
    ] = "",
    form: AsFormat = Format.TABLE,
    lang: InLanguage = None,
) -> None:
    """Record that a person does not want to be contacted, and say whether that is in force already.

    \b
    dialgate opt-out add +14155552671 --tenant demo --source email --note "asked on 2 March"
    dialgate opt-out add +14155552671 --tenant demo --note "not before March" --until 2027-03-01
    """
    scope = {"channel": channel, "purpose": purpose, "campaign": campaign}
    body: dict[str, object] = {"to": number, "source": source, "note": note}
    body["scope"] = {k: v for k, v in scope.items() if v}
    if until:
        body["ends_at"] = instant(until, ahead=True)
    with gate(lang) as client:
        said = client.post("/v1/opt-outs", body, {"tenant": tenant})
    if form is not Format.TABLE:
        write_one(said, form)
        return
    language = language_of(lang)
    print(say("in_force", language, number=number) if said["in_force"] else say("durable", language))
    if said["recalled"]:
        print(say("recalled", language, count=len(said["recalled"])))


def show_number(
    number: Number,
    tenant: OfTenant = "",
    unmask: Unmasked = False,
    form: AsFormat = Format.TABLE,
    lang: InLanguage = None,
) -> None:
    """Everything known of a number, oldest first, and whether it is suppressed.

    \b
    dialgate number show +14155552671
    dialgate number show +14155552671 --tenant demo --format json
    """
    with gate(lang) as client:
        said = client.get(f"/v1/numbers/{in_path(number)}", {"tenant": tenant, "unmask": unmask})
    if form is Format.JSON:
        write_one(said, form)
        return
    language = language_of(lang)
    rows = [_event(event, language, form) for event in said["history"]]
    if form is Format.TABLE:
        scopes = "; ".join(_scope(scope) for scope in said["scopes"])
        state = say("suppressed" if said["suppressed"] else "not_suppressed", language)
        print(f"{said['number']}  {state}{f'  ({scopes})' if scopes else ''}\n")
    write(rows, {name: name for name in ("at", "what", "detail", "by", "id")}, form, say("nothing", language))


def _event(event: dict[str, Any], language: Language, form: Format) -> dict[str, Any]:
    if event["kind"] == "opt_out":
        until = f" {say('until', language, when=event['ends_at'][:10])}" if event.get("ends_at") else ""
        detail = f"{event['source']} ({_scope(event['scope'])}){until} {event['note']}".strip()
    elif event["kind"] == "lift":
        detail = f"{event['source']}: {' '.join(event['names'])}"
    else:
        detail = " ".join((event["channel"], say(event["verdict"], language), *event["reasons"]))
    lifted = f", {say('lifted', language)}" if event["holds"] is False else ""
    at = clock_time(event["at"]) if form is Format.TABLE else event["at"]
    return {
        "at": at,
        "what": say(event["kind"], language) + lifted,
        "detail": detail,
        "by": event["actor"],
        "id": event["id"],
    }


def _scope(scope: dict[str, str]) -> str:
    limits = [f"{name} {scope[name]}" for name in ("channel", "purpose", "campaign") if scope[name] != "*"]
    return f"{scope['tenant']}: {', '.join(limits) or '*'}"
