"""Connection overrides: how often and how long an address is asked, as its fragment says, within the gate's limits."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

ANSWER_S = 10.0
WHOLE_S = 12.0
CONNECT_S = 5.0
_MOST_RETRIES = 5
_LEAST_MS = 100


@dataclass(frozen=True, slots=True)
class Overrides:
    """Source: Twilio, "Webhooks: connection overrides" (`rc`, `rp`, `ct`, `rt`, `tt`); read 2026-11."""

    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    """`ct`: no connection; `rt`: no answer in time; `4xx`, `5xx`: such an answer."""
    connect_s: float = CONNECT_S
    answer_s: float = ANSWER_S
    whole_s: float = WHOLE_S

    def retried(self, kind: str) -> bool:
        return kind in self.retry_on or (bool(kind) and "all" in self.retry_on)


def overrides(fragment: str) -> Overrides:
    """What cannot be read, or means nothing to the gate (`e`, `sni`), is passed over."""
    given = dict(parse_qsl(fragment, max_num_fields=32)) if fragment.count("&") < 32 else {}  # noqa: PLR2004 - as there
    plain = Overrides()
    retries = given.get("rc", "")
    policy = frozenset(part for part in given.get("rp", "").split(",") if part)
    return Overrides(
        retries=min(int(retries), _MOST_RETRIES) if _is_number(retries) else plain.retries,
        retry_on=policy or plain.retry_on,
        connect_s=_seconds(given.get("ct", ""), plain.connect_s, ANSWER_S),
        answer_s=_seconds(given.get("rt", ""), plain.answer_s, ANSWER_S),
        whole_s=_seconds(given.get("tt", ""), plain.whole_s, WHOLE_S),
    )


def _seconds(milliseconds: str, default_s: float, most_s: float) -> float:
    if not _is_number(milliseconds):
        return default_s
    return min(max(int(milliseconds), _LEAST_MS) / 1000, most_s)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6  # noqa: PLR2004 - no limit has more digits
