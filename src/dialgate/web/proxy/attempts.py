"""Creates and updates of dialers: from the request as it came to the one answer it will ever have."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from dialgate.app.carrier_stop import learn
from dialgate.app.errors import JournalUnavailableError
from dialgate.app.forward import Forwarded, Refusal
from dialgate.app.front import Operation
from dialgate.app.ports import Claimed
from dialgate.app.timing import timed
from dialgate.domain.attempt import Attempt, Channel
from dialgate.domain.decision import Block
from dialgate.domain.numbers import Endpoint, Number, Reachable, mask, numbers_in, parse_destination
from dialgate.domain.reasons import Reason
from dialgate.domain.reservation import KEYED_S, Claim
from dialgate.web.auth import REVOKED, Caller
from dialgate.web.context import DECISION, FRONT, GATE
from dialgate.web.proxy import extras
from dialgate.web.proxy.bodies import body_of, content_type_of
from dialgate.web.proxy.made import MADE, Maker
from dialgate.web.proxy.ownership import OWNERSHIP
from dialgate.web.proxy.taking import of_attempt, of_control

if TYPE_CHECKING:
    from aiohttp import web

    from dialgate.app.front import Answer, Asked, Route
    from dialgate.app.queries import Tenant

log = structlog.get_logger(__name__)

REPEAT_S = 10
WAIT_S = 5.0
POLL_S = 0.05
_OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One request with all that was learnt of it."""

    request: web.Request
    route: Route
    caller: Caller
    tenant: Tenant
    extras: extras.Extras
    asked: Asked
    body: bytes
    maker: Maker | None
    """Of the call or message that is updated."""


async def answer(request: web.Request, route: Route, caller: Caller, tenant: Tenant) -> Answer:
    """Errors: `BadRequestError`, `NotFoundError`, `CarrierUnreachableError`, `LedgerUnavailableError`."""
    front = request.app[FRONT]
    body = await body_of(request)
    asked = front.read(route, content_type_of(request), body)
    if isinstance(asked, Block):
        log.info("unreadable", tenant=tenant.name, key=caller.key_sid, reason=asked.reason.value, rule=asked.rule)
        return front.refusal((asked,), route.channel)
    maker = await request.app[OWNERSHIP].require(tenant, route)
    asking = _Asking(request, route, caller, tenant, extras.read(request, route, caller), asked, body, maker)
    if route.operation is Operation.CREATE:
        return await _attempt(asking, asked.called, tenant.region)
    if asked.ends:
        return await _end(asking)
    return await _attempt(asking, await request.app[MADE].number(maker) if maker else "", "")


async def _end(asking: _Asking) -> Answer:
    """It reaches nobody, so it needs no leave."""
    front, gate = asking.request.app[FRONT], asking.request.app[GATE]
    handed = await of_control(asking.request, asking.asked, asking.route, asking.tenant, asking.maker)
    if isinstance(handed, Block):
        return front.refusal((handed,), asking.route.channel)
    request = front.request(asking.route, asking.asked, "", gate.new_id(), handed)
    return front.passed_on(await gate.carrier.control(request), asking.tenant)


async def _attempt(asking: _Asking, called: str, region: str) -> Answer:
    gate = asking.request.app[GATE]
    started_s = gate.clock.boottime_s()
    attempt = _judged(asking, called, region)
    asking.request[DECISION] = attempt.id
    result = await _once(asking, attempt)
    asking.request[DECISION] = result.decision_id
    answer = _worded(asking, attempt, result)
    _note(asking, attempt, result)
    await _learn(asking, attempt, result)
    log.info(
        "attempt",
        decision=result.decision_id,
        tenant=attempt.tenant,
        key=attempt.key,
        channel=attempt.channel.value,
        to=mask(attempt.called.callee) if isinstance(attempt.called, Reachable) else "",
        campaign=attempt.campaign,
        status=answer.status,
        reasons=[block.reason.value for block in result.blocks] if isinstance(result, Refusal) else [],
        repeat=result.decision_id != attempt.id,
        took_ms=round((gate.clock.boottime_s() - started_s) * 1000, 1),
    )
    return answer


def _judged(asking: _Asking, called: str, region: str) -> Attempt:
    gate, extra = asking.request.app[GATE], asking.extras
    number = parse_destination(called, region or None)
    return Attempt(
        id=gate.new_id(),
        tenant=asking.tenant.name,
        key=asking.caller.key_sid,
        channel=asking.route.channel,
        called=number,
        called_as_asked=called,
        calling=asking.asked.calling,
        received_at=gate.clock.now(),
        purpose=extra.purpose,
        campaign=extra.campaign,
        subject=extra.subject,
        debt=extra.debt,
        location=extra.location,
        content=asking.asked.content,
        connected=asking.route.operation is not Operation.CREATE,
        lifetime_s=asking.asked.lifetime_s,
        due_at=asking.asked.due_at,
        other_senders=asking.asked.other_senders,
        also=numbers_in(asking.asked.digits, number.country_code) if isinstance(number, Number) else (),
    )


async def _once(asking: _Asking, attempt: Attempt) -> Forwarded | Refusal:
    """CONTRACT section 3, "Never twice". The attempt is judged anew only if the first of the same request left nothing
    to repeat.
    """
    gate, front = asking.request.app[GATE], asking.request.app[FRONT]
    creates = asking.route.operation is Operation.CREATE
    called = attempt.called.address if isinstance(attempt.called, Reachable) else ""
    maker = None if creates else asking.maker
    handed, objections = await of_attempt(asking.request, asking.asked, attempt, asking.tenant, maker)
    claim = _claim(asking)
    digits = _digits_to_endpoint(asking.asked, attempt)
    creates_call = creates and attempt.channel is Channel.VOICE
    deadline_s = gate.clock.boottime_s() + (0 if asking.extras.idempotency_key else WAIT_S)
    while True:
        facts, asked = gate.facts(asking.tenant), asking.asked
        attempt = replace(attempt, received_at=gate.clock.now())  # what is waited for above and below takes its time
        if creates:
            attempt, asked = timed(attempt, asked, facts)
        late = front.unschedulable(asked, attempt.received_at)
        found = (*_revoked(asking.caller), *asked.found, *digits, *late, *asking.extras.found, *objections)
        request = front.request(asking.route, asked, called, attempt.id, handed)
        result = await gate.forwarding.place(attempt, facts, claim, request, found, creates_call=creates_call)
        if not isinstance(result, Claimed):
            return result
        if result.parameters != claim.parameters:
            return _refused(
                result, Reason.DUPLICATE, "This Idempotency-Key was used with other parameters. Take a new one."
            )
        kept = await gate.forwarding.repeat(claim) if result.answer is not None else None
        if kept is not None:
            return kept
        if gate.clock.boottime_s() >= deadline_s:
            return _refused(result, Reason.OUTCOME_UNKNOWN, "The same request is still under way. Ask again later.")
        await asyncio.sleep(POLL_S)


def _revoked(caller: Caller) -> tuple[Block, ...]:
    """The guard of `key_active` refuses too, on every gate; this one needs no store."""
    return (Block(Reason.KEY_SUSPENDED, "key_active", REVOKED),) if caller.revoked else ()


def _digits_to_endpoint(asked: Asked, attempt: Attempt) -> tuple[Block, ...]:
    """In which plan a SIP phone would dial them nobody knows."""
    if not (asked.digits and isinstance(attempt.called, Endpoint)):
        return ()
    detail = "SendDigits can follow a telephone number only; leave it out."
    return (Block(Reason.UNSUPPORTED_DESTINATION, "destination", detail),)


def _refused(first: Claimed, reason: Reason, detail: str) -> Refusal:
    return Refusal(first.decision_id, (Block(reason, "never_twice", detail),))


def _claim(asking: _Asking) -> Claim:
    """The path is taken as it came: the same bytes to the same path are the same request."""
    digest = asking.request.app[GATE].hash_secret
    body = hashlib.sha256(asking.body).hexdigest()
    key = asking.extras.idempotency_key
    what = ("key", key) if key else ("body", body)
    name = digest("\n".join((asking.caller.key_sid, asking.request.raw_path, *what)))
    return Claim(name, digest(body), KEYED_S) if key else Claim(name, name, REPEAT_S)


def _worded(asking: _Asking, attempt: Attempt, result: Forwarded | Refusal) -> Answer:
    front = asking.request.app[FRONT]
    if isinstance(result, Forwarded):
        return front.passed_on(result.answer, asking.tenant)
    return front.refusal(result.blocks, attempt.channel, result.decision_id, result.carrier_sid)


def _note(asking: _Asking, attempt: Attempt, result: Forwarded | Refusal) -> None:
    sid = result.answer.sid if isinstance(result, Forwarded) else result.carrier_sid
    if sid and asking.route.operation is Operation.CREATE and isinstance(attempt.called, Reachable):
        maker = Maker(attempt.tenant, result.decision_id, attempt.called.callee)
        asking.request.app[MADE].note(sid, maker)


async def _learn(asking: _Asking, attempt: Attempt, result: Forwarded | Refusal) -> None:
    """The dialer gets the carrier's answer in any case; the next refusal of the carrier would teach the same."""
    if not isinstance(attempt.called, Number) or not isinstance(result, Forwarded):
        return
    gate = asking.request.app[GATE]
    if asking.request.app[FRONT].refused_for_opt_out(result.answer):
        try:
            number, now = attempt.called.e164, gate.clock.now()
            await learn(gate.opting_out, gate.ledger, attempt.tenant, number, result.decision_id, now)
        except JournalUnavailableError as error:
            log.warning("opt-out of the carrier not taken in", decision=result.decision_id, why=str(error))
