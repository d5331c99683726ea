"""One gate process: opens the stores, takes over from the dead, enlists, answers, and ends cleanly.

Started by the parent as `python -m dialgate.bootstrap.worker DESCRIPTORS [CONFIG]`, with the sockets inherited.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
import zoneinfo
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import uvloop
from aiohttp import web

from dialgate.app.errors import DialgateError, LedgerUnavailableError
from dialgate.bootstrap.background import Background, adopt
from dialgate.bootstrap.children import PARENT, end_with_parent
from dialgate.bootstrap.clock import SystemClock, chance
from dialgate.bootstrap.compose import Process, compose
from dialgate.bootstrap.directory_lock import directory_id
from dialgate.bootstrap.lexicon import read_lexicon
from dialgate.bootstrap.policies import PolicyFiles
from dialgate.bootstrap.shipping import ShippingChild, command
from dialgate.bootstrap.stores import open_stores
from dialgate.bootstrap.wire import carrier_of, front_of
from dialgate.carriers.twilio.fetch import TenantServers
from dialgate.carriers.twilio.front import TwilioFront
from dialgate.domain.ids import RANDOM_BYTES, GateId, time_sortable
from dialgate.logging import configure
from dialgate.settings import SettingsError, read_settings
from dialgate.stores.journal import OwnJournal
from dialgate.web.app import Serves, make_app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.settings import Settings

DRAIN_S = 10.0
OBJECTS_TO_COLLECT = 50_000
SHIP_S = 5.0
STRUCK = 75
"""EX_TEMPFAIL of sysexits.h: somebody retired this gate; the parent starts a new one."""
JOURNAL_FAILED = 74
"""EX_IOERR of sysexits.h: the parent starts another gate, which takes over the journal."""

log = structlog.get_logger()


async def live(settings: Settings, sockets: Sequence[socket.socket], config: Path | None) -> int:
    """Until SIGTERM; the exit status of `serve`."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    front, lexicon = front_of(settings), read_lexicon(settings.policy.dir.parent)
    policy_files = PolicyFiles(settings.policy.dir, settings.data.dir)
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(settings))
        shipping = ShippingChild(stores.database, command(config))
        stack.push_async_callback(shipping.close)
        shipping.start()
        carrier = carrier_of(settings)
        stack.push_async_callback(carrier.close)
        outside = TenantServers(settings.server.public_url)
        stack.push_async_callback(outside.close)
        clock = SystemClock()
        gate_id = GateId(time_sortable(int(clock.now().timestamp() * 1000), chance(RANDOM_BYTES)))
        structlog.contextvars.bind_contextvars(gate=gate_id[-8:])
        journal = await OwnJournal.open(settings.data.dir, gate_id, shipping, clock)
        own, twilio = directory_id(settings.data.dir), settings.carrier.twilio
        process = compose(
            gate_id,
            own,
            stores,
            journal,
            carrier,
            lexicon,
            policy_files.first,
            twilio,
            outside=outside,
            public_url=settings.server.public_url,
        )
        if await enlist(process, settings, gate_id, ended):
            background = Background(process, settings.data.dir, gate_id, policy_files)
            spare_the_collector()
            return await serve(process, background, front, sockets, ended)
        await journal.release()
        return 0


async def enlist(process: Process, settings: Settings, gate_id: GateId, ended: asyncio.Event) -> bool:
    """Nothing is answered before the dead of this directory are taken over and SQL knows of this gate. False: it was
    asked to end before that.
    """
    while not ended.is_set():
        try:
            await adopt(process, settings.data.dir, gate_id)
            await process.life.enlist()
            await process.directory.refresh()
        except LedgerUnavailableError as error:
            log.warning("waiting_for_ledger", problem=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 1)
        else:
            return True
    return False


def spare_the_collector() -> None:
    """What stands by now stays as long as the process: it is never looked through again. Attempts leave hardly a cycle
    behind, so the rest is looked through more seldom than for 700 objects more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_TO_COLLECT)


async def serve(
    process: Process,
    background: Background,
    front: TwilioFront,
    sockets: Sequence[socket.socket],
    ended: asyncio.Event,
) -> int:
    """Until `ended` is set (0), the journal fails (`JOURNAL_FAILED`) or the gate is retired (`STRUCK`)."""
    tasks = [asyncio.create_task(step) for step in background.steps()]
    runners = [await _listen(process, front, listening, serves) for listening, serves in faces(sockets)]
    failed = asyncio.create_task(process.journal.failed.wait())
    struck = asyncio.create_task(background.struck.wait())
    asked = asyncio.create_task(ended.wait())
    await asyncio.wait({failed, struck, asked}, return_when=asyncio.FIRST_COMPLETED)
    if failed.done():
        log.critical("journal_failed", then="this gate ends; another takes over what it had promised")
        return JOURNAL_FAILED
    await drain(process, runners, tasks)
    return STRUCK if struck.done() else 0


def faces(sockets: Sequence[socket.socket]) -> list[tuple[socket.socket, Serves]]:
    """What each answers: `server.listen` comes first, `server.webhook_listen` second if there is one."""
    if len(sockets) == 1:
        return [(sockets[0], Serves.ALL)]
    return [(sockets[0], Serves.ALL_BUT_WEBHOOKS), (sockets[1], Serves.WEBHOOKS)]


async def _listen(process: Process, front: TwilioFront, listening: socket.socket, serves: Serves) -> web.AppRunner:
    runner = web.AppRunner(
        make_app(process.gate, front, serves), access_log=None, shutdown_timeout=DRAIN_S, keepalive_timeout=75
    )
    await runner.setup()
    await web.SockSite(runner, listening).start()
    return runner


async def drain(process: Process, runners: Sequence[web.AppRunner], tasks: Sequence[asyncio.Task[None]]) -> None:
    """Answer what has been asked, tell the store what is waiting to be told, ship, leave. What is not shipped in time
    stays on disk with nobody's lock, for the next gate of this directory.
    """
    for runner in runners:
        await runner.cleanup()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with suppress(DialgateError):
        await process.chores.run_once()
    try:
        async with asyncio.timeout(SHIP_S):
            await process.life.retire()
    except (DialgateError, TimeoutError) as error:
        log.warning("left_to_the_next_gate", unshipped=process.journal.unshipped, problem=str(error))
        await process.journal.release()  # removed while its row stands, nobody could ever strike that row
        return
    if await process.journal.close(SHIP_S):
        await process.journal.remove()


def main() -> None:
    end_with_parent(int(os.environ[PARENT]))
    zoneinfo.reset_tzpath(to=())  # the zones of the tzdata package alone: a system's own may be years old
    configure()
    sockets = [socket.socket(fileno=int(number)) for number in sys.argv[1].split(",")]
    config = Path(sys.argv[2]) if len(sys.argv) > 2 else None  # noqa: PLR2004 - the optional argument
    try:
        sys.exit(uvloop.run(live(read_settings(config), sockets, config)))
    except (SettingsError, DialgateError) as error:
        log.critical("cannot_serve", problem=str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
