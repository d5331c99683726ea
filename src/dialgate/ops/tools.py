"""What the command line is given by whoever starts it: things it must not open itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialgate.app.gate import Check
    from dialgate.app.ports import GuardStore, Ledger, Register
    from dialgate.app.queries import Directory
    from dialgate.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """Beside a running gate: connected to its embedded Valkey, never one of our own."""

    settings: Settings
    ledger: Ledger
    register: Register
    directory: Directory
    guards: GuardStore
    inspect: Callable[[], Awaitable[tuple[Check, ...]]]
    """What only the stores can say of themselves: versions, schema, pepper, persistence."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Each runs until it is done, or until Ctrl-C. Errors: `SettingsError`, and every `DialgateError`."""

    serve: Callable[[Path | None, int | None, bool], None]
    """Settings file, workers, demonstration."""
    simulate: Callable[[str, str, str, str], None]
    """host:port, URL of the gate, carrier account SID, its auth token."""
    open_stores: Callable[[Path | None], AbstractAsyncContextManager[Stores]]
    upgrade: Callable[[Path | None], Awaitable[str]]
    """Bring the ledger's schema up to date; answers with a sentence on what was done."""
