"""Links to the preference page, for messages that will hold one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.web.api.asked import LinkAsked, ScopeAsked, TenantQuery
from dialgate.web.api.opt_outs import scope_of
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import LinkAnswer

if TYPE_CHECKING:
    from dialgate.web.api.call import Call


@route(
    "POST /v1/preferences/link",
    Right.LINK,
    query=TenantQuery,
    body=LinkAsked,
    answers={200: Answers(LinkAnswer)},
    fails=(404,),
)
async def link(call: Call, query: TenantQuery, body: LinkAsked) -> web.Response:
    """Make a link to the preference page of one number.

    Nothing is recorded. Put it into a message to that number and nowhere else. By a link that a compliance key made the
    person can also take back what they stopped on the page; a dialer's or agent's link only stops, because whoever
    makes a link can open it.
    """
    tenant = call.tenant(query.tenant).name
    scope = scope_of(tenant, ScopeAsked(campaign=body.campaign, channel=body.channel, purpose=body.purpose))
    number, resumes = call.number(body.to, tenant), call.may(Right.RESUME)
    url, expires_at = call.gate.hearing.preferences.url(scope, number, body.days, resumes=resumes)
    return answer(LinkAnswer(url=f"{url}?lang={body.lang}" if body.lang else url, expires_at=expires_at))
