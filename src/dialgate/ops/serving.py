"""`dialgate serve` and `dialgate simulator`: programs that run until they are told to end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from dialgate.ops.options import WithConfig, fail
from dialgate.ops.tools import Tools


def serve(
    context: typer.Context,
    config: WithConfig = "",
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=64, help="Gates that share the address.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="With a simulated carrier and a demonstration tenant.")] = False,
) -> None:
    """Run the gate until Ctrl-C.

    \b
    dialgate serve --demo                        to look at it; nobody is called
    dialgate serve --config /etc/dialgate.toml --workers 4
    """
    from dialgate.app.errors import DialgateError
    from dialgate.settings import SettingsError

    tools: Tools = context.obj
    try:
        tools.serve(Path(config) if config else None, workers, demo)
    except (SettingsError, DialgateError) as error:
        fail(str(error))


def simulator(
    context: typer.Context,
    listen: Annotated[str, typer.Option("--listen", help="host:port")] = "127.0.0.1:8081",
    gate: Annotated[str, typer.Option("--gate", help="Where webhooks go.")] = "http://127.0.0.1:8080",
) -> None:
    """A stand-in for the carrier that calls nobody; CARRIER_ACCOUNT_SID and CARRIER_AUTH_TOKEN say who may use it.

    \b
    CARRIER_ACCOUNT_SID=AC... CARRIER_AUTH_TOKEN=... dialgate simulator --listen 127.0.0.1:8081
    """
    account, token = os.environ.get("CARRIER_ACCOUNT_SID", ""), os.environ.get("CARRIER_AUTH_TOKEN", "")
    if not account or not token:
        fail("Set CARRIER_ACCOUNT_SID and CARRIER_AUTH_TOKEN: the credentials that the simulated carrier accepts.")
    tools: Tools = context.obj
    try:
        tools.simulate(listen, gate, account, token)
    except (OSError, ValueError) as error:
        fail(f"The simulator cannot listen on {listen}: {error}")
