"""What hears people is put together once, for the product and for tests alike."""

from __future__ import annotations

from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from tests.fakes.web_gate import WebGate
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL


async def test_the_web_hears_through_what_was_put_together() -> None:
    """A sender that nobody owns counts for everybody."""
    gate = WebGate()
    await gate.inside.directory.refresh()
    assert ("acme", "other") == await gate.inside.hearing.receiving.tenants_of(["+15005550006"])


async def test_links_lead_to_the_gates_own_public_url() -> None:
    """And open where they were made."""
    gate = WebGate()
    await gate.inside.directory.refresh()
    preferences = gate.inside.hearing.preferences
    url, _ = preferences.url(Scope("acme"), E164("+12025550123"), 1)
    assert (True, True) == (
        url.startswith(f"{PUBLIC_URL}/p/"),
        await preferences.opened(url.rpartition("/")[2]) is not None,
    )
