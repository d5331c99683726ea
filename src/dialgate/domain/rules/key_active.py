"""The API key must not have been revoked by the instant of reservation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.decision import Block, Guarded
from dialgate.domain.guard import MustBeAbsent
from dialgate.domain.reasons import Reason
from dialgate.domain.scope import REVOKED_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts


_REVOKED = Block(Reason.KEY_SUSPENDED, "key_active", "This API key was revoked. Ask an admin for a new one.")


def key_active(attempt: Attempt, _facts: Facts) -> Iterator[Guarded]:
    yield Guarded(MustBeAbsent(REVOKED_KEYS, attempt.key), _REVOKED)
