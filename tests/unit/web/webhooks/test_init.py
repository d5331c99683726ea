"""The carrier calls these paths and no others."""

from __future__ import annotations

from aiohttp import web

from dialgate.web import webhooks


def test_the_carriers_paths_are_these() -> None:
    """Inbound messages, and status with or without a decision."""
    app = web.Application()
    webhooks.add_to(app)
    paths = [(route.method, resource.canonical) for route in app.router.routes() if (resource := route.resource)]
    expected = [("POST", "/twilio/sms"), ("POST", "/twilio/status"), ("POST", "/twilio/status/{decision_id}")]
    assert expected == paths
