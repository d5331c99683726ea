"""What the record of the carrier's former settings is made of."""

from __future__ import annotations

from sqlalchemy import select

from dialgate.stores.sql.database import Database
from dialgate.stores.sql.former import SqlFormer
from dialgate.stores.sql.schema import former_webhook
from tests.decision_records import NOON


async def test_who_changed_the_carrier_and_when_is_in_the_row(database: Database) -> None:
    """For whoever asks later why a number points elsewhere."""
    await SqlFormer(database).keep("PN1", {"SmsUrl": ""}, "SK1", NOON)
    (row,) = await database.rows(select(former_webhook))
    assert ("PN1", "SK1", NOON) == (row.sid, row.kept_by, row.kept_at)
