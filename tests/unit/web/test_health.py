"""Health says whether the gate lives; readiness names what it waits for."""

from __future__ import annotations

from dialgate.app.gate import Check
from tests.fakes.web_gate import WebGate
from tests.unit.web import surface
from tests.unit.web.surface import Http


async def test_a_live_gate_says_so(gate: WebGate, http: Http) -> None:
    """Liveness asks nothing of any dependency and needs no credentials."""
    gate.checks = (Check("guard_store", "gone"),)
    assert 200 == (await surface.ask(http, "GET", "/healthz", pair=None)).status


async def test_a_ready_gate_names_its_dependencies(http: Http) -> None:
    """Each one stands by its name."""
    got = await surface.ask(http, "GET", "/readyz", pair=None)
    expected = [{"name": "journal", "ok": True, "problem": "", "detail": ""}]
    assert (200, "ready", expected) == (got.status, got.body["status"], got.body["checks"])


async def test_a_gate_that_goes_on_without_something_is_degraded(gate: WebGate, http: Http) -> None:
    """With SQL away attempts and opt-outs go on: whoever balances must not cut the gate off."""
    gate.checks = (Check("ledger", "gone"), Check("guard_store", "", refusing=True))
    got = await surface.ask(http, "GET", "/readyz", pair=None)
    assert (200, "degraded", False) == (got.status, got.body["status"], got.body["checks"][0]["ok"])


async def test_a_gate_that_refuses_everything_is_not_ready(gate: WebGate, http: Http) -> None:
    """503, with the problem and what to do in words."""
    gate.checks = (Check("journal", ""), Check("index", "unverified", "Waiting for gate g2.", refusing=True))
    got = await surface.ask(http, "GET", "/readyz", pair=None)
    assert (503, "not ready") == (got.status, got.body["status"])
    assert {"name": "index", "ok": False, "problem": "unverified", "detail": "Waiting for gate g2."} == got.body[
        "checks"
    ][1]
