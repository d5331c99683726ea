"""Time and chance, as the use cases ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Clock(Protocol):
    def now(self) -> datetime:
        """Wall clock, UTC."""
        ...

    def boottime_s(self) -> float:
        """Seconds that never step and go on counting while the machine is suspended."""
        ...


class Chance(Protocol):
    def __call__(self, count: int, /) -> bytes:
        """`count` unpredictable bytes."""
        ...
