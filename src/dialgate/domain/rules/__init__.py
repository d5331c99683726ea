"""The rules: one file each, pure, independent of each other, run in the order of `RULES`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.rules.caller_id import caller_id
from dialgate.domain.rules.calling_hours import calling_hours
from dialgate.domain.rules.destination import destination
from dialgate.domain.rules.duplicate import duplicate
from dialgate.domain.rules.frequency_cap import frequency_cap
from dialgate.domain.rules.key_active import key_active
from dialgate.domain.rules.number_validity import number_validity
from dialgate.domain.rules.policy_followed import policy_followed
from dialgate.domain.rules.suppression import suppression

if TYPE_CHECKING:
    from dialgate.domain.evaluate import Rule

RULES: tuple[Rule, ...] = (
    number_validity,
    destination,
    key_active,
    policy_followed,
    suppression,
    caller_id,
    calling_hours,
    frequency_cap,
    duplicate,
)
"""The first reason of a refusal is that of the first rule here that objects."""
