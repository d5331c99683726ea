"""What a gate process does besides answering: short steps, repeated for as long as it lives."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from dialgate.app.errors import DialgateError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = structlog.get_logger()


async def every(interval_s: float, name: str, step: Callable[[], Awaitable[object]]) -> None:
    """A failing step is tried again; it is logged when it begins to fail and when it works again, not each time.

    Nothing unsafe follows from a step that fails: whatever it would have learnt or told, the gate refuses without it.
    """
    failing = ""
    while True:
        try:
            await step()
        except DialgateError as error:
            if failing != str(error):
                failing = str(error)
                log.warning("step_failing", step=name, problem=failing)
        except Exception:
            failing = "unexpected"
            log.exception("step_failed", step=name)
        else:
            if failing:
                log.info("step_works_again", step=name)
            failing = ""
        await asyncio.sleep(interval_s)
