"""Decisions as a gate records them, for tests of what comes after the deciding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from dialgate.app.ports import View
from dialgate.app.records import Kind, Record, decision_record
from dialgate.domain.attempt import Attempt, Channel
from dialgate.domain.decision import Block, Decision
from dialgate.domain.guard import AtMost, MustBeAbsent
from dialgate.domain.ids import DecisionId, time_sortable
from dialgate.domain.numbers import E164, Number
from dialgate.domain.reasons import Reason
from dialgate.domain.reservation import Claim, Reservation
from dialgate.domain.scope import Scope

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANN = E164("+12025550101")
_CHANCE = count(1)


def decision_id(at: datetime) -> DecisionId:
    return DecisionId(time_sortable(int(at.timestamp() * 1000), next(_CHANCE).to_bytes(10, "big")))


def attempt(at: datetime, tenant: str = "acme", number: E164 = ANN, campaign: str = "", key: str = "SK1") -> Attempt:
    return Attempt(
        id=decision_id(at),
        tenant=tenant,
        key=key,
        channel=Channel.SMS,
        called=Number(number, "US", 1),
        called_as_asked=number,
        calling="+12025550199",
        received_at=at,
        campaign=campaign,
    )


def blocked(at: datetime = NOON, *reasons: Reason, of: Attempt | None = None) -> Record:
    blocks = tuple(Block(reason, reason.value, "Refused.") for reason in reasons or (Reason.SUPPRESSED,))
    return decision_record(Decision(of or attempt(at), blocks, "v1", at), View(1, 7))


def allowed(at: datetime = NOON, of: Attempt | None = None) -> Record:
    asked = of or attempt(at)
    return decision_record(Decision(asked, (), "v1", at), View(1, 7), reservation(asked), int(at.timestamp() * 1000))


def reservation(of: Attempt) -> Reservation:
    assert isinstance(of.called, Number)
    scope = Scope(of.tenant).name
    return Reservation(
        id=of.id,
        number=of.called.e164,
        tenant=of.tenant,
        channel=of.channel,
        scopes=(scope,),
        guards=(MustBeAbsent(scope, of.called.e164), AtMost("duplicate", 1, 60)),
        lifetime_s=14_400,
        claim=Claim("request", "parameters", 10),
    )


def later(record: Record, kind: Kind, seconds: float = 1.0, **body: object) -> Record:
    """What happened afterwards to the attempt of a decision."""
    return Record(kind, record.id, record.tenant, record.at + timedelta(seconds=seconds), body)
