"""What the handlers of all faces find in their application and on their request."""

from __future__ import annotations

from aiohttp import web

from dialgate.app.front import Front
from dialgate.app.gate import Gate
from dialgate.web.auth import Authentication

GATE: web.AppKey[Gate] = web.AppKey("gate", Gate)
FRONT: web.AppKey[Front] = web.AppKey("front", Front)
AUTHENTICATION: web.AppKey[Authentication] = web.AppKey("authentication", Authentication)
DECISION: web.RequestKey[str] = web.RequestKey("decision", str)
"""The decision that a request led to, named in its answer whatever the answer is."""
