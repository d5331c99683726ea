"""What the journal and the decision log hold: plain records, made from domain values and read back from them.

A record is immutable; what happens to an attempt later is a further record with the same decision id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dialgate.domain.guard import AtMost, Guard, MustBeAbsent, MustBePresent
from dialgate.domain.ids import DecisionId, OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import E164, Number, Reachable
from dialgate.domain.reservation import Claim, Reservation
from dialgate.domain.scope import Scope, ScopeName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dialgate.app.ports.guard_store import View
    from dialgate.domain.decision import Block, Decision


class Kind(StrEnum):
    DECISION = "decision"
    """The verdict with the facts it was made from. `Record.id` is the decision id."""
    SENT = "sent"
    """The carrier gave it a name: `{carrier_sid, answer?}`."""
    NAMED = "named"
    """A report of the carrier told its name, maybe before the answer to the create is on record: `{carrier_sid}`."""
    RELEASED = "released"
    """Nothing was carried out: not sent, or refused by the carrier: `{status?, code?, why}`."""
    OUTCOME_UNKNOWN = "outcome_unknown"
    """Written to the carrier, no usable answer: `{why}`."""
    RECALLED = "recalled"
    """Cancelled because of an opt-out: `{carrier_sid, status}`."""
    WINDOW_CLOSED = "window_closed"
    """Cancelled because it was still queued when the hours of the called person ended: `{carrier_sid, status}`."""
    SETTLED = "settled"
    """The carrier can no longer act on it: `{status, ...}`."""
    OPT_OUT = "opt_out"
    """An opt-out on its way to the ledger; `Record.id` is the opt-out id."""
    REVIEW = "review"
    """A reply that a person must decide on; `Record.id` is the review's. Its text is encrypted."""


NAMING = frozenset({Kind.SENT, Kind.NAMED})
"""Whose body has the carrier's `carrier_sid`."""


def is_name(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether a record tells the carrier's name of the attempt itself. A number that a document reaches is known by its
    call's name, `{carrier_sid, within}`, until the carrier names its leg.
    """
    return kind in NAMING and not body.get("within", False)


@dataclass(frozen=True, slots=True)
class Record:
    kind: Kind
    id: str
    """Decision id or opt-out id; a decision has at most one record of each kind, so (kind, id) is unique."""
    tenant: str
    at: datetime
    body: Mapping[str, Any]
    """JSON values only; keys and shapes: `decision_body`, or as `Kind` says."""


AS_ASKED_CHARS = 64
"""What is kept of a called number that could not be read."""


def decision_record(
    decision: Decision, view: View, reservation: Reservation | None = None, reserved_at_ms: int | None = None
) -> Record:
    """`reservation` and the store's time of it for an allow; None for a block."""
    attempt = decision.attempt
    called = attempt.called
    body = {
        "verdict": "allow" if decision.allowed else "block",
        "channel": attempt.channel.value,
        "to": called.callee if isinstance(called, Reachable) else attempt.called_as_asked[:AS_ASKED_CHARS],
        "number": called.callee if isinstance(called, Reachable) else "",
        "from": attempt.calling,
        "key": attempt.key,
        "campaign": attempt.campaign,
        "purpose": attempt.purpose.value,
        "subject": attempt.subject,
        "debt": attempt.debt,
        "location": attempt.location,
        "device": attempt.device,
        "parent": attempt.parent or "",
        "region": called.region if isinstance(called, Number) else "",
        "time_zones": list(decision.zones),
        "reasons": [_block(block) for block in decision.blocks],
        "retry_at": decision.retry_at.isoformat() if decision.retry_at else None,
        "policy_version": decision.policy_version,
        "generation": view.generation,
        "head": view.head,
        "reservation": None if reservation is None else reservation_body(reservation),
        "reserved_at_ms": reserved_at_ms,
    }
    return Record(Kind.DECISION, attempt.id, attempt.tenant, decision.decided_at, body)


def _block(block: Block) -> dict[str, Any]:
    return {
        "code": block.reason.value,
        "rule": block.rule,
        "detail": block.detail,
        "source": block.source,
        "scope": block.scope,
        "retry_at": block.retry_at.isoformat() if block.retry_at else None,
    }


def reservation_body(reservation: Reservation) -> dict[str, Any]:
    claim = reservation.claim
    return {
        "number": reservation.number,
        "channel": reservation.channel,
        "scopes": list(reservation.scopes),
        "guards": [_guard(guard) for guard in reservation.guards],
        "lifetime_s": reservation.lifetime_s,
        "due_ms": reservation.due_ms,
        "closes_ms": reservation.closes_ms,
        "claim": None if claim is None else [claim.key, claim.parameters, claim.keep_s],
    }


def kept_until(body: Mapping[str, Any], at: datetime) -> datetime:
    """Until when a decision made `at` can count: its lifetime, its claim and the longest of its windows, from the time
    on that it was reserved for. A refusal counts for nothing. `body` is that of `decision_record`.
    """
    reserved = body["reservation"]
    if reserved is None:
        return at
    claim = reserved["claim"]
    windows = [parts[3] for parts in reserved["guards"] if parts[0] == "at_most"]
    longest_s = max(reserved["lifetime_s"], claim[2] if claim else 0, *windows)
    from_ms = max(body["reserved_at_ms"], reserved.get("due_ms", 0))
    return datetime.fromtimestamp(from_ms / 1000, UTC) + timedelta(seconds=longest_s)


def reservation_of(decision_id: str, tenant: str, body: Mapping[str, Any]) -> Reservation:
    """The reservation of an allowed decision; `body` is what `reservation_body` gave."""
    return Reservation(
        id=DecisionId(decision_id),
        number=E164(body["number"]),
        tenant=tenant,
        channel=body["channel"],
        scopes=tuple(ScopeName(name) for name in body["scopes"]),
        guards=tuple(_guard_of(parts) for parts in body["guards"]),
        lifetime_s=body["lifetime_s"],
        claim=None if body["claim"] is None else Claim(*body["claim"]),
        due_ms=body.get("due_ms", 0),  # what a gate wrote that knew neither is still read
        closes_ms=body.get("closes_ms", 0),
    )


def _guard(guard: Guard) -> list[Any]:
    match guard:
        case MustBeAbsent(scope, member):
            return ["absent", scope, member]
        case MustBePresent(scope, member):
            return ["present", scope, member]
        case AtMost(key, limit, window_s):
            return ["at_most", key, limit, window_s]


def _guard_of(parts: Sequence[Any]) -> Guard:
    match parts:
        case ["absent", scope, member]:
            return MustBeAbsent(scope, member)
        case ["present", scope, member]:
            return MustBePresent(scope, member)
        case ["at_most", key, limit, window_s]:
            return AtMost(key, limit, window_s)
        case _:
            raise ValueError(f"not a guard: {parts!r}")


def opt_out_record(opt_out: OptOut) -> Record:
    scope = opt_out.scope
    body = {
        "number": opt_out.number,
        "scope": [scope.channel, scope.purpose, scope.campaign],
        "source": opt_out.source.value,
        "actor": opt_out.actor,
        "occurred_at": opt_out.occurred_at.isoformat(),
        "note": opt_out.note,
        "evidence": opt_out.evidence,
        "ends_at": None if opt_out.ends_at is None else opt_out.ends_at.isoformat(),
    }
    return Record(Kind.OPT_OUT, opt_out.id, scope.tenant, opt_out.recorded_at, body)


def opt_out_of(record: Record) -> OptOut:
    """The opt-out of a record that `opt_out_record` made."""
    body = record.body
    ends_at = body.get("ends_at")  # a gate that knew no snooze wrote none
    return OptOut(
        id=OptOutId(record.id),
        number=E164(body["number"]),
        scope=Scope(record.tenant, *body["scope"]),
        source=Source(body["source"]),
        actor=body["actor"],
        occurred_at=datetime.fromisoformat(body["occurred_at"]),
        recorded_at=record.at,
        note=body["note"],
        evidence=body["evidence"],
        ends_at=None if ends_at is None else datetime.fromisoformat(ends_at),
    )
