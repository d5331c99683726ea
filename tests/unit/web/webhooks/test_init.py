"""The carrier calls these paths and no others."""

from __future__ import annotations

from aiohttp import web

from dialgate.web import webhooks


def test_the_carriers_paths_are_these() -> None:
    """Inbound messages, status with or without a decision; and, by GET as well, what dialers asked to hear and how
    their calls go on.
    """
    app = web.Application()
    webhooks.add_to(app)
    paths = [(route.method, resource.canonical) for route in app.router.routes() if (resource := route.resource)]
    assert [
        ("GET", "/twilio/callback/{token}"),
        ("GET", "/twilio/voice/{token}"),
        ("POST", "/twilio/callback/{token}"),
        ("POST", "/twilio/sms"),
        ("POST", "/twilio/status"),
        ("POST", "/twilio/status/{decision_id}"),
        ("POST", "/twilio/voice/{token}"),
    ] == sorted(paths)
