"""One real server a test process, for what one server can play."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from redis import Redis

from dialgate.stores.valkey import EmbeddedValkey


@pytest.fixture(scope="session")
def valkey() -> Iterator[Redis]:
    with TemporaryDirectory(prefix="model", dir="/tmp") as name:
        server = EmbeddedValkey(Path(name))
        server.start()
        with Redis.from_url(server.url, protocol=2) as client:
            client.config_set("appendfsync", "no")  # nothing here cuts the power
            yield client
        server.stop()
