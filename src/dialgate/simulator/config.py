"""What a simulator is told when it is made: who may call it, where webhooks go, how fast things happen."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Timing:
    """How long each state lasts, in seconds of the simulator's clock."""

    queue_s: float = 0.1
    dial_s: float = 0.2
    ring_s: float = 1.0
    say_s: float = 0.5
    talk_s: float = 3.0
    send_s: float = 0.2
    deliver_s: float = 0.5

    @classmethod
    def instant(cls) -> Timing:
        """Every state passes at once; only pauses, key-press timeouts and faults still take time."""
        return cls(queue_s=0, dial_s=0, ring_s=0, say_s=0, talk_s=0, send_s=0, deliver_s=0)


@dataclass(frozen=True, slots=True)
class SharedKey:
    """Sign webhooks with HMAC_SHA256 and this secret instead of SHA1 and the account's token."""

    key_id: str
    secret: str


def random_ids() -> str:
    """The 32 hexadecimal digits of a SID, unguessable."""
    return secrets.token_hex(16)


def seeded_ids(seed: object) -> Callable[[], str]:
    """The same SIDs in the same order for the same seed."""
    numbers = count()
    return lambda: hashlib.sha256(f"{seed}:{next(numbers)}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """One carrier account and its surroundings.

    `ticking=False` stops the clock: nothing that takes time happens until it is advanced, so tests never wait.
    `speed`: simulated seconds per real one. `start` is the time shown by the clock at first (aware; None = the
    machine's time). `public_url`: where recordings and media are said to be; empty = host and port.
    """

    account_sid: str
    auth_token: str
    api_keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    gate_url: str = "http://127.0.0.1:8080"
    host: str = "127.0.0.1"
    port: int = 8081
    timing: Timing = Timing()
    shared_key: SharedKey | None = None
    ticking: bool = True
    speed: float = 1.0
    start: datetime | None = None
    new_id: Callable[[], str] = random_ids
    public_url: str = ""

    @property
    def own_url(self) -> str:
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"
