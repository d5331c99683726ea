"""Nobody who said no is called or texted: the number must be absent from every scope that covers the attempt."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from dialgate.domain import scope
from dialgate.domain.decision import Block, Guarded
from dialgate.domain.guard import MustBeAbsent
from dialgate.domain.numbers import Number
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.facts import Facts


_BEHIND = "The digits to be dialled once the call is answered read as the number of a person who has opted out."


def suppression(attempt: Attempt, _facts: Facts) -> Iterator[Guarded]:
    if not isinstance(attempt.called, Number):
        return
    for name, block in _blocks(attempt.tenant, attempt.channel, attempt.purpose, attempt.campaign):
        yield Guarded(MustBeAbsent(name, attempt.called.e164), block)
        if attempt.also:
            behind = replace(block, detail=_BEHIND)
            yield from (Guarded(MustBeAbsent(name, number.e164), behind) for number in attempt.also)


@lru_cache(maxsize=4_096)
def _blocks(tenant: str, channel: str, purpose: str, campaign: str) -> tuple[tuple[scope.ScopeName, Block], ...]:
    return tuple(
        (covering.name, Block(Reason.SUPPRESSED, "suppression", _detail(covering), scope=covering.name))
        for covering in scope.covering(tenant, channel, purpose, campaign)
    )


def _detail(covering: scope.Scope) -> str:
    limits = [
        f"{kind} {value}"
        for kind, value in (
            ("channel", covering.channel),
            ("purpose", covering.purpose),
            ("campaign", covering.campaign),
        )
        if value != scope.ALL
    ]
    reach = "in " + ", ".join(limits) if limits else "on every channel and for every purpose"
    return f"The called person has opted out {reach}. Only their own new consent lifts this."
