"""The rules: one file each, pure, independent of each other, run in the order of `RULES`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.rules.destination import destination
from dialgate.domain.rules.duplicate import duplicate
from dialgate.domain.rules.key_active import key_active
from dialgate.domain.rules.number_validity import number_validity
from dialgate.domain.rules.suppression import suppression

if TYPE_CHECKING:
    from dialgate.domain.evaluate import Rule

RULES: tuple[Rule, ...] = (number_validity, destination, key_active, suppression, duplicate)
