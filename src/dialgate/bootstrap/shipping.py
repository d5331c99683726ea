"""Records into SQL by a process of their own, so that a gate's interpreter is free for attempts.

The gate keeps what is unshipped and tells its child what to bring, batch by batch; so a child that dies or hangs at any
moment loses nothing: another one gets the same batch, and shipping twice is harmless. Started by the gate as
`python -m dialgate.bootstrap.shipping [CONFIG]`. Both sides of the pipe are here:

    to the child    length in 4 bytes, then so many bytes: payloads, a newline between two of them
    from the child  a line: `ready` at start, then for each batch `done`, or the kind of what went wrong
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import uvloop

from dialgate.app.errors import DialgateError, LedgerUnavailableError
from dialgate.bootstrap.children import PARENT, end_with_parent
from dialgate.logging import configure
from dialgate.settings import Settings, SettingsError, read_settings
from dialgate.stores.journal import Into
from dialgate.stores.sql.database import DEADLINE_S, open_database
from dialgate.stores.sql.sink import PER_RECORD_S, SqlDecisionSink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.stores.journal import Outlet
    from dialgate.stores.sql.database import Database

START_S = 30.0
SLACK_S = 1.0
"""Beyond the child's own deadline for a batch; later than that it is taken for dead."""
READY, DONE = b"ready\n", b"done\n"
_LENGTH_BYTES = 4

log = structlog.get_logger()


def command(config: Path | None) -> tuple[str, ...]:
    return (sys.executable, "-m", "dialgate.bootstrap.shipping", *([str(config)] if config else []))


class ShippingChild:
    """An `Outlet`. A batch is written in this process's turn at the ledger: SQLite's one writer has one queue here."""

    def __init__(self, database: Database, command: Sequence[str]) -> None:
        self._database = database
        self._command = command
        self._starting: asyncio.Task[_Child] | None = None

    def start(self) -> asyncio.Task[_Child]:
        """Also done by the first batch; sooner, it is ready by then."""
        if self._starting is None:
            self._starting = asyncio.create_task(_Child.started(self._command))
        return self._starting

    async def ship(self, payloads: Sequence[bytes]) -> None:
        """Errors: `LedgerUnavailableError`; what was asked may have been committed all the same."""
        deadline_s = DEADLINE_S + PER_RECORD_S * len(payloads)
        try:
            child = await asyncio.shield(self.start())
            async with self._database.turn(deadline_s), asyncio.timeout(deadline_s + SLACK_S):
                said = await child.told(payloads)
        except BaseException as error:  # an answer may be on its way: nobody must take it for the next one's
            await self.close()
            if isinstance(error, (OSError, EOFError)):
                raise LedgerUnavailableError("The process that writes to the ledger ended or hung.") from error
            raise
        if said != DONE:
            raise LedgerUnavailableError(f"The records could not be written: {said.decode(errors='replace').strip()}.")

    async def close(self) -> None:
        starting, self._starting = self._starting, None
        if starting is None:
            return
        starting.cancel()
        await asyncio.wait({starting})
        if not starting.cancelled() and starting.exception() is None:
            await starting.result().end()


@dataclass(frozen=True, slots=True)
class _Child:
    """Errors: each method raises `OSError` or `EOFError` where the process is gone, or late at its start."""

    process: Process
    to: asyncio.StreamWriter
    back: asyncio.StreamReader

    @classmethod
    async def started(cls, command: Sequence[str]) -> _Child:
        environment = {**os.environ, PARENT: str(os.getpid())}
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, env=environment)
        if process.stdin is None or process.stdout is None:
            raise TypeError("both pipes were asked for")
        child = cls(process, process.stdin, process.stdout)
        try:
            async with asyncio.timeout(START_S):
                while await child.heard() != READY:
                    pass
        except BaseException:
            await child.end()
            raise
        return child

    async def told(self, payloads: Sequence[bytes]) -> bytes:
        """What it says to one batch."""
        batch = b"\n".join(payloads)
        self.to.writelines((len(batch).to_bytes(_LENGTH_BYTES, "big"), batch))
        await self.to.drain()
        return await self.heard()

    async def heard(self) -> bytes:
        line = await self.back.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        return line

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


async def serve(settings: Settings, answers: int) -> None:
    """The child: until the gate closes the pipe. `answers`: the descriptor of the pipe back."""
    database = await open_database(settings.ledger.url.get_secret_value(), settings.data.dir)
    try:
        await _obey(Into(SqlDecisionSink(database)), answers)
    finally:
        await database.close()


async def _obey(outlet: Outlet, answers: int) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    os.write(answers, READY)
    with suppress(asyncio.IncompleteReadError):
        while True:
            length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
            payloads = (await reader.readexactly(length)).split(b"\n")
            os.write(answers, await _shipped(outlet, payloads))


async def _shipped(outlet: Outlet, payloads: Sequence[bytes]) -> bytes:
    try:
        await outlet.ship(payloads)
    except Exception as error:  # noqa: BLE001 - whatever it is, the gate keeps the batch and tries again
        return type(error).__name__.encode() + b"\n"
    return DONE


def main() -> None:
    end_with_parent(int(os.environ[PARENT]), signal.SIGKILL)  # stopped in a write, it would keep all others from SQLite
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints, it must not be taken for an answer
    configure()
    config = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    try:
        uvloop.run(serve(read_settings(config), answers))
    except (SettingsError, DialgateError) as error:
        log.error("cannot_ship", problem=str(error))  # noqa: TRY400 - the sentence says it
        sys.exit(1)


if __name__ == "__main__":
    main()
