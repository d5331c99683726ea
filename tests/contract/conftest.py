"""The servers and stores of the contract suites."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dialgate.stores.valkey import EmbeddedValkey
from tests.contract.guard_stores import FACTORIES, Factory, Rig, ValkeyRig, valkey


@pytest.fixture(scope="session")
def valkey_home() -> Iterator[Path]:
    """Short, as the path of a socket must be."""
    with TemporaryDirectory(prefix="gate", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def valkey_server(valkey_home: Path) -> Iterator[EmbeddedValkey]:
    """One a test process."""
    server = EmbeddedValkey(valkey_home)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=[factory for _, factory in FACTORIES], ids=[name for name, _ in FACTORIES])
async def rig(request: pytest.FixtureRequest, valkey_server: EmbeddedValkey, valkey_home: Path) -> AsyncIterator[Rig]:
    """Each guard store in turn."""
    factory: Factory = request.param
    async with factory(valkey_server, valkey_home) as opened:
        yield opened


@pytest.fixture
async def valkey_rig(valkey_server: EmbeddedValkey, valkey_home: Path) -> AsyncIterator[ValkeyRig]:
    """For what only a real server can play."""
    async with valkey(valkey_server, valkey_home) as opened:
        assert isinstance(opened, ValkeyRig)
        yield opened
