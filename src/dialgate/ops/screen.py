"""Where `--follow` writes: lines for programs, or aligned lines above a counting footer for people."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialgate.domain.explain import reason_worded
from dialgate.domain.reasons import Reason
from dialgate.ops.options import Format
from dialgate.ops.output import clock_time, console, harmless
from dialgate.ops.words import Language, say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

STYLES = {"allow": "green", "block": "red"}
COLUMNS = ("decided_at", "verdict", "to", "channel", "campaign", "reason", "retry_at", "id")
ROOM_FOR_CHANNEL = 60
ROOM_FOR_CAMPAIGN = 90
"""Columns of the terminal."""


class Lines:
    """One JSON object or CSV line a row on standard output; notes and the sum on standard error."""

    def __init__(self, language: Language, form: Format) -> None:
        self.language = language
        self.form = form
        self.counts: Counter[str] = Counter()
        self.away_since = ""

    def begin(self) -> None:
        if self.form is Format.CSV:
            _write_csv(COLUMNS)

    def end(self) -> None:
        print(self.summary(), file=sys.stderr)

    def show(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            self.counts.update(reason["code"] for reason in row["reasons"])
            self.line(row)

    def line(self, row: dict[str, Any]) -> None:
        if self.form is Format.JSON:
            print(json.dumps(row, ensure_ascii=False), flush=True)
            return
        flat = {**row, "reason": " ".join(reason["code"] for reason in row["reasons"])}
        _write_csv([harmless(flat[name] or "") for name in COLUMNS])

    def away(self, now: datetime) -> None:
        """The gate does not answer. Said once, quietly."""
        if not self.away_since:
            self.away_since = now.strftime("%H:%M:%S")
            self.note(say("waiting", self.language, since=self.away_since))

    def answered(self) -> None:
        if self.away_since:
            self.away_since = ""
            self.note(say("back", self.language))

    def note(self, sentence: str) -> None:
        print(sentence, file=sys.stderr)

    def summary(self) -> str:
        counted = "  ".join(f"{self.reason(code)} {count}" for code, count in self.counts.most_common())
        return counted or say("none_yet", self.language)

    def reason(self, code: str) -> str:
        known = self.language == "zh" and code in {reason.value for reason in Reason}
        return reason_worded(Reason(code), "", "zh").rstrip("。") if known else code


class People(Lines):
    """The lines stay in the scroll-back. On a terminal a footer counts and says how things stand."""

    def __init__(self, language: Language, on: Console) -> None:
        super().__init__(language, Format.TABLE)
        self._console = on
        self._live: Live | None = None
        self._said = ""

    def begin(self) -> None:
        if self._console.is_terminal:
            from rich.live import Live

            self._live = Live(self._footer(), console=self._console, auto_refresh=False)
            self._live.start(refresh=True)

    def end(self) -> None:
        """The footer stays as the last line."""
        if self._live:
            self._live.stop()
        else:
            super().end()

    def show(self, rows: list[dict[str, Any]]) -> None:
        super().show(rows)
        self._refresh()

    def line(self, row: dict[str, Any]) -> None:
        self._console.print(self._row(row), soft_wrap=True)

    def note(self, sentence: str) -> None:
        """The footer says it already where there is one."""
        if self._live:
            self._refresh()
        else:
            super().note(sentence)

    def _refresh(self) -> None:
        """Only what is new is drawn, so that nothing flickers."""
        footer = self._footer()
        if self._live and footer.plain != self._said:
            self._said = footer.plain
            self._live.update(footer, refresh=True)

    def _footer(self) -> Text:
        from rich.text import Text

        waiting = say("waiting", self.language, since=self.away_since)
        state = (waiting, "yellow") if self.away_since else (say("watching", self.language), "dim")
        rule = "─" * min(self._console.width, 40)
        return Text.assemble((f"{rule}\n", "dim"), f"{self.summary()}\n", state)

    def _row(self, row: dict[str, Any]) -> Text:
        """As many columns as fit; time, number and reason always do."""
        from rich.text import Text

        width = self._console.width
        reasons = " ".join(self.reason(reason["code"]) for reason in row["reasons"]) or say("allow", self.language)
        text = Text()
        text.append(f"{clock_time(row['decided_at'], with_date=False)}  ", style="dim")
        text.append(f"{row['to']:<12}  ")
        if width >= ROOM_FOR_CHANNEL:
            text.append(f"{row['channel']:<5}  ")
        if width >= ROOM_FOR_CAMPAIGN:
            text.append(f"{row['campaign'][:16] or '-':<16}  ")
        text.append(reasons, style=STYLES[row["verdict"]])
        if row["retry_at"]:
            text.append(f"  {say('retry', self.language)} {clock_time(row['retry_at'])}", style="dim")
        return text


def screen(form: Format, language: Language) -> Lines:
    return People(language, console()) if form is Format.TABLE else Lines(language, form)


def _write_csv(cells: tuple[str, ...] | list[str]) -> None:
    csv.writer(sys.stdout, lineterminator="\n").writerow(cells)
    sys.stdout.flush()
