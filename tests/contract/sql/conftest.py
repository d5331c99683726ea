"""The backends that the suites of the SQL ports run over."""

from __future__ import annotations

from tests.sql_backends import database, migrated_file, place, postgres, postgres_place, sqlite_place

__all__ = ["database", "migrated_file", "place", "postgres", "postgres_place", "sqlite_place"]
