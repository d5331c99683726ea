"""What tells others is put together once, for the product and for tests alike."""

from __future__ import annotations

from dataclasses import replace

from dialgate.app.feeds import FeedItem, Partner
from dialgate.app.outside import Told
from dialgate.app.telling import made
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT
from tests.fakes.web_gate import WebGate


async def test_notices_and_pushes_share_their_lanes() -> None:
    """So that what is asked at once, and of one tenant, is bounded over both."""
    gate = WebGate()
    gate.directory.tenants[0] = replace(gate.directory.tenants[0], notice_url="https://acme.example/told")
    gate.outside.answers = [Told(204, b"", "", "")]
    notice = made("opt_out", "o1", "acme", AT, {"number": "+12025550101"}, AT)
    gate.notices.kept[notice.id] = notice
    url = "https://crm.example/feed"
    crm = Partner("acme", "crm", url, "whsec_eA==", 900, suspends=False, created_at=AT)
    gate.partners.kept["acme", "crm"] = crm
    gate.partners.feeds["acme"] = [FeedItem(1, "block", "+12025550101", Scope("acme"), "sms", AT, "o1")]
    tidings = gate.inside.tidings
    await gate.inside.directory.refresh()
    await tidings.telling.tick()
    await tidings.pushing.tick()
    for _ in range(2):
        await tidings.lanes.work()
    assert ["https://acme.example/told", url] == [asked.url for asked in gate.outside.asked]
    assert ("delivered", 1) == (gate.notices.kept[notice.id].state, gate.partners.kept["acme", "crm"].acknowledged)
