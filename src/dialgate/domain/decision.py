"""A decision: the verdict on one attempt with every reason for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from dialgate.domain.attempt import Attempt
    from dialgate.domain.guard import Guard
    from dialgate.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Block:
    """One rule's refusal. `detail` is a sentence for people; it holds no full number."""

    reason: Reason
    rule: str
    detail: str
    source: str = ""
    scope: str = ""
    """What it holds for: of an opt-out its scope, of a cap what is counted together, of hours the zones."""
    retry_at: datetime | None = None
    retry_after_s: int = 0
    """Of a refusal that the mere passing of some seconds mends; 0: not known."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A guard together with the block that stands if the guard refuses: wording stays with the rule that asked."""

    guard: Guard
    block: Block


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What all rules answered, in the order of the rules."""

    blocks: tuple[Block, ...]
    guarded: tuple[Guarded, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """`blocks` empty is the only way to say allow."""

    attempt: Attempt
    blocks: tuple[Block, ...]
    policy_version: str
    decided_at: datetime
    zones: tuple[str, ...] = ()
    """IANA zones in which the called person may be."""

    @property
    def allowed(self) -> bool:
        return not self.blocks

    @property
    def retry_at(self) -> datetime | None:
        """When all refusals will have passed; None if allowed or if any of them is without end."""
        times = [block.retry_at for block in self.blocks]
        known = [at for at in times if at is not None]
        return max(known) if known and len(known) == len(times) else None
