"""The policy as it is shipped, compiled once, and attempts of every kind that it judges."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from dialgate.domain.attempt import Attempt, Channel, Purpose
from dialgate.domain.facts import Facts
from dialgate.domain.numbers import Number, parse
from dialgate.domain.policy import Policy, TenantPolicy, compile_policy, compile_tenant_policy
from tests.fakes.one_gate import SENDER, TENANT, decision_id

CONFIG = Path(__file__).parents[2] / "config"
MONDAY = "2026-11-23"
"""Of the week that most tests use: an ordinary Monday. Thursday is Thanksgiving."""


def files() -> dict[str, Any]:
    """The arguments of `compile_policy`, parsed anew, so that a test may spoil them."""
    return {
        "packs": {path.name: _parsed(path) for path in (CONFIG / "policies").glob("*.yaml")},
        "calendars": {path.name: _parsed(path) for path in (CONFIG / "calendars").glob("*.yaml")},
        "area_codes": _parsed(CONFIG / "area_codes.yaml"),
        "split_codes": _parsed(CONFIG / "split_area_codes.yaml"),
        "postal_codes": _parsed(CONFIG / "postal_codes.yaml"),
        "zone_data": "test",
    }


@cache
def shipped() -> Policy:
    return compile_policy(**files())


def tenant(**policy: object) -> TenantPolicy:
    return compile_tenant_policy(policy, shipped())


def facts(**policy: object) -> Facts:
    return Facts(tenant(**policy), caller_ids=frozenset({SENDER}))


def number(text: str) -> Number:
    found = parse(text, None)
    assert isinstance(found, Number)
    return found


def at(day: str, clock: str, zone: str) -> datetime:
    """The instant at which the clocks of `zone` show this."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def to(called: str, when: datetime, channel: Channel = Channel.VOICE, **more: Any) -> Attempt:  # noqa: ANN401 - fields
    return Attempt(
        id=decision_id(1),
        tenant=more.pop("tenant", TENANT),
        key="SK1",
        channel=channel,
        called=number(called),
        called_as_asked=called,
        calling=SENDER,
        received_at=when,
        purpose=more.pop("purpose", Purpose.MARKETING),
        **more,
    )


def _parsed(path: Path) -> object:
    return deepcopy(_read(path))


@cache
def _read(path: Path) -> object:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
