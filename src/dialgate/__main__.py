"""The program's start: the command line, and what it may not open itself. Everything heavy is imported when needed."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from dialgate.ops.program import make
from dialgate.ops.tools import Stores, Tools

INTERRUPTED = 130
"""As a shell says of a program that Ctrl-C has ended."""


def main() -> None:
    try:
        make()(obj=Tools(serve=_serve, simulate=_simulate, open_stores=_open_stores, upgrade=_upgrade))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _serve(config: Path | None, workers: int | None, demo: bool) -> None:  # noqa: FBT001 - as the port says
    from dialgate.bootstrap.parent import Options, serve

    serve(Options(config, workers, demo))


def _simulate(listen: str, gate: str, account: str, token: str) -> None:
    from dialgate.bootstrap.children import PARENT, end_with_parent
    from dialgate.settings import host_and_port
    from dialgate.simulator import SimulatorConfig, run

    if PARENT in os.environ:
        end_with_parent(int(os.environ[PARENT]))
    host, port = host_and_port(listen)
    run(SimulatorConfig(account, token, gate_url=gate, host=host, port=port))


def _open_stores(config: Path | None) -> AbstractAsyncContextManager[Stores]:
    from dialgate.bootstrap.tools import open_stores

    return open_stores(config)


async def _upgrade(config: Path | None) -> str:
    from dialgate.bootstrap.tools import upgrade

    return await upgrade(config)


if __name__ == "__main__":
    main()
