"""The feed of one partner: what changed of the tenant's refusals, and how far the partner has taken it over."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.errors import ForbiddenError, NotFoundError
from dialgate.app.feeds import document
from dialgate.app.queries import Role
from dialgate.web.api.asked import NoBody, TenantQuery
from dialgate.web.api.reading import JSON
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.tidings import AcknowledgeAsked, Acknowledged, FeedAnswer, FeedQuery

if TYPE_CHECKING:
    from dialgate.app.feeds import Partner
    from dialgate.web.api.call import Call


@route(
    "GET /v1/feeds/{partner}",
    Right.FEED,
    Right.READ,
    query=FeedQuery,
    body=NoBody,
    answers={200: Answers(FeedAnswer)},
    fails=(404, 409),
)
async def page(call: Call, query: FeedQuery, _body: NoBody) -> web.Response:
    """What changed after a position, in order; after 0 the whole list.

    The partner's own key sees numbers whole, which it must block; others as everywhere. `limit` counts rows of the
    ledger, of which one may release several scopes. 409: the feed never gave that position; begin again with 0.
    """
    partner = await _partner(call, query)
    own = call.caller.role is Role.PARTNER
    show = str if own else call.shows(unmask=query.unmask)
    found = await call.gate.tidings.partners.page(partner.tenant, query.after, query.limit)
    items = tuple(replace(item, number=show(item.number)) for item in found.items)
    return web.Response(body=json.dumps(document(replace(found, items=items))).encode(), content_type=JSON)


@route(
    "POST /v1/feeds/{partner}/acknowledge",
    Right.FEED,
    query=TenantQuery,
    body=AcknowledgeAsked,
    answers={200: Answers(Acknowledged)},
    fails=(404, 409),
)
async def acknowledge(call: Call, query: TenantQuery, body: AcknowledgeAsked) -> web.Response:
    """Say that everything up to a position is taken over. A lower one than before changes nothing.

    From then on the partner answers for it. Keys that were suspended for its lag work again within a second.
    """
    partner, feeds = await _partner(call, query), call.gate.tidings.partners
    await feeds.acknowledge(partner.tenant, partner.name, body.position, call.gate.clock.now())
    position = max(partner.acknowledged, body.position)
    return answer(Acknowledged(tenant=partner.tenant, partner=partner.name, position=position))


async def _partner(call: Call, query: TenantQuery) -> Partner:
    name, tenant = call.request.match_info["partner"], call.tenant(query.tenant)
    if call.caller.role is Role.PARTNER and call.caller.partner != name:
        raise ForbiddenError("This key belongs to another partner than the path names.")
    found = await call.gate.tidings.partners.get(tenant.name, name)
    if found is None:
        raise NotFoundError("This tenant has no such partner. GET /v1/partners lists them.")
    return found
