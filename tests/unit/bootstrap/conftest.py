"""Real small parts: a migrated SQLite file, a Valkey on a socket, a journal on the disk."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dialgate.domain.ids import GateId
from dialgate.settings import Settings
from dialgate.stores.journal import Into, OwnJournal
from dialgate.stores.valkey import EmbeddedValkey
from tests.fakes.journal_tools import SetClock
from tests.fakes.sink import MemorySink
from tests.fakes.web_gate import WebGate
from tests.sql_backends import migrated_file, sqlite_place

__all__ = ["migrated_file", "sqlite_place"]

OWN = GateId("own")
MakeSettings = Callable[..., Settings]


@pytest.fixture(scope="session")
def valkey_home() -> Iterator[Path]:
    """Short, as the path of a socket must be."""
    with TemporaryDirectory(prefix="boot", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def valkey(valkey_home: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(valkey_home)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def settings(valkey: EmbeddedValkey, tmp_path: Path) -> MakeSettings:
    """With a directory of its own, the Valkey of the tests, and the sections that a test gives."""
    key = base64.b64encode(bytes(32)).decode()

    def make(**sections: dict[str, object]) -> Settings:
        given: dict[str, dict[str, object]] = {
            "data": {"dir": tmp_path},
            "guard_store": {"url": valkey.url},
            "security": {"pepper": key, "master_keys": [key]},
        }
        return Settings.model_validate({**given, **sections})

    return make


@pytest.fixture
def gate() -> WebGate:
    return WebGate()


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[OwnJournal]:
    opened = await OwnJournal.open(tmp_path, OWN, Into(MemorySink()), SetClock(), segment_bytes=1 << 16)
    yield opened
    await opened.release()
