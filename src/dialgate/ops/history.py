"""`dialgate import twilio`: take over the refusals that the carrier's own list of messages knows."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dialgate.ops.client import GateAwayError, GateRefusedError
from dialgate.ops.options import AsFormat, Format, gate, instant
from dialgate.ops.output import clock_time, write, write_json, write_one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dialgate.ops.client import Client

PATH = "/v1/carrier/import"
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
_PASSING = {502, 503}
COLUMNS = {"at": "time", "number": "number", "kind": "kind", "tenants": "tenants", "text": "text"}
_MEANINGS = {
    "stop": "refusals",
    "start": "STARTs",
    "review": "unsure, held until a person decides",
    "refused_by_carrier": "refused by the carrier (21610)",
    "help": "HELP",
    "none": "anything else",
    "already_known": "known already",
    "unowned": "of these, to senders that no tenant owns",
}


def twilio(
    since: Annotated[str, typer.Option("--since", help="90d, or a date; from the beginning of that day, UTC.")] = "90d",
    until: Annotated[str, typer.Option("--until", help="Likewise; to the end of that day. Default: now.")] = "",
    tenant: Annotated[
        str, typer.Option("--tenant", help="Only messages of its senders, and of those that nobody owns.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count and show some, and change nothing.")] = False,
    form: AsFormat = Format.TABLE,
) -> None:
    """Take over opt-outs from the carrier's own list of messages: what people wrote, and whom it refused (21610).

    Each counts from when it was said, and a START that was written later holds.
    Nobody is answered. Stopped by Ctrl-C, the same command goes on where it was;
    run twice, it changes nothing.

    \b
    dialgate import twilio --since 30d --dry-run
    dialgate import twilio --since 2026-01-01
    """
    end = f"{_day(until)}T23:59:59Z" if until else None
    body = {"since": f"{_day(since)}T00:00:00Z", "until": end, "dry_run": dry_run}
    with gate() as client, _bar() as show:
        said = _piece(client, body, tenant)
        while not said["done"]:
            show(said)
            said = _piece(client, body, tenant)
        show(said)
    if form is Format.JSON:
        write_json(said)
    else:
        _print(said, form, dry_run=dry_run)


def _piece(client: Client, body: object, tenant: str) -> dict[str, Any]:
    """What passes by itself is waited for: the carrier, the ledger, a gate that is replaced."""
    for pause_s in PAUSES_S:
        try:
            return _ask(client, body, tenant)
        except GateAwayError:
            pass
        except GateRefusedError as error:
            if error.status not in _PASSING:
                raise
        time.sleep(pause_s)
    return _ask(client, body, tenant)


def _ask(client: Client, body: object, tenant: str) -> dict[str, Any]:
    said: dict[str, Any] = client.post(PATH, body, {"tenant": tenant})
    return said


@contextmanager
def _bar() -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """By the time that was walked; only for a person who looks."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("asking the carrier", total=None)

        def show(said: Mapping[str, Any]) -> None:
            since, until, reached = (_time(said[name] or said["until"]) for name in ("since", "until", "reached"))
            words = f"{said['listed']} messages" + (f", {said['waiting']} to weigh" if said["waiting"] else "")
            done = max((until - reached).total_seconds(), 0.0)
            progress.update(task, description=words, total=(until - since).total_seconds() or 1.0, completed=done)

        yield show


def _print(said: Mapping[str, Any], form: Format, *, dry_run: bool) -> None:
    if form is Format.CSV:
        write_one(said["counts"], form)
        return
    span = f"{clock_time(said['since'])} to {clock_time(said['until'])}"
    print(f"{said['listed']} messages listed from {span}{'; nothing was changed' if dry_run else ''}.")
    write_one({meaning: said["counts"][name] for name, meaning in _MEANINGS.items()}, form)
    if said["examples"]:
        print()
        write([{**one, "at": clock_time(one["sent_at"])} for one in said["examples"]], COLUMNS, form)


def _day(written: str) -> str:
    """Whole days, so that the same command asks for the same some hours later."""
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return instant(written)[:10]


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)
