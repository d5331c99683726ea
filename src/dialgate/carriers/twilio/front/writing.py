"""What is written to the carrier in a dialer's place: no address of the dialer's, and the gate's own number."""

from __future__ import annotations

from collections.abc import Mapping

from dialgate.app.front import Asked, Operation, Pairs, Route
from dialgate.app.ports import CarrierRequest
from dialgate.carriers.twilio.front import schedule
from dialgate.carriers.twilio.front.parameters import Table, Target
from dialgate.carriers.twilio.front.paths import upstream
from dialgate.carriers.twilio.front.weighing import MESSAGE_LIFETIME_S, Rules
from dialgate.domain.attempt import Channel

STATUS = "StatusCallback"
_EVENT = "StatusCallbackEvent"
_VALIDITY = "ValidityPeriod"
_CALL_EVENTS = ("initiated", "ringing", "answered", "completed")
_TAKEN_OVER = frozenset({"Twiml", "ApplicationSid"})


def request(
    rules: Rules, route: Route, asked: Asked, called: str, decision_id: str, fronted: Mapping[str, str]
) -> CarrierRequest:
    """In the dialer's order, then what stands in the place of its addresses and documents. An address that is not in
    `fronted` is left out. Creates always report to the gate.
    """
    table = rules.table(route.parameters)
    own = dict(fronted)
    if route.operation is Operation.CREATE:
        own.setdefault(STATUS, f"{rules.public_url}/twilio/status/{decision_id}")
    fields = (*_kept(table, _timed(table, asked), called, own), *_own(route, table, own))
    return CarrierRequest(upstream(route), fields, route.method)


def _timed(table: Table, asked: Asked) -> Pairs:
    """Times as they were understood; a validity also where the dialer gave none and the window ends earlier."""
    times = {schedule.AT: schedule.written(asked.due_at)} if asked.due_at else {}
    if _VALIDITY in table.kinds:
        times[_VALIDITY] = str(asked.lifetime_s)
    names = {name for name, _ in asked.fields}
    fields = tuple((name, times.get(name, value)) for name, value in asked.fields)
    lowered = _VALIDITY in times and _VALIDITY not in names and asked.lifetime_s < MESSAGE_LIFETIME_S
    return (*fields, (_VALIDITY, times[_VALIDITY])) if lowered else fields


def _kept(table: Table, fields: Pairs, called: str, own: Mapping[str, str]) -> Pairs:
    """An address that is empty on purpose (no music on hold) stays empty."""
    asked_by = {table.method_of(name) for name in table.targets}
    replaced = {_EVENT, *asked_by, *own, *_TAKEN_OVER}
    return tuple(
        (name, called if name == "To" else value)
        for name, value in fields
        if name not in replaced and (not value or table.targets.get(name, Target.MEDIA) is Target.MEDIA)
    )


def _own(route: Route, table: Table, own: Mapping[str, str]) -> Pairs:
    """The gate is always asked by POST, and told of every state."""
    fields: list[tuple[str, str]] = []
    for name, value in own.items():
        fields.append((name, value))
        if name in table.targets and (method := table.method_of(name)):
            fields.append((method, "POST"))
    if STATUS in own and route.channel is Channel.VOICE and _EVENT in table.kinds:
        fields += [(_EVENT, event) for event in _CALL_EVENTS]
    return tuple(fields)
