"""A tenant's own policy: rule name -> parameters. It only tightens what the packs say, or starts from an open base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.policy.caps import CapRow, read_limit
from dialgate.domain.policy.rows import HoursRow, Row, read_channels, read_purposes, read_week
from dialgate.domain.policy.snapshot import Policy, TenantPolicy
from dialgate.domain.reading import check, listed, one_of, record

SOURCE = "the tenant's own policy"
_RULES = frozenset({"base", "calling_hours", "frequency_cap", "caller_id", "duplicate"})
_NOTHING: frozenset[str] = frozenset()


def compile_tenant_policy(data: object, policy: Policy) -> TenantPolicy:
    """From the parsed policy of a tenant; {} follows the packs. Errors: `ValueError` that names the place.

    `base: open` drops the packs' hours and caps, and the rules `caller_id` and `duplicate`; each rule that is named
    beside it is put back: hours and caps with what is given here, the others with `{}`.
    """
    fields = record(data, "policy", _NOTHING, _RULES)
    open_ = "base" in fields and one_of(fields["base"], "policy.base", ("open",)) == "open"
    for name in ("caller_id", "duplicate"):
        record(fields.get(name, {}), f"policy.{name}", _NOTHING)
    return TenantPolicy(
        policy,
        packs=not open_,
        hours=tuple(_hours(fields)),
        caps=tuple(_caps(fields)),
        duplicate=not open_ or "duplicate" in fields,
        caller_id=not open_ or "caller_id" in fields,
    )


def _hours(fields: Mapping[str, object]) -> Iterator[HoursRow]:
    if "calling_hours" in fields:
        place = "policy.calling_hours"
        asked = record(fields["calling_hours"], place, frozenset({"windows"}))
        row = _row("tenant_hours", frozenset(Channel), frozenset(Purpose))
        yield HoursRow(row, read_week(asked["windows"], f"{place}.windows"))


def _caps(fields: Mapping[str, object]) -> Iterator[CapRow]:
    if "frequency_cap" not in fields:
        return
    place = "policy.frequency_cap"
    asked = record(fields["frequency_cap"], place, frozenset({"limits"}))
    seen = set()
    for number, item in enumerate(listed(asked["limits"], f"{place}.limits")):
        at = f"{place}.limits[{number}]"
        cap = _cap(item, at)
        check(cap.row.id not in seen, at, "the same is limited twice; keep the smaller")
        check("everyone" not in cap.scope, f"{at}.scope", "'everyone' would count other tenants; leave it out")
        seen.add(cap.row.id)
        yield cap


def _cap(value: object, place: str) -> CapRow:
    optional = frozenset({"window_s", "calendar", "channels", "purposes"})
    fields = record(value, place, frozenset({"scope", "at_most"}), optional)
    channels = read_channels(fields.get("channels", "any"), f"{place}.channels")
    purposes = read_purposes(fields.get("purposes", "any"), f"{place}.purposes")
    cap = read_limit(fields, place, _row("", channels, purposes), SOURCE)
    # Named after what is counted, not after how often: a limit that is changed goes on with its counts.
    span = cap.span or f"{cap.window_s}s"
    what = ("+".join(cap.scope), span, "+".join(sorted(channels)), "+".join(sorted(purposes)))
    row = _row("tenant:" + ":".join(what), channels, purposes)
    return replace(cap, row=replace(row, source=f"{SOURCE}, row {row.id}"))


def _row(name: str, channels: frozenset[Channel], purposes: frozenset[Purpose]) -> Row:
    return Row(
        id=name,
        channels=channels,
        purposes=purposes,
        device="any",
        valid_from=date.min,
        valid_to=date.max,
        legal="policy",
        source=SOURCE,
        confidence="primary",
        lifted_by="nothing",
        notes="-",
    )
