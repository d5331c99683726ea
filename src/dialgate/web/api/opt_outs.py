"""Opt-outs that people and systems report, and everything that is known of a number."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.errors import BadRequestError
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, no_snooze
from dialgate.domain.scope import ALL, Scope
from dialgate.web.api.asked import NoBody, OptOutAsked, ScopeAsked, ShownQuery, TenantQuery
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.showing import scope_shown
from dialgate.web.api.shown import HistoryShown, NumberAnswer, OptOutAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dialgate.app.queries import DecisionRow
    from dialgate.web.api.call import Call

CREATED = 201
ACCEPTED = 202
CLOCKS_APART = timedelta(minutes=5)


@route(
    "POST /v1/opt-outs",
    Right.OPT_OUT,
    query=TenantQuery,
    body=OptOutAsked,
    answers={CREATED: Answers(OptOutAnswer), ACCEPTED: Answers(OptOutAnswer)},
    fails=(404,),
)
async def add(call: Call, query: TenantQuery, body: OptOutAsked) -> web.Response:
    """Record an opt-out.

    201: durable and in force, from this answer on nothing in its scope is forwarded. 202: durable; the gate goes on
    until it is in force. 503: not recorded, say it again.
    """
    tenant = call.tenant(query.tenant)
    now = call.gate.clock.now()
    scope = scope_of(tenant.name, body.scope)
    if body.ends_at and (problem := no_snooze(body.ends_at, now, body.source)):
        raise BadRequestError(problem)
    opted_out = await call.gate.opting_out.record(
        OptOut(
            id=OptOutId(call.gate.new_id()),
            number=call.number(body.to, tenant.name),
            scope=scope,
            source=body.source,
            actor=call.caller.key_sid,
            occurred_at=said_at(body.occurred_at, now),
            recorded_at=now,
            note=body.note,
            ends_at=body.ends_at,
        )
    )
    told = OptOutAnswer(
        id=opted_out.id,
        in_force=opted_out.in_force,
        scope=scope_shown(scope),
        recalled=tuple(recalled.decision_id for recalled in opted_out.recalled),
    )
    return answer(told, CREATED if opted_out.in_force else ACCEPTED)


@route(
    "GET /v1/numbers/{e164}",
    Right.READ,
    query=ShownQuery,
    body=NoBody,
    answers={200: Answers(NumberAnswer)},
    fails=(404,),
)
async def number(call: Call, query: ShownQuery, _body: NoBody) -> web.Response:
    """Everything known of a number, oldest first: opt-outs, lifts, decisions; and whether it is suppressed now."""
    show = call.shows(unmask=query.unmask)
    tenant = call.tenant_name(query.tenant)
    e164 = call.number(call.request.match_info["e164"], tenant)
    facts = await call.gate.log.number(tenant, e164)
    history = [
        *(_opt_out(opt_out, holds=holds) for opt_out, holds in facts.opt_outs),
        *(_lift(lift) for lift in facts.lifts),
        *(_decision(row) for row in facts.decisions),
    ]
    holding = dict.fromkeys(opt_out.scope for opt_out, holds in facts.opt_outs if holds)
    known = NumberAnswer(
        number=show(e164),
        suppressed=bool(holding),
        scopes=tuple(scope_shown(scope) for scope in holding),
        history=tuple(sorted(history, key=lambda one: one.at)),
    )
    return answer(known)


def scope_of(tenant: str, asked: ScopeAsked) -> Scope:
    return Scope(tenant, asked.channel or ALL, asked.purpose or ALL, asked.campaign or ALL)


def said_at(occurred_at: datetime | None, now: datetime) -> datetime:
    """Never later than `now`. Errors: `BadRequestError` for what no difference of clocks explains."""
    if occurred_at is None:
        return now
    if occurred_at > now + CLOCKS_APART:
        raise BadRequestError("occurred_at is in the future: give the time at which the person said it.")
    return min(occurred_at, now)


def _opt_out(opt_out: OptOut, *, holds: bool) -> HistoryShown:
    return HistoryShown(
        at=opt_out.recorded_at,
        kind="opt_out",
        id=opt_out.id,
        source=opt_out.source,
        actor=opt_out.actor,
        scope=scope_shown(opt_out.scope),
        holds=holds,
        ends_at=opt_out.ends_at,
        note=opt_out.note,
    )


def _lift(lift: Mapping[str, object]) -> HistoryShown:
    at, names = lift["recorded_at"], lift["names"]
    if not isinstance(at, datetime) or not isinstance(names, list):
        raise TypeError("a lift without its time or without the opt-outs that it names")
    return HistoryShown(
        at=at,
        kind="lift",
        id=str(lift["id"]),
        source=str(lift["source"]),
        actor=str(lift["actor"]),
        names=tuple(names),
        note=str(lift["note"]),
    )


def _decision(row: DecisionRow) -> HistoryShown:
    return HistoryShown(
        at=row.decided_at,
        kind="decision",
        id=row.id,
        actor=row.body["key"],
        verdict=row.body["verdict"],
        channel=row.body["channel"],
        reasons=tuple(reason["code"] for reason in row.body["reasons"]),
    )
