"""The Lua scripts as they are sent: each body behind the preludes it names here. Knows nothing of their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from importlib.resources import files

_LUA = files(__package__) / "lua"


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    body: str
    sha: str


@dataclass(frozen=True, slots=True)
class Call:
    """One run of a script. `subject` goes into the echo, which comes before `args` as the first ARGV."""

    script: Script
    keys: tuple[str, ...]
    args: tuple[str | bytes | int, ...]
    subject: str = ""


def script(name: str, *preludes: str) -> Script:
    """The preludes stand behind the shebang, which must be the first line."""
    shebang, _, rest = _read(name).partition("\n")
    body = "\n".join((shebang, *(_read(f"_{prelude}") for prelude in preludes), rest))
    return Script(name, body, sha1(body.encode(), usedforsecurity=False).hexdigest())


def _read(name: str) -> str:
    return (_LUA / f"{name}.lua").read_text(encoding="utf-8")


ADMIT = script("admit", "fence", "reservation", "guards")
PROBE = script("probe", "fence", "guards")
SENT = script("sent", "fence", "reservation", "recall", "queued")
ABANDON = script("abandon", "fence", "reservation")
SETTLE = script("settle")
KEEP_ANSWER = script("keep_answer", "reservation")
CLAIMED = script("claimed")
SUPPRESS = script("suppress", "fence", "reservation", "recall", "overlay")
RECALLS = script("recalls", "fence")
OVERDUE = script("overdue", "fence")
DIALLED = script("dialled")
PACE = script("pace")
FIRST = script("first")
FORGET = script("forget")
FENCE = script("fence", "fence")
APPLY = script("apply", "fence", "reservation", "recall", "overlay")
BEGIN = script("begin", "fence", "overlay")
LOAD = script("load", "fence")
RESTORE = script("restore", "fence", "reservation", "recall", "queued")
OPEN = script("open", "fence", "overlay")

ALL = (
    ADMIT,
    PROBE,
    SENT,
    ABANDON,
    SETTLE,
    KEEP_ANSWER,
    CLAIMED,
    SUPPRESS,
    RECALLS,
    OVERDUE,
    DIALLED,
    PACE,
    FIRST,
    FORGET,
    FENCE,
    APPLY,
    BEGIN,
    LOAD,
    RESTORE,
    OPEN,
)
