"""One running product for all races of a process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.dialing import Outside, outside
from tests.processes import Serve


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    with Serve() as running:
        yield running


@pytest.fixture
async def seen(serve: Serve) -> AsyncIterator[Outside]:
    async with outside(serve) as everybody:
        yield everybody
