"""Decisions for calls and messages that are placed outside the gate, and what came of them."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.errors import ConflictError
from dialgate.app.records import Kind, reservation_of
from dialgate.domain.attempt import Attempt, Purpose
from dialgate.domain.numbers import parse_destination
from dialgate.web.api.asked import BatchAsked, DecisionAsked, OutcomeAsked, TenantQuery
from dialgate.web.api.reading import FORM, JSON
from dialgate.web.api.records import record_of
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.showing import decided, in_one_line
from dialgate.web.api.shown import BatchAnswer, DecisionAnswer, OutcomeAnswer

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.app.queries import DecisionRow, Tenant
    from dialgate.web.api.call import Call

TEXT = "text/plain"
MOST_BATCH_BYTES = 4 * 1024 * 1024
AT_ONCE = 50
"""Decisions of a batch that are judged in one turn: others get theirs between them."""
UNDER_WAY = 250
"""Of one batch, so that the last does not wait for the store longer than its deadline."""


@route(
    "POST /v1/decisions",
    *(Right.DECIDE, Right.DRY_RUN),
    query=TenantQuery,
    body=DecisionAsked,
    answers={200: Answers(DecisionAnswer, (JSON, TEXT))},
    fails=(404,),
    media=(JSON, FORM),
)
async def decide(call: Call, query: TenantQuery, body: DecisionAsked) -> web.Response:
    """Decide one attempt.

    An allow is a reservation: it counts, it is good for 30 s, and it is to be followed by its outcome. With
    `Accept: text/plain` the answer is one line: `allow <id>` or `block <id> <reason> <retry_at>`. A dry run reserves,
    counts and records nothing.
    """
    made = await _decide(call, call.tenant(query.tenant), body)
    if _wants_text(call.request.headers.get("Accept", "")):
        return web.Response(text=in_one_line(made), content_type=TEXT)
    return answer(made)


@route(
    "POST /v1/decisions/batch",
    *(Right.DECIDE, Right.DRY_RUN),
    query=TenantQuery,
    body=BatchAsked,
    answers={200: Answers(BatchAnswer)},
    fails=(404,),
    most_bytes=MOST_BATCH_BYTES,
)
async def decide_batch(call: Call, query: TenantQuery, body: BatchAsked) -> web.Response:
    """Decide up to 1,000 attempts; the answers stand in the order of the questions.

    A question that cannot be read refuses the whole batch and is named by its place.
    """
    tenant = call.tenant(query.tenant)
    deciding: list[asyncio.Task[DecisionAnswer]] = []
    for start in range(0, len(body.root), AT_ONCE):
        if start >= UNDER_WAY:
            await asyncio.wait(deciding[start - UNDER_WAY : start - UNDER_WAY + AT_ONCE])
        deciding += [asyncio.create_task(_decide(call, tenant, one)) for one in body.root[start : start + AT_ONCE]]
        await asyncio.sleep(0)  # the store works on these while the next are judged
    return answer(BatchAnswer(tuple(await asyncio.gather(*deciding))))


@route(
    "POST /v1/decisions/{id}/outcome",
    Right.DECIDE,
    query=TenantQuery,
    body=OutcomeAsked,
    answers={200: Answers(OutcomeAnswer)},
    fails=(404, 409),
    media=(JSON, FORM),
)
async def outcome(call: Call, query: TenantQuery, body: OutcomeAsked) -> web.Response:
    """Say how an allowed attempt ended: its reservation ends, its counts stay.

    Answered `recalled` if the called person has opted out since the decision; hang up, and call no more.
    """
    row = await record_of(call, query.tenant)
    if not row.body["reservation"]:
        raise ConflictError("This attempt was blocked: it has no outcome.")
    recalled = await _recalled(call, row)
    if not any(kind == Kind.SETTLED for kind, _, _ in row.events):
        await call.gate.settling.settle(row, _told(body))
    return answer(OutcomeAnswer(id=row.id, result="recalled" if recalled else "settled"))


async def _decide(call: Call, tenant: Tenant, body: DecisionAsked) -> DecisionAnswer:
    call.need(Right.DRY_RUN if body.dry_run else Right.DECIDE)
    gate = call.gate
    now = gate.clock.now()
    attempt = _attempt(call, tenant, body, now)
    if body.dry_run:
        decision = await gate.admission.dry_run(attempt, gate.facts(tenant))
    else:
        decision = await gate.admission.decide(attempt, gate.facts(tenant))
    return decided(decision, dry_run=body.dry_run, judged_at=body.at or now)


def _attempt(call: Call, tenant: Tenant, body: DecisionAsked, now: datetime) -> Attempt:
    caller = call.caller
    return Attempt(
        id=call.gate.new_id(),
        tenant=tenant.name,
        key=caller.key_sid,
        channel=body.channel,
        called=parse_destination(body.to, tenant.region),
        called_as_asked=body.to,
        calling=body.from_,
        received_at=body.at or now,
        purpose=body.purpose or Purpose(caller.purpose or Purpose.MARKETING),
        campaign=body.campaign or caller.campaign,
        subject=body.subject,
        debt=body.debt,
        location=body.location,
        device=body.device,
        content=hashlib.sha256(body.content.encode()).hexdigest() if body.content else "",
    )


async def _recalled(call: Call, row: DecisionRow) -> bool:
    """Admission proved that no scope of it held the number; so an opt-out that covers it now came afterwards."""
    if any(kind == Kind.RECALLED for kind, _, _ in row.events):
        return True
    reservation = reservation_of(row.id, row.tenant, row.body["reservation"])
    opt_outs = await call.gate.ledger.opt_outs_of(row.tenant, reservation.number)
    return any(opt_out.scope.name in reservation.scopes for opt_out in opt_outs)


def _told(body: OutcomeAsked) -> dict[str, str]:
    right_party = "" if body.right_party is None else str(body.right_party).lower()
    return {
        "status": body.status,
        "right_party": right_party,
        "disposition": body.disposition,
        "occurred_at": body.occurred_at.isoformat(),
    }


def _wants_text(accept: str) -> bool:
    """Whether plain text stands before JSON."""
    for wanted in accept.split(","):
        kind = wanted.partition(";")[0].strip().lower()
        if kind in {JSON, "*/*", "application/*"}:
            return False
        if kind in {TEXT, "text/*"}:
            return True
    return False
