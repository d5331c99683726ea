"""Run a command that needs the stores themselves: opened, with progress on a terminal, failures as sentences."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dialgate.ops.options import fail

if TYPE_CHECKING:
    import typer
    from rich.progress import Progress as Bar

    from dialgate.ops.tools import Stores, Tools

T = TypeVar("T")
Now = Callable[[], datetime]
Progress = Callable[[int, str], None]
"""So many more are done, of what is being done."""


def run(work: Awaitable[T]) -> T:
    """Whatever goes wrong becomes a sentence on standard error and exit status 1."""
    import asyncio

    from dialgate.app.errors import DialgateError
    from dialgate.settings import SettingsError

    async def awaited() -> T:
        return await work

    try:
        return asyncio.run(awaited())
    except (SettingsError, DialgateError) as error:
        fail(str(error))


def run_opened(context: typer.Context, config: str, work: Callable[[Stores, Now, Progress], Awaitable[T]]) -> T:
    tools: Tools = context.obj
    bar = _bar()

    async def opened() -> T:
        async with tools.open_stores(Path(config) if config else None) as stores:
            return await work(stores, lambda: datetime.now(UTC), _progress(bar))

    shown: AbstractContextManager[object] = bar or nullcontext()
    with shown:
        return run(opened())


def _bar() -> Bar | None:
    """None where nobody watches."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _progress(bar: Bar | None) -> Progress:
    if bar is None:
        return lambda _count, _what: None
    task = bar.add_task("", total=None)
    return lambda count, what: bar.update(task, advance=count, description=what)
