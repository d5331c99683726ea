"""What the rules of hours and caps are made of: rows of law and policy as data, and where a called person may be.

Everything here is an immutable snapshot, compiled from parsed files; it reads no file and no clock.
"""

from __future__ import annotations

from dialgate.domain.policy.caps import CapRow, Count
from dialgate.domain.policy.compiling import compile_policy
from dialgate.domain.policy.places import MOST_ZONES, Place, Places, Whereabouts, compile_places
from dialgate.domain.policy.rows import LONGEST_WINDOW_S, HoursRow, Row
from dialgate.domain.policy.schedule import Schedule
from dialgate.domain.policy.snapshot import PlaceRules, Policy, Standing, TenantPolicy
from dialgate.domain.policy.tenant import compile_tenant_policy

__all__ = [
    "LONGEST_WINDOW_S",
    "MOST_ZONES",
    "CapRow",
    "Count",
    "HoursRow",
    "Place",
    "PlaceRules",
    "Places",
    "Policy",
    "Row",
    "Schedule",
    "Standing",
    "TenantPolicy",
    "Whereabouts",
    "compile_places",
    "compile_policy",
    "compile_tenant_policy",
]
