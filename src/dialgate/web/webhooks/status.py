"""`POST /twilio/status`: what became of a call or message."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from dialgate.app.carrier_stop import learn
from dialgate.app.records import reservation_of
from dialgate.domain.ids import made_at
from dialgate.domain.numbers import Number, parse
from dialgate.web.context import FRONT, GATE
from dialgate.web.webhooks import intake

if TYPE_CHECKING:
    from dialgate.app.gate import Gate
    from dialgate.app.settle import StatusReport

FRESH = timedelta(seconds=3)
"""A decision this young may still be on its way to the log."""
WAIT_S = 1.0
POLL_S = 0.1
POLLS = 10


async def report(request: web.Request) -> web.StreamResponse:
    """204 also for what the gate does not know: the carrier would report it again to no end."""
    fields = await intake.fields(request)
    told = request.app[FRONT].status_report(fields, request.match_info.get("decision_id", ""))
    named = await _named(request.app[GATE], told)
    if named is not None:
        await take_in(request, named)
    elif request.app[FRONT].reports_opt_out(told):
        await _learn_of_owners(request.app[GATE], told)
    return web.Response(status=204)


async def take_in(request: web.Request, told: StatusReport) -> None:
    """On record before anybody is told of it. Errors: `LedgerUnavailableError`, `JournalUnavailableError`; then the
    carrier may come again.
    """
    gate = request.app[GATE]
    if await _settled(gate, told) and request.app[FRONT].reports_opt_out(told):
        await _learn(gate, told)


async def _named(gate: Gate, told: StatusReport) -> StatusReport | None:
    """With the decision that the carrier's id belongs to, where the path does not name one. How young the attempt is
    nobody can tell from the id, so its way into the log is waited for.
    """
    if told.decision_id:
        return told
    for _ in range(POLLS):
        owner = await gate.log.owner(told.carrier_sid)
        if owner is not None:
            return replace(told, decision_id=owner[1])
        await asyncio.sleep(POLL_S)
    return None


async def _settled(gate: Gate, told: StatusReport) -> bool:
    """Calls can end before their decision is in the log; only then is it waited for."""
    deadline_s = gate.clock.boottime_s() + WAIT_S
    while not await gate.settling.report(told):
        fresh = gate.clock.now() - made_at(told.decision_id) < FRESH
        if not fresh or gate.clock.boottime_s() >= deadline_s:
            return False
        await asyncio.sleep(POLL_S)
    return True


async def _learn(gate: Gate, told: StatusReport) -> None:
    row = await gate.log.get(told.decision_id)
    if row is not None:
        called = parse(reservation_of(row.id, row.tenant, row.body["reservation"]).number, None)
        if isinstance(called, Number):  # an address opts out of nothing
            await learn(gate.opting_out, gate.ledger, row.tenant, called.e164, row.id, gate.clock.now())


async def _learn_of_owners(gate: Gate, told: StatusReport) -> None:
    """The gate has no record of the message, but the person has opted out at the carrier all the same: of whoever owns
    the sender.
    """
    called = parse(told.called.rpartition(":")[2], None)
    if isinstance(called, Number):
        for tenant in await gate.hearing.receiving.tenants_of(told.senders):
            await learn(gate.opting_out, gate.ledger, tenant, called.e164, told.carrier_sid, gate.clock.now())
