"""How far an import has come, in a file beside the list, so that the same command goes on after whatever ended it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

SUFFIX = ".dialgate-import.json"


@dataclass(slots=True)
class Progress:
    """Rows are sent in chunks that begin at a line of the list; `sent` batches of the chunk at `line` are acknowledged,
    and the first `rejects_bytes` of the rejects file are true.
    """

    job: str
    """Digest of the list and the options: another job begins anew."""
    line: int = 0
    sent: int = 0
    rejects_bytes: int = 0
    new: int = 0
    known: int = 0
    rejected: int = 0
    waiting: int = 0
    """Recorded, but not in force when that was answered."""
    seconds: float = 0.0

    def save(self, path: Path) -> None:
        """Whole or not at all. A loss of the file costs time, no opt-out: what is sent again is known."""
        written = path.with_name(path.name + ".new")
        written.write_text(json.dumps(asdict(self)), encoding="utf-8")
        written.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """None where there is none that can be read."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, TypeError, ValueError):
            return None


def beside(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)
