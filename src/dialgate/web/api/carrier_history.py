"""Refusals of the past from the carrier's own list of messages. For operators alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.errors import BadRequestError
from dialgate.app.read_back import KNOWN, REFUSED, REVIEW, UNOWNED
from dialgate.domain.opt_out.keywords import Intent
from dialgate.web.api.asked import ReadBackAsked, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import ReadBackCounts, ReadBackExample, ReadBackShown

if TYPE_CHECKING:
    from aiohttp import web

    from dialgate.app.read_back import Walk
    from dialgate.web.api.call import Call


@route(
    "POST /v1/carrier/import",
    Right.CARRIER,
    query=TenantQuery,
    body=ReadBackAsked,
    answers={200: Answers(ReadBackShown)},
    fails=(404, 502),
)
async def take_in(call: Call, query: TenantQuery, body: ReadBackAsked) -> web.Response:
    """Take in what people wrote, and whom the carrier refused to write to, from the carrier's own list of messages.

    Some seconds' worth: ask the same again until `done`, whatever happened in between. Asked once more after that, it
    begins anew and finds everything known. A refusal counts from when it was said; nobody is answered.
    """
    if body.until is not None and body.until < body.since:
        raise BadRequestError("until lies before since.")
    tenant = call.tenant_name(query.tenant)
    walk = await call.gate.hearing.history.piece(body.since, body.until, tenant, dry_run=body.dry_run)
    return answer(_shown(walk))


def _shown(walk: Walk) -> ReadBackShown:
    counts = ReadBackCounts(
        stop=walk.counts[Intent.STOP.value],
        start=walk.counts[Intent.START.value],
        help=walk.counts[Intent.HELP.value],
        none=walk.counts[Intent.NONE.value],
        review=walk.counts[REVIEW],
        refused_by_carrier=walk.counts[REFUSED],
        already_known=walk.counts[KNOWN],
        unowned=walk.counts[UNOWNED],
    )
    return ReadBackShown(
        done=walk.done,
        since=walk.since,
        until=walk.until,
        reached=walk.since if walk.read else walk.reached,
        waiting=len(walk.waiting),
        listed=walk.listed,
        counts=counts,
        examples=tuple(
            ReadBackExample(sent_at=one.sent_at, number=one.number, kind=one.intent, tenants=one.tenants, text=one.text)
            for one in walk.examples
        ),
    )
