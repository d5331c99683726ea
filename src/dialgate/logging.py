"""One way to log: a canonical line per attempt and per inbound message. Never full numbers, bodies or secrets."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from typing import TextIO

import orjson
import structlog


def configure(stream: TextIO = sys.stderr) -> None:
    """Once per process. A terminal gets colours and columns, everything else JSON lines (times UTC)."""
    human = stream.isatty()
    renderer = structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(_line)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=stream, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    server = logging.getLogger("aiohttp.server")
    server.addFilter(_without_bytes)


def _line(event: object, default: Callable[[object], object]) -> str:
    try:
        return orjson.dumps(event, default=default).decode()
    except TypeError:  # a lone surrogate, a long integer
        return json.dumps(event, default=default)


def _without_bytes(record: logging.LogRecord) -> bool:
    """What aiohttp cannot read it would show, numbers and credentials with it: only the kind of failure is told."""
    kind = record.exc_info[0] if record.exc_info else None
    record.msg, record.args = "a request could not be read: %s", (kind.__name__ if kind else "unknown",)
    record.exc_info, record.exc_text = None, None
    return True
