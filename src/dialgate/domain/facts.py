"""What rules may believe although it may be a second old: one tenant's policy, senders and own destinations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dialgate.domain.numbers import Number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.policy import TenantPolicy


@dataclass(frozen=True, slots=True)
class Facts:
    policy: TenantPolicy
    caller_ids: frozenset[str] = frozenset()
    """The tenant's numbers, short codes and messaging services."""
    own_destinations: frozenset[str] = frozenset()
    """Numbers and addresses of agents' phones and transfer lines: exempt from hours, caps, consent, campaign; never
    from an opt-out. No other address may be called.
    """
    suspended_keys: Mapping[str, str] = field(default_factory=dict)
    """SIDs of keys whose partner lags behind the tenant's refusals, or may do so, to the partner's name."""
    problem: str = ""
    """Why the tenant's own policy cannot be followed, a sentence: then every attempt is refused."""

    @property
    def policy_version(self) -> str:
        return self.policy.policy.version

    def zones(self, attempt: Attempt) -> tuple[str, ...]:
        """In which the called person may be; () where that is not known."""
        called = attempt.called
        return self.policy.standing(attempt, called).schedule.zones if isinstance(called, Number) else ()

    def opening(self, attempt: Attempt, at: datetime) -> datetime:
        """When hours permit it, `at` that time or later; `at` where they do not tell, or do not concern it."""
        called = attempt.called
        if not isinstance(called, Number) or called.e164 in self.own_destinations:
            return at
        return self.policy.standing(attempt, called).schedule.next_opening(at) or at
