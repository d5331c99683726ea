"""`dialgate reviews`: replies of which the gate is unsure, decided with one key each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from dialgate.ops.client import Client, GateRefusedError, in_path
from dialgate.ops.options import AsFormat, Format, InLanguage, OfTenant, gate
from dialgate.ops.output import clock_time, write, write_one
from dialgate.ops.words import Language, language_of, say

PAGE = 100
CONFLICT, NOT_FOUND = 409, 404
_AGES = ((86_400, "days_ago"), (3_600, "hours_ago"), (60, "minutes_ago"))


class Verdict(StrEnum):
    STOP = "stop"
    NONE = "none"


class State(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    ALL = "all"


def reviews(
    context: typer.Context,
    tenant: OfTenant = "",
    listed: Annotated[bool, typer.Option("--list", help="Only show them, also on a terminal.")] = False,
    state: Annotated[State, typer.Option("--state", help="Which are listed.")] = State.OPEN,
    unmask: Annotated[
        bool, typer.Option("--unmask", help="Full numbers, and what was written, if the key may see them.")
    ] = False,
    form: AsFormat = Format.TABLE,
    lang: InLanguage = None,
) -> None:
    """Replies that may be refusals. On a terminal one key decides each: s stop, n no refusal, space later, q quit.

    \b
    dialgate reviews                         go through them
    dialgate reviews --list --unmask         only look, with what was written
    dialgate reviews decide SM0123.acme none
    """
    if context.invoked_subcommand is not None:
        return
    language = language_of(lang)
    with gate(lang) as client:
        if not listed and state is State.OPEN and form is Format.TABLE and sys.stdin.isatty() and sys.stdout.isatty():
            Desk(client, tenant, language, _one_key).work()
            return
        rows = list(pages(client, {"tenant": tenant, "state": state.value, "unmask": unmask}))
    shown = rows if form is Format.JSON else [_flat(row, form) for row in rows]
    write(shown, _columns(language, unmask=unmask), form, say("no_reviews", language))


def decide(
    review: Annotated[str, typer.Argument(help="As listed: SM0123.acme")],
    verdict: Annotated[Verdict, typer.Argument(help="stop: a refusal; none: no refusal.")],
    form: AsFormat = Format.TABLE,
    lang: InLanguage = None,
) -> None:
    """Say what one reply meant. The first verdict stands.

    \b
    dialgate reviews decide SM0123.acme stop
    """
    language = language_of(lang)
    with gate(lang) as client:
        said = client.post(_path(review), {"verdict": verdict.value})
    if form is Format.TABLE:
        print(say(f"review_{said['verdict']}", language, number=said["number"]))
    else:
        write_one(said, form)


def pages(client: Client, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = client.get("/v1/reviews", {**query, "limit": PAGE, "cursor": cursor})
        yield from page["items"]
        cursor = page["next"]
        if not cursor:
            return


@dataclass(slots=True)
class Desk:
    """One person who goes through the open reviews, the oldest first."""

    client: Client
    tenant: str
    language: Language
    key: Callable[[], str]
    """The next key that is pressed; empty or Ctrl-C: the person is gone."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    decided: int = 0
    skipped: int = 0

    def work(self) -> None:
        """Until there is none left, or the person has enough. Errors: `GateRefusedError`, `GateAwayError`."""
        for row in pages(self.client, {"tenant": self.tenant, "state": State.OPEN.value, "unmask": True}):
            self._show(row)
            if not self._answered(row):
                break
        word = "reviewed" if self.decided or self.skipped else "no_reviews"
        print(say(word, self.language, decided=self.decided, skipped=self.skipped))

    def _answered(self, row: dict[str, Any]) -> bool:
        while True:
            match self.key().lower():
                case "s":
                    return self._decide(row, Verdict.STOP)
                case "n":
                    return self._decide(row, Verdict.NONE)
                case " ":
                    self.skipped += 1
                    print()
                    return True
                case "q" | "" | "\x03" | "\x04" | "\x1b":
                    return False
                case _:
                    print(say("review_keys", self.language))

    def _decide(self, row: dict[str, Any], verdict: Verdict) -> bool:
        try:
            said = self.client.post(_path(row["id"]), {"verdict": verdict.value})
        except GateRefusedError as error:
            if error.status not in {CONFLICT, NOT_FOUND}:
                raise
            print(f"  {error.detail}\n")
        else:
            self.decided += 1
            print(f"  {say(f'review_{verdict.value}', self.language, number=said['number'])}\n")
        return True

    def _show(self, row: dict[str, Any]) -> None:
        from dialgate.domain.numbers import mask

        held = say("review_held" if row["held"] else "review_waits", self.language)
        facts = (
            mask(row["number"]),
            row["tenant"],
            _percent(row),
            _age(row["asked_at"], self.now, self.language),
            held,
        )
        print("  ".join(facts))
        print(f"  {say('quoted', self.language, text=harmless_text(row['text'] or ''))}")
        print(f"  {row['evidence']}")
        print(f"  {say('review_keys', self.language)}", flush=True)


def harmless_text(written: str) -> str:
    """What a stranger wrote, without what would steer a terminal."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in written)


def _one_key() -> str:
    try:
        return typer.getchar()
    except (EOFError, KeyboardInterrupt):
        return ""


def _path(review: str) -> str:
    return f"/v1/reviews/{in_path(review)}"


def _percent(row: dict[str, Any]) -> str:
    return f"{row['confidence']:.0%}"


def _age(written: str, now: datetime, language: Language) -> str:
    passed_s = max(0, int((now - datetime.fromisoformat(written)).total_seconds()))
    for unit_s, word in _AGES:
        if passed_s >= unit_s:
            return say(word, language, count=passed_s // unit_s)
    return say("just_now", language)


def _columns(language: Language, *, unmask: bool) -> dict[str, str]:
    names = ("asked_at", "tenant", "number", "text", "confidence", "held", "verdict", "evidence", "id")
    words = ("time", "tenant", "number", "text", "confidence", "held", "verdict", "evidence", "id")
    shown = {name: say(word, language) for name, word in zip(names, words, strict=True)}
    return shown if unmask else {name: word for name, word in shown.items() if name != "text"}


def _flat(row: dict[str, Any], form: Format) -> dict[str, Any]:
    flat = {**row, "text": harmless_text(row["text"] or "")}
    if form is Format.CSV:
        return flat
    return {**flat, "asked_at": clock_time(row["asked_at"]), "confidence": _percent(row)}
