"""The command line in front of a stand-in for the gate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.native_api import CommandLine, NativeApi, serving


@pytest.fixture
def api() -> Iterator[NativeApi]:
    with serving() as api:
        yield api


@pytest.fixture
def line(api: NativeApi) -> CommandLine:
    return CommandLine(api)
