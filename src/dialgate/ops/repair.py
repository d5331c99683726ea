"""`dialgate doctor|index|db`: the commands that open the stores themselves. What they do stands in `doctor`, `index`
and `gates`; here is how they are asked and what they say.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dialgate.ops.opened import run, run_opened
from dialgate.ops.options import AsFormat, Format, WithConfig, fail
from dialgate.ops.output import write

if TYPE_CHECKING:
    from dialgate.ops.tools import Tools


def doctor(context: typer.Context, config: WithConfig = "", form: AsFormat = Format.TABLE) -> None:
    """Look at everything that dialgate rests on, and say what to mend. Exit status 1: something is to be mended.

    \b
    dialgate doctor
    dialgate doctor --config /etc/dialgate.toml --format json
    """
    from dialgate.ops.doctor import examined

    found = run(examined(context.obj, Path(config) if config else None))
    rows = [
        {"status": "!!" if check.problem else "ok", "what": check.name, "finding": check.problem or check.detail}
        for check in found
    ]
    write(rows, {"status": "", "what": "what", "finding": "finding"}, form)
    if any(check.problem for check in found):
        raise typer.Exit(1)


def verify(context: typer.Context, config: WithConfig = "") -> None:
    """Compare every entry that the ledger leaves in force with the index. Exit status 1: one is missing.

    Entries that only the index has are not looked for: they refuse more than they must, never less.
    """
    from dialgate.ops.index import verified

    found = run_opened(context, config, verified)
    if found.closed is not None:
        fail(
            f"The index is not open ({found.closed}), so attempts are refused. A running gate loads it: dialgate doctor"
        )
    print(f"{found.members} entries up to ledger row {found.head}; missing from the index: {found.missing}.")
    if found.missing:
        fail("Load it anew now: dialgate index rebuild")


def rebuild(context: typer.Context, config: WithConfig = "") -> None:
    """Load the index from the ledger again, and have every gate confirm a new generation. Attempts are refused
    meanwhile; a gate must be running. Exit status 1: it did not open in time.
    """
    from dialgate.ops.index import rebuilt

    generation = run_opened(context, config, rebuilt)
    if generation is None:
        fail("No gate has opened it yet. Is one running? `dialgate doctor` says what is missing; attempts are refused.")
    print(f"Loaded and open at generation {generation}.")


def upgrade(context: typer.Context, config: WithConfig = "") -> None:
    """Bring the schema up to date. `serve` does this itself for the embedded SQLite, never for PostgreSQL.

    \b
    dialgate db upgrade --config /etc/dialgate.toml
    """
    tools: Tools = context.obj
    print(run(tools.upgrade(Path(config) if config else None)))


def retire_gate(
    context: typer.Context,
    gate: Annotated[str, typer.Argument(help="As /readyz and `dialgate doctor` name it.")],
    config: WithConfig = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give up a gate whose data directory is lost for good, so that the others need not wait for it. On record.

    Never do this to a gate whose directory still exists: start a gate there, and it does what is right by itself.
    What only the lost journal held is gone.
    """
    from dialgate.ops.gates import retired

    if not yes:
        typer.confirm(f"Is the data directory of gate {gate} lost, with its journal?", abort=True)
    others = run_opened(context, config, lambda stores, now, _progress: retired(stores, gate, now))
    if others is not None:
        fail(f"There is no gate {gate}. There are: {', '.join(others) or 'none'}.")
    print(f"Gate {gate} is retired.")
