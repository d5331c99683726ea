"""The port `adopting.Former`, over each store that has one."""

from __future__ import annotations

from dialgate.stores.sql.database import Database
from dialgate.stores.sql.former import SqlFormer
from tests.decision_records import NOON


async def test_what_was_is_kept_until_it_is_forgotten(database: Database) -> None:
    """Whatever was kept last of each; what is unknown can be forgotten too."""
    former = SqlFormer(database)
    await former.keep("PN1", {"SmsUrl": "https://a.example.com/退订"}, "SK1", NOON)
    await former.keep("MG1", {"InboundRequestUrl": ""}, "SK1", NOON)
    await former.keep("PN1", {"SmsUrl": "", "SmsMethod": "GET"}, "SK2", NOON)
    kept = dict(await former.all())
    await former.forget("PN1")
    await former.forget("PN9")
    assert {"MG1": {"InboundRequestUrl": ""}, "PN1": {"SmsUrl": "", "SmsMethod": "GET"}} == kept
    assert {"MG1": {"InboundRequestUrl": ""}} == await former.all()
