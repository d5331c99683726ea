"""One line for each thing that happened, for people or for machines."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from dialgate.logging import configure


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What is configured for the whole process is put back."""
    yield
    structlog.reset_defaults()


def fail(secret: str) -> None:
    try:
        int(secret[:0])
    except ValueError:
        structlog.get_logger().exception("failed", step="poll")


def test_machines_read_json() -> None:
    """One object a line, with level and UTC time."""
    stream = io.StringIO()
    configure(stream)
    structlog.get_logger().info("forwarded", to="+1202***0123")
    line = json.loads(stream.getvalue())
    assert ("forwarded", "info", "+1202***0123", "Z") == (
        line["event"],
        line["level"],
        line["to"],
        line["timestamp"][-1],
    )


def test_debug_is_not_written() -> None:
    """What is only for a developer stays out."""
    stream = io.StringIO()
    configure(stream)
    structlog.get_logger().debug("detail")
    assert "" == stream.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_an_exception_shows_no_values(stream: io.StringIO) -> None:
    """The trace says where it happened and never what the variables held, on a terminal as in a file."""
    configure(stream)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fail("s3cr3t")
    said = stream.getvalue()
    assert (True, True, False) == ("ValueError" in said, "failed" in said, "s3cr3t" in said)


def test_bytes_that_could_not_be_read_are_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    """A request that is no HTTP may hold numbers and credentials: the log tells the kind of failure alone."""
    configure(io.StringIO())
    try:
        raise ValueError("Authorization : s3cr3t")  # noqa: TRY301 - as the server does
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request from %s", "127.0.0.1")
    assert ["a request could not be read: ValueError"] == [record.getMessage() for record in caplog.records]
    assert "s3cr3t" not in caplog.text
