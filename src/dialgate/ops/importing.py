"""`dialgate opt-out import`: take over a list that was kept elsewhere."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dialgate.ops.import_state import Progress, beside
from dialgate.ops.options import InLanguage, OfTenant, fail, gate
from dialgate.ops.words import Language, language_of, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dialgate.ops.client import Client
    from dialgate.ops.reading_lists import Listed


class Encoding(StrEnum):
    AUTO = "auto"
    UTF_8 = "utf-8"
    GBK = "gbk"


def import_opt_outs(
    file: Annotated[Path, typer.Argument(help="CSV of any delimiter and order of columns, or one number a line.")],
    tenant: OfTenant = "",
    source: Annotated[str, typer.Option("--source", help="Of rows that name none: import, complaint, ...")] = "import",
    note: Annotated[str, typer.Option("--note", help="Kept with every row that has none of its own.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="Only this channel, where no row says otherwise.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="Only this purpose, where no row says otherwise.")] = "",
    campaign: Annotated[str, typer.Option("--campaign", help="Only this campaign, where no row says otherwise.")] = "",
    column: Annotated[str, typer.Option("--column", help="Heading or place (from 1) of the number's column.")] = "",
    region: Annotated[str, typer.Option("--region", help="Of numbers in national spelling; default: tenant's.")] = "",
    encoding: Annotated[Encoding, typer.Option("--encoding", help="Default: what the file turns out to be.")] = (
        Encoding.AUTO
    ),
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="What was not taken, and why; default FILE.rejects.csv.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded; write only rejects.")] = False,
    lang: InLanguage = None,
) -> None:
    """Take over a list of people who do not want to be contacted. Ctrl-C and start again: it goes on where it was.

    \b
    dialgate opt-out import do-not-call.csv --tenant demo --dry-run
    dialgate opt-out import 投诉.csv --tenant demo --source complaint --region CN
    """
    language = language_of(lang)
    listed = _looked_through(file, encoding, column, language)
    refused = rejects or file.with_name(file.name + ".rejects.csv")
    if refused.resolve() == file.resolve():
        fail(say("import_same_file", language))
    scope = {"channel": channel, "purpose": purpose, "campaign": campaign}
    said = {"source": source, "note": note, "region": region.upper(), "dry_run": dry_run}
    said["scope"] = {name: value for name, value in scope.items() if value}
    job = hashlib.sha256(json.dumps([listed.digest, tenant, said, column, encoding, str(refused)]).encode()).hexdigest()
    state = beside(file)
    progress = Progress(job) if dry_run else _progress(state, refused, job, language)
    with gate(lang) as client, _going_on(language, dry_run=dry_run):
        _import(client, {"tenant": tenant}, said, listed, progress, refused, None if dry_run else state, language)
    print(_summary(progress, refused, language, dry_run=dry_run))


def _import(
    client: Client,
    query: Mapping[str, object],
    said: Mapping[str, object],
    listed: Listed,
    progress: Progress,
    refused: Path,
    state: Path | None,
    language: Language,
) -> None:
    """`state` None: nothing is kept of how far it came."""
    from dialgate.ops.reading_lists import UnreadableError, read
    from dialgate.ops.sending_lists import BATCH, Rejects, Sending

    rejects = Rejects(refused, progress.rejects_bytes, lambda reason, detail: _why(reason, detail, language))
    sending = Sending(client, query, said, progress, rejects, lambda: progress.save(state) if state else None)
    try:
        with _showing(listed.lines, progress.line + progress.sent * BATCH, language) as show:
            for rows in sending.all(read(listed)):
                show(rows)
    except UnreadableError as error:
        fail(say(error.word, language, file=listed.path.name, **error.values))
    finally:
        rejects.close()
    if state:
        state.unlink(missing_ok=True)


def _why(reason: str, detail: str, language: Language) -> str:
    """The gate's own sentence where this command line knows none."""
    try:
        return say(f"row_{reason}", language)
    except KeyError:
        return detail


def _looked_through(file: Path, encoding: Encoding, column: str, language: Language) -> Listed:
    from dialgate.ops.reading_lists import UnreadableError, look_through

    try:
        return look_through(file, encoding.value, column)
    except UnreadableError as error:
        fail(say(error.word, language, file=file.name, **error.values))
    except OSError as error:
        fail(say("list_unopened", language, file=file, why=error.strerror))


def _progress(state: Path, rejects: Path, job: str, language: Language) -> Progress:
    """What is on record of the same job, or a new beginning."""
    kept = Progress.load(state)
    if kept is None:
        return Progress(job)
    if kept.job == job and rejects.exists() and rejects.stat().st_size >= kept.rejects_bytes:
        print(say("import_goes_on", language, line=kept.line), file=sys.stderr)
        return kept
    print(say("import_anew", language, state=state.name), file=sys.stderr)
    return Progress(job)


@contextmanager
def _going_on(language: Language, *, dry_run: bool) -> Iterator[None]:
    """Whatever ends it, the operator learns that nothing is lost."""
    try:
        yield
    except BaseException:
        if not dry_run:
            print(say("import_stopped", language), file=sys.stderr)
        raise


@contextmanager
def _showing(lines: int, done: int, language: Language) -> Iterator[Callable[[int], None]]:
    """Of so many lines, so many are done; told to a terminal, and to nobody else."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Speed(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(say("a_second", language, rows=f"{task.speed or 0:,.0f}"))

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), Speed(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=lines, completed=done)
        yield lambda rows: bar.update(task, advance=rows)


def _summary(progress: Progress, rejects: Path, language: Language, *, dry_run: bool) -> str:
    rows = progress.new + progress.known + progress.rejected
    numbers = {
        "new": f"{progress.new:,}",
        "known": f"{progress.known:,}",
        "rejected": f"{progress.rejected:,}",
        "seconds": f"{progress.seconds:.1f}",
        "rate": f"{rows / progress.seconds if progress.seconds else 0:,.0f}",
    }
    lines = [say("import_would" if dry_run else "import_done", language, **numbers)]
    if progress.rejected:
        lines.append(say("import_rejects", language, file=rejects))
    if progress.waiting:
        lines.append(say("durable", language))
    return "\n".join(lines)
