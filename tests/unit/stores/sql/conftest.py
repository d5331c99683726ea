"""The backends that the SQL stores are tested on."""

from __future__ import annotations

from tests.sql_backends import database, migrated_file, place, postgres, postgres_place, sqlite_place

__all__ = ["database", "migrated_file", "place", "postgres", "postgres_place", "sqlite_place"]
