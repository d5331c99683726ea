"""Notices: what the tenant's own server was told, with every attempt, and how it is told again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from dialgate.app.errors import NotFoundError
from dialgate.app.telling import NoticeFilter
from dialgate.web.api.asked import NoBody, ShownQuery, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.tidings import (
    NoticeList,
    NoticeQuery,
    NoticeShown,
    NoticeWhole,
    ReplayAsked,
    Replayed,
    TriedShown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dialgate.app.telling import Notice, Tried
    from dialgate.web.api.call import Call, Show

log = structlog.get_logger(__name__)


@route("GET /v1/notices", Right.READ, query=NoticeQuery, body=NoBody, answers={200: Answers(NoticeList)}, fails=(404,))
async def listing(call: Call, query: NoticeQuery, _body: NoBody) -> web.Response:
    """List notices to the tenant's `notice_url`, the newest first."""
    show = call.shows(unmask=query.unmask)
    wanted = NoticeFilter(call.tenant_name(query.tenant), query.state, query.kind)
    page = await call.gate.tidings.notices.listing(wanted, query.limit, query.cursor)
    items = tuple(NoticeShown(**_shown(one, show)) for one in page.items)
    return answer(NoticeList(items=items, next=page.next or None))


@route(
    "GET /v1/notices/{id}",
    Right.READ,
    query=ShownQuery,
    body=NoBody,
    answers={200: Answers(NoticeWhole)},
    fails=(404,),
)
async def one(call: Call, query: ShownQuery, _body: NoBody) -> web.Response:
    """One notice with every attempt: when, the status of the answer, and what was wrong with it."""
    show = call.shows(unmask=query.unmask)
    notice, attempts = await _found(call, query)
    tried = tuple(TriedShown(at=one.at, status=one.status, problem=one.problem) for one in attempts)
    return answer(NoticeWhole(**_shown(notice, show), attempts=tried))


@route(
    "POST /v1/notices/{id}/replay",
    Right.PARTNERS,
    query=TenantQuery,
    body=NoBody,
    answers={200: Answers(Replayed)},
    fails=(404,),
)
async def replay(call: Call, query: TenantQuery, _body: NoBody) -> web.Response:
    """Tell one again, whatever became of it, and for three days more if need be. Its id stays the same."""
    notice, _ = await _found(call, query)
    await call.gate.tidings.notices.replay(notice.id, call.gate.clock.now())
    log.info("notice replayed", key=call.caller.key_sid, notice=notice.id)
    return answer(Replayed(replayed=1))


@route(
    "POST /v1/notices/replay",
    Right.PARTNERS,
    query=TenantQuery,
    body=ReplayAsked,
    answers={200: Answers(Replayed)},
    fails=(404,),
)
async def replay_given_up(call: Call, query: TenantQuery, body: ReplayAsked) -> web.Response:
    """Tell all again that were made since a time and given up."""
    tenant = call.tenant_name(query.tenant)
    count = await call.gate.tidings.notices.replay_given_up(tenant, body.since, call.gate.clock.now())
    log.info("notices replayed", key=call.caller.key_sid, tenant=tenant, count=count)
    return answer(Replayed(replayed=count))


async def _found(call: Call, query: TenantQuery) -> tuple[Notice, Sequence[Tried]]:
    wanted = call.tenant_name(query.tenant)
    found = await call.gate.tidings.notices.get(call.request.match_info["id"])
    if found is None or wanted not in {"", found[0].tenant}:
        raise NotFoundError("There is no such notice. GET /v1/notices lists them.")
    return found


def _shown(notice: Notice, show: Show) -> dict[str, Any]:
    body = json.loads(notice.body)
    return {
        "id": notice.id,
        "tenant": notice.tenant,
        "kind": notice.kind,
        "state": notice.state,
        "made_at": notice.made_at,
        "next_at": notice.next_at,
        "delivered_at": notice.delivered_at,
        "body": {**body, "number": show(body["number"])},
    }
