"""Guards: what must hold at the very instant of reservation. The whole language between rules and stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialgate.domain.scope import ScopeName


@dataclass(frozen=True, slots=True)
class MustBeAbsent:
    scope: ScopeName
    member: str
    """An E.164 number, or whatever else the register lists (the SID of a key)."""


@dataclass(frozen=True, slots=True)
class MustBePresent:
    scope: ScopeName
    member: str


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most `limit` reservations that share `key` in any `window_s` seconds of the store's clock."""

    key: str
    limit: int
    window_s: int


Guard = MustBeAbsent | MustBePresent | AtMost
