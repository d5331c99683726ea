"""One running product for each file of faults: a fault must leave it as good as new."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.dialing import Outside, outside
from tests.processes import Serve


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    with Serve() as running:
        yield running


@pytest.fixture
async def seen(serve: Serve) -> AsyncIterator[Outside]:
    async with outside(serve) as everybody:
        yield everybody
