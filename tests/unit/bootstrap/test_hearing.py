"""What hears people is put together once, for the product and for tests alike."""

from __future__ import annotations

from tests.fakes.web_gate import WebGate


async def test_the_web_hears_through_what_was_put_together() -> None:
    """A sender that nobody owns counts for everybody."""
    gate = WebGate()
    await gate.inside.directory.refresh()
    assert ("acme", "other") == await gate.inside.hearing.receiving.tenants_of(["+15005550006"])
