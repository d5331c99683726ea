"""How everything in the guard store is named: keys, members and the layout. Knows no script and no connection.

Numbers, cap keys and claims appear only as the first 8 bytes of a BLAKE2b keyed with the pepper, so that no dump, log
or replica of the store holds a phone number. Two that meet in 64 bits are blocked together, which is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

FORMAT = 2
"""Raised whenever a key or value below changes its meaning; part of the layout, so that old content is not believed."""

PARTITIONS = 1
SHARDS = 4096
"""Sets a scope is spread over, so that each stays an integer set (8 bytes a member) up to 16 million numbers."""

MAX_INTSET_ENTRIES = SHARDS
"""`set-max-intset-entries` of the server: a larger set falls back to a hash table at about 40 bytes a member."""

_MEMO = 65_536
_RECENT = 1024
"""Enough for one attempt to name its caps and its claim again; keys of caps may be as long as a message."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of key. `key` is what follows the partition's hash tag, as a regular expression."""

    name: str
    key: str
    type: Literal["hash", "set", "string", "zset"]
    expires: bool
    """Whether each such key carries a TTL."""
    holds: str


_HASHED = r"-?\d{1,19}"
PATTERNS = (
    Pattern("fence", "f", "hash", expires=False, holds="the fence"),
    Pattern("overlay", "o", "hash", expires=False, holds="rows added ahead of their turn, gone once in order"),
    Pattern("scope", r"s:[0-9a-f]{16}:\d{1,4}", "set", expires=False, holds="hashed members of one shard of one scope"),
    Pattern("number", f"n:{_HASHED}", "hash", expires=True, holds="open reservations of a number, until the last ends"),
    Pattern("recalls", "r", "hash", expires=True, holds="reservations to cancel, until the carrier can no longer act"),
    Pattern(
        "queued", "w", "zset", expires=True, holds="named calls by when their window closes, until dialled or ended"
    ),
    Pattern("names", "w:names", "hash", expires=True, holds="how the carrier names those, and whose they are"),
    Pattern("pace", f"p:{_HASHED}", "hash", expires=True, holds="a carrier account's next slot, and who waits for one"),
    Pattern("once", f"a:{_HASHED}", "string", expires=True, holds="that somebody was answered, until it may be again"),
    Pattern("cap", f"c:{_HASHED}", "zset", expires=True, holds="reservations that count, for the longest window"),
    Pattern(
        "claim", f"q:{_HASHED}", "hash", expires=True, holds="who has a request and its answer, as long as claimed"
    ),
)


class Keys:
    """The names of one partition under one pepper."""

    def __init__(self, pepper: bytes, partition: str = "p0") -> None:
        self._pepper = pepper
        self.tag = f"{{{partition}}}:"
        self.fence = self.tag + "f"
        self.overlay = self.tag + "o"
        self.recalls = self.tag + "r"
        self.queued = self.tag + "w"
        self.names = self.tag + "w:names"
        self.layout = (
            f"partitions={PARTITIONS} shards={SHARDS} format={FORMAT} pepper={self._mac('pepper id')[:4].hex()}"
        )
        self.member = lru_cache(_MEMO)(self._member)
        self.scope = lru_cache(_MEMO)(self._scope)
        self._sets = lru_cache(_MEMO)(self._set)
        self._recent = lru_cache(_RECENT)(self._member)

    def number(self, member: str) -> str:
        return f"{self.tag}n:{member}"

    def cap(self, key: str) -> str:
        return f"{self.tag}c:{self._recent(key)}"

    def pace(self, account: str) -> str:
        return f"{self.tag}p:{self._recent(account)}"

    def once(self, name: str) -> str:
        return f"{self.tag}a:{self._member(name)}"

    def claim(self, key: str) -> str:
        return f"{self.tag}q:{self._recent(key)}"

    def shard(self, scope: str, member: str) -> str:
        """The set that holds the hashed `member` if the scope named `scope` does."""
        return f"{self._sets(scope)}{int(member) % SHARDS}"

    def _member(self, text: str) -> str:
        """A decimal 64-bit integer with sign: what an integer set holds in 8 bytes."""
        return str(int.from_bytes(self._mac(text)[:8], "big", signed=True))

    def _scope(self, name: str) -> str:
        return self._mac("scope " + name)[:8].hex()

    def _set(self, scope: str) -> str:
        """What the names of a scope's shards begin with."""
        return f"{self.tag}s:{self.scope(scope)}:"

    def _mac(self, text: str) -> bytes:
        return blake2b(text.encode(), key=self._pepper).digest()
