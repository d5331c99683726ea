"""Rows of the log and values of the domain in the shapes that `/v1` answers with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dialgate.app.queries import Filter
from dialgate.domain.explain import rule_meaning
from dialgate.domain.numbers import Number, Reachable
from dialgate.domain.rules import RULES
from dialgate.web.api.shown import (
    Checked,
    DecisionAnswer,
    DecisionShown,
    EventShown,
    ReasonShown,
    RuleShown,
    ScopeShown,
)

if TYPE_CHECKING:
    from dialgate.app.queries import DecisionRow
    from dialgate.domain.decision import Block, Decision
    from dialgate.domain.scope import Scope
    from dialgate.web.api.asked import FilterQuery
    from dialgate.web.api.call import Call, Show

GOOD_FOR = timedelta(seconds=30)
"""How long an allowed call that is placed outside may wait to be started."""
STORE_RULES = frozenset({"fence", "guard_store", "journal"})
"""What refuses in the name of the gate itself: then nobody knows what the guards would have said."""


def decided(decision: Decision, *, dry_run: bool, judged_at: datetime) -> DecisionAnswer:
    return DecisionAnswer(
        id=None if dry_run else decision.attempt.id,
        verdict="allow" if decision.allowed else "block",
        reasons=tuple(_reason(block) for block in decision.blocks),
        retry_at=decision.retry_at,
        checked=_checked(decision, judged_at),
        expires_at=decision.decided_at + GOOD_FOR if decision.allowed and not dry_run else None,
        rules=_rules(decision) if dry_run else (),
    )


def in_one_line(decided: DecisionAnswer) -> str:
    """For dialplans: a missing part is `-`."""
    if decided.verdict == "allow":
        return f"allow {decided.id or '-'}\n"
    retry_at = decided.retry_at.isoformat().replace("+00:00", "Z") if decided.retry_at else "-"
    return f"block {decided.id or '-'} {decided.reasons[0].code} {retry_at}\n"


def row_shown(row: DecisionRow, show: Show) -> DecisionShown:
    body = {key: value for key, value in row.body.items() if key in DecisionShown.model_fields or key == "from"}
    return DecisionShown.model_validate(
        {
            **body,
            "id": row.id,
            "tenant": row.tenant,
            "decided_at": row.decided_at,
            "to": show(row.body["to"]),
            "chain_seq": row.chain_seq,
            "chain_hash": row.chain_hash,
            "events": tuple(_event(*event) for event in row.events),
        }
    )


def wanted_rows(call: Call, query: FilterQuery, *, own: bool) -> Filter:
    """`own`: only what the caller's own key has asked for."""
    tenant = call.tenant_name(query.tenant)
    return Filter(
        tenant=tenant,
        verdict=query.verdict,
        reason=query.reason or "",
        to=call.callee(query.to, tenant) if query.to else "",
        sender=query.from_,
        campaign=query.campaign,
        channel=query.channel or "",
        key=call.caller.key_sid if own else query.key,
        since=query.since,
        until=query.until,
    )


def scope_shown(scope: Scope) -> ScopeShown:
    return ScopeShown(tenant=scope.tenant, channel=scope.channel, purpose=scope.purpose, campaign=scope.campaign)


def _reason(block: Block) -> ReasonShown:
    return ReasonShown(
        code=block.reason,
        rule=block.rule,
        detail=block.detail,
        source=block.source,
        scope=block.scope,
        retry_at=block.retry_at,
    )


def _checked(decision: Decision, judged_at: datetime) -> Checked:
    called = decision.attempt.called
    return Checked(
        to=called.callee if isinstance(called, Reachable) else "",
        region=called.region if isinstance(called, Number) else "",
        time_zones=decision.zones,
        local_times=tuple(judged_at.astimezone(ZoneInfo(zone)) for zone in decision.zones),
        policy_version=decision.policy_version,
    )


def _rules(decision: Decision) -> tuple[RuleShown, ...]:
    blocking = {block.rule for block in decision.blocks}
    otherwise = "unknown" if blocking & STORE_RULES else "pass"
    return tuple(
        RuleShown(
            rule=rule.__name__,
            verdict="block" if rule.__name__ in blocking else otherwise,
            meaning=rule_meaning(rule.__name__, "en"),
        )
        for rule in RULES
    )


def _event(kind: str, at: datetime, body: object) -> EventShown:
    said = body if isinstance(body, dict) else {}
    return EventShown(
        kind=kind, at=at, carrier_sid=str(said.get("carrier_sid", "")), status=str(said.get("status", ""))
    )
