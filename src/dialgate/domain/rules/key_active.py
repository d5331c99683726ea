"""The API key must not have been revoked by the instant of reservation, nor its partner lag behind the refusals."""

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

_LAGGING = (
    "This key is suspended: its partner {0} has not taken over the tenant's newest refusals in time. It works again "
    "within a second after {0} has fetched and acknowledged its feed: GET /v1/feeds/{0}, then POST "
    "/v1/feeds/{0}/acknowledge."
)


def key_active(attempt: Attempt, facts: Facts) -> Iterator[Block | Guarded]:
    partner = facts.suspended_keys.get(attempt.key)
    if partner is not None:
        yield Block(Reason.KEY_SUSPENDED, "key_active", _LAGGING.format(partner))
    yield Guarded(MustBeAbsent(REVOKED_KEYS, attempt.key), _REVOKED)
