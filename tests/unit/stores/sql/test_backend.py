"""What each backend brings."""

from __future__ import annotations

from pathlib import Path

from dialgate.stores.sql import postgres, sqlite_file
from dialgate.stores.sql.backend import Backend


def test_writers_leave_connections_for_readers(tmp_path: Path) -> None:
    """However many opt-outs wait for their turn, a gate can still read generation and head."""
    backends: list[tuple[Backend, int]] = [
        (sqlite_file.backend(tmp_path / "file"), sqlite_file.CONNECTIONS),
        (postgres.backend("postgresql://nowhere.invalid/x", 1.0), postgres.CONNECTIONS),
    ]
    assert [True, True] == [backend.writers < connections for backend, connections in backends]
