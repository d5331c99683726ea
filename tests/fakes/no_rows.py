"""A policy without a row: no hour is forbidden and nothing is limited, whatever the time is when a test runs."""

from __future__ import annotations

from dialgate.domain.facts import Facts
from dialgate.domain.policy import PlaceRules, Places, Policy, TenantPolicy
from dialgate.domain.policy.snapshot import WORLD

NO_ROWS = Policy("test", Places({}, {}, {}), {WORLD: PlaceRules((), {}, {})}, {})
FACTS = Facts(TenantPolicy(NO_ROWS, caller_id=False))
"""Of a tenant that may use any sender, and may not send the same twice."""
EVERYTHING_OPEN = Facts(TenantPolicy(NO_ROWS, packs=False, duplicate=False, caller_id=False))
