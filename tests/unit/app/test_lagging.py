"""Who lags behind the refusals, and whose keys forward nothing for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.feeds import FeedItem, Partner
from dialgate.app.lagging import Lagging
from dialgate.app.policies import Policies
from dialgate.app.queries import ApiKey, DirectorySnapshot, Role
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT, SetClock
from tests.fakes.no_rows import NO_ROWS
from tests.fakes.tidings import MemoryPartners
from tests.fakes.web_gate import tenant

ACME = tenant("acme", "AC1", "token")
BOLT = tenant("bolt", "AC2", "token")
DESK = Partner("acme", "desk", "", "whsec_eA==", 900, suspends=True, created_at=AT)
CRM = replace(DESK, name="crm", suspends=False)
SUSPENDED = {"SKdesk": "desk"}


def key(sid: str, partner: str, owner: str = "acme") -> ApiKey:
    return ApiKey(sid, owner, Role.DIALER, "", "", "", AT, None, partner)


KEYS = {
    one.sid: one for one in (key("SKdesk", "desk"), key("SKcrm", "crm"), key("SKown", ""), key("SKb", "desk", "bolt"))
}
DIRECTORY = DirectorySnapshot(1, {"acme": ACME, "bolt": BOLT}, {}, KEYS, {})


class Watch:
    def __init__(self, oldest_at: datetime = AT) -> None:
        self.clock, self.policies = SetClock(), Policies(NO_ROWS, open_allowed=True)
        item = FeedItem(1, "block", "+12025550101", Scope("acme"), "sms", oldest_at, "o1")
        self.partners = MemoryPartners({("acme", one.name): one for one in (DESK, CRM)}, {"acme": [item]})
        self.lagging = Lagging(self.partners, self.policies, self.clock)

    async def after(self, seconds: float) -> dict[str, str]:
        """The state of each."""
        self.clock.pass_s(seconds)
        await self.lagging.look()
        return {one.partner.name: one.state for one in self.lagging.now}

    @property
    def suspended(self) -> dict[str, str]:
        return dict(self.policies.facts(ACME, DIRECTORY).suspended_keys)


async def test_keys_are_suspended_beyond_the_limit_alone() -> None:
    """Of the partner that lags, if its keys are to be; never another tenant's partner of the same name."""
    watch = Watch()
    assert ({"desk": "ok", "crm": "ok"}, {}) == (await watch.after(900), watch.suspended)
    assert ({"desk": "suspended", "crm": "lagging"}, SUSPENDED) == (await watch.after(1), watch.suspended)
    assert {} == dict(watch.policies.facts(BOLT, DIRECTORY).suspended_keys)


async def test_an_acknowledgement_ends_it() -> None:
    """At the next look."""
    watch = Watch()
    await watch.after(901)
    await watch.partners.acknowledge("acme", "desk", 1, watch.clock.now())
    assert ("ok", {}) == ((await watch.after(1))["desk"], watch.suspended)


async def test_before_the_first_look_no_partners_key_forwards() -> None:
    """Nobody knows yet; a stale deny is safe. The tenant's own keys are not concerned."""
    assert {"SKdesk": "desk", "SKcrm": "crm"} == Watch().suspended


async def test_without_sql_the_last_known_state_stays() -> None:
    """Neither does a lagging partner come back by it, nor is another suspended."""
    watch = Watch()
    await watch.after(901)
    watch.partners.down = True
    with pytest.raises(LedgerUnavailableError):
        await watch.after(1)
    assert (SUSPENDED, ["suspended", "lagging"]) == (watch.suspended, [one.state for one in watch.lagging.now])


async def test_each_change_is_told_once() -> None:
    """With who, how far, and what follows."""
    watch = Watch()
    with capture_logs() as logs:
        for _ in range(2):
            await watch.after(901)
        for name in ("desk", "crm"):
            await watch.partners.acknowledge("acme", name, 1, watch.clock.now())
        await watch.after(1)
    told = [(entry["event"], entry["partner"], entry.get("state")) for entry in logs]
    late = [("partner lags", "desk", "suspended"), ("partner lags", "crm", "lagging")]
    assert [*late, ("partner caught up", "desk", None), ("partner caught up", "crm", None)] == told
    assert {901} == {entry["lag_s"] for entry in logs if entry["event"] == "partner lags"}


async def test_who_is_new_has_its_time() -> None:
    """A list that is years old makes nobody lag on the first day."""
    watch = Watch(AT - timedelta(days=1_000))
    assert "ok" == (await watch.after(60))["desk"]
