"""What each backend brings: engines over its own driver, and what only its driver knows how to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@dataclass(frozen=True, slots=True)
class Backend:
    writer: AsyncEngine
    reader: AsyncEngine
    """Over the same pool; its transactions see one state. With the option `alone` they are one statement long."""
    writers: int
    """How many may write at a time; fewer than the pool holds, so that reading goes on."""
    failures: tuple[type[Exception], ...]
    """What the driver raises that SQLAlchemy does not wrap."""
    end: Callable[[Any], Awaitable[None]]
    """Make the statement under way on a driver's connection fail."""
    unfit: Callable[[AsyncConnection], Awaitable[str]]
    """Why it must not be trusted with opt-outs; empty if it may."""
