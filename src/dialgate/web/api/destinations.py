"""Own destinations: agents' phones and transfer lines, exempt from hours, caps, consent and campaign.

Never from an opt-out. Who added or removed one is on record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.queries import OwnDestination
from dialgate.web.api.asked import DestinationAsked, NoBody, ShownQuery, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import DestinationList, DestinationShown

if TYPE_CHECKING:
    from dialgate.web.api.call import Call, Show


@route(
    "GET /v1/destinations",
    Right.READ,
    query=ShownQuery,
    body=NoBody,
    answers={200: Answers(DestinationList)},
    fails=(404,),
)
async def destinations(call: Call, query: ShownQuery, _body: NoBody) -> web.Response:
    """List own destinations, the newest last, those that were removed too."""
    wanted, show = call.tenant_name(query.tenant), call.shows(unmask=query.unmask)
    known = call.gate.directory.now.destinations
    return answer(DestinationList(items=tuple(_shown(one, show) for one in known if wanted in {"", one.tenant})))


@route(
    "POST /v1/destinations",
    Right.DESTINATIONS,
    query=TenantQuery,
    body=DestinationAsked,
    answers={201: Answers(DestinationShown)},
    fails=(404, 409),
)
async def add(call: Call, query: TenantQuery, body: DestinationAsked) -> web.Response:
    """Make a number, `sip:user@host` or `client:identity` one of the tenant's own: an agent's phone, a transfer line.

    It may be called at any hour and as often as needed. If the owner of a number opts out, it is not reached all the
    same. A SIP address can lead to any phone: whoever adds one answers for where it leads.
    """
    gate, tenant = call.gate, call.tenant(query.tenant)
    made = OwnDestination(
        tenant=tenant.name,
        number=call.callee(body.number, tenant.name),
        note=body.note,
        added_by=call.caller.key_sid,
        added_at=gate.clock.now(),
    )
    await gate.tenants.add_destination(made)
    await gate.directory.refresh()
    return answer(_shown(made, str), 201)


@route(
    "DELETE /v1/destinations/{number}",
    Right.DESTINATIONS,
    query=TenantQuery,
    body=NoBody,
    answers={200: Answers(DestinationShown)},
    fails=(404,),
)
async def remove(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """Take one out: within a second every gate judges a number like any other, and refuses an address."""
    gate, tenant = call.gate, call.tenant(query.tenant)
    number = call.callee(call.request.match_info["number"], tenant.name)
    await gate.tenants.remove_destination(tenant.name, number, call.caller.key_sid, gate.clock.now())
    await gate.directory.refresh()
    rows = [one for one in gate.directory.now.destinations if (one.tenant, one.number) == (tenant.name, number)]
    return answer(_shown(rows[-1], str))


def _shown(one: OwnDestination, show: Show) -> DestinationShown:
    return DestinationShown(
        tenant=one.tenant,
        number=show(one.number),
        note=one.note,
        added_by=one.added_by,
        added_at=one.added_at,
        removed_by=one.removed_by,
        removed_at=one.removed_at,
    )
