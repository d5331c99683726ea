"""An attempt is made in the name of one of the tenant's own numbers, short codes or messaging services.

One that names no sender uses none: an update of a call that this tenant has made, or a question without a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts

_SCHEMES = ("whatsapp:", "rcs:", "tel:")


def caller_id(attempt: Attempt, facts: Facts) -> Iterator[Block]:
    senders = [_sender(name) for name in (attempt.calling, *attempt.other_senders) if name]
    if not facts.policy.caller_id or facts.caller_ids.issuperset(senders):
        return
    detail = (
        "A sender is none of the tenant's caller IDs or messaging services. Use one of those. An operator can add "
        "another: dialgate tenant update NAME --caller-id SENDER."
    )
    yield Block(Reason.CALLER_ID_NOT_ALLOWED, "caller_id", detail)


def _sender(calling: str) -> str:
    return next((calling.removeprefix(scheme) for scheme in _SCHEMES if calling.startswith(scheme)), calling)
