"""Opt-outs by the thousand: each row is read as strictly as one that comes alone; what is wrong is told by index."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dialgate.app.errors import BadRequestError
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut
from dialgate.domain.numbers import Number, parse
from dialgate.web.api.asked import OptOutListAsked, TenantQuery
from dialgate.web.api.opt_outs import ACCEPTED, CREATED, said_at, scope_of
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import OptOutListAnswer, RejectedShown

if TYPE_CHECKING:
    from datetime import datetime

    from aiohttp import web

    from dialgate.app.queries import Tenant
    from dialgate.domain.scope import Scope
    from dialgate.web.api.asked import ListedAsked
    from dialgate.web.api.call import Call

MOST_BYTES = 1024 * 1024
AT_A_TIME = 100
"""Rows that are read before attempts and webhooks get their turn: a few milliseconds of national spellings."""


@route(
    "POST /v1/opt-outs/import",
    Right.OPT_OUT,
    query=TenantQuery,
    body=OptOutListAsked,
    answers={200: Answers(OptOutListAnswer), CREATED: Answers(OptOutListAnswer), ACCEPTED: Answers(OptOutListAnswer)},
    fails=(404,),
    most_bytes=MOST_BYTES,
)
async def take_in(call: Call, query: TenantQuery, body: OptOutListAsked) -> web.Response:
    """Record a list of opt-outs.

    Rows whose number or time is wrong are told by index; all others are recorded together, or none of them. 201:
    durable and in force. 202: durable; the gate goes on until it is in force. 503: send it again, for what is recorded
    already is not recorded twice. 200: a dry run.
    """
    tenant = call.tenant(query.tenant)
    now = call.gate.clock.now()
    list_id, whole = call.gate.new_id(), scope_of(tenant.name, body.scope)
    good: list[OptOut] = []
    rejected: list[RejectedShown] = []
    for index, row in enumerate(body.rows):
        if index % AT_A_TIME == AT_A_TIME - 1:
            await asyncio.sleep(0)
        scope = scope_of(tenant.name, row.scope) if row.scope else whole
        read = _read(OptOutId(f"{list_id}.{index}"), call.caller.key_sid, tenant, scope, body, row, now)
        if isinstance(read, OptOut):
            good.append(read)
        else:
            reason, detail = read
            rejected.append(RejectedShown(index=index, reason=reason, detail=detail))
    lists = call.gate.hearing.lists
    if body.dry_run:
        known = await lists.known(good)
        told = OptOutListAnswer(new=len(good) - known, known=known, in_force=False, rejected=tuple(rejected))
        return answer(told)
    taken = await lists.record(good)
    known = len(good) - taken.new
    told = OptOutListAnswer(new=taken.new, known=known, in_force=taken.in_force, rejected=tuple(rejected))
    return answer(told, CREATED if taken.in_force else ACCEPTED)


def _read(
    opt_out_id: OptOutId,
    actor: str,
    tenant: Tenant,
    scope: Scope,
    body: OptOutListAsked,
    row: ListedAsked,
    now: datetime,
) -> OptOut | tuple[str, str]:
    """The opt-out, or why there is none: a word and a sentence with the mend."""
    number = parse(row.to, body.region or tenant.region or None)
    if not isinstance(number, Number):
        return number.reason, number.message
    try:
        occurred_at = said_at(row.occurred_at or body.occurred_at, now)
    except BadRequestError as error:
        return "future", str(error)
    return OptOut(
        id=opt_out_id,
        number=number.e164,
        scope=scope,
        source=row.source or body.source,
        actor=actor,
        occurred_at=occurred_at,
        recorded_at=now,
        note=body.note if row.note is None else row.note,
    )
