"""The carrier's own settings: whether it tells this gate of inbound messages, and making it so. For operators alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.web.api.asked import CarrierAsked, NoBody, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import WebhookList, WebhookShown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.app.adopting import Change
    from dialgate.web.api.call import Call


@route(
    "GET /v1/carrier/webhooks",
    Right.CARRIER,
    query=TenantQuery,
    body=NoBody,
    answers={200: Answers(WebhookList)},
    fails=(404, 502),
)
async def check(call: Call, _query: TenantQuery, _body: NoBody) -> web.Response:
    """List the carrier's numbers, messaging services and applications whose inbound messages do not come here.

    An opt-out sent to one of them is heard by somebody else.
    """
    return answer(_list(await call.gate.adopting.check()))


@route(
    "POST /v1/carrier/webhooks/adopt",
    Right.CARRIER,
    query=TenantQuery,
    body=CarrierAsked,
    answers={200: Answers(WebhookList)},
    fails=(404, 502),
)
async def adopt(call: Call, _query: TenantQuery, body: CarrierAsked) -> web.Response:
    """Point all of them here. What they were is kept for the release.

    A tenant without `sms_webhook` gets what its sender pointed at.
    """
    gate = call.gate
    return answer(_list(await gate.adopting.adopt(call.caller.key_sid, gate.clock.now(), dry_run=body.dry_run)))


@route(
    "POST /v1/carrier/webhooks/release",
    Right.CARRIER,
    query=TenantQuery,
    body=CarrierAsked,
    answers={200: Answers(WebhookList)},
    fails=(404, 502),
)
async def release(call: Call, _query: TenantQuery, body: CarrierAsked) -> web.Response:
    """Put back what was kept; what somebody has changed since is left alone."""
    return answer(_list(await call.gate.adopting.release(dry_run=body.dry_run)))


def _list(changes: Sequence[Change]) -> WebhookList:
    return WebhookList(items=tuple(_shown(change) for change in changes))


def _shown(change: Change) -> WebhookShown:
    return WebhookShown.model_validate(
        {
            "kind": change.held.kind,
            "sid": change.held.sid,
            "name": change.held.name,
            "tenants": change.tenants,
            "was": {name: old for name, (old, _) in change.values.items()},
            "becomes": {name: new for name, (_, new) in change.values.items()},
            "note": change.note,
        }
    )
