"""Caps: at most so many attempts that have something in common, in a rolling window or in a day, week or month of the
called person's calendar. Says what is counted together and when; the guard store counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple, cast

from dialgate.domain.attempt import Attempt
from dialgate.domain.calendar import local, opens
from dialgate.domain.policy import limits
from dialgate.domain.policy.rows import LONGEST_WINDOW_S, OPTIONAL, REQUIRED, Row, read_row
from dialgate.domain.reading import check, one_of, record, texts, whole

Span = Literal["", "day", "week", "month"]
PARTS = ("tenant", "everyone", "number", "campaign", "purpose", "channel", "subject", "debt")
MOST = 1_000_000
KEPT_S = {"day": 3 * 86_400, "week": 9 * 86_400, "month": 33 * 86_400}
"""Longer than the span in all zones of the earth together, so that its counts last to its end."""


class Count(NamedTuple):
    """One count that an attempt adds to."""

    key: str
    window_s: int
    ends_at: datetime | None
    """Of a span of the calendar: when it is over in every candidate zone."""


@dataclass(frozen=True, slots=True)
class CapRow:
    row: Row
    scope: tuple[str, ...]
    """What counts as the same, of `PARTS`. Tenants are counted apart, unless it says `everyone`."""
    at_most: int
    window_s: int
    """Rolling, by the guard store's clock; of a span of the calendar: how long its counts are kept."""
    span: Span
    worded: str
    """The cap for people, with whose it is: `At most 3 attempts in 24 hours to this number (fl_3_24h)`."""

    def counts(self, attempt: Attempt, number: str, zones: tuple[str, ...]) -> Iterator[Count]:
        """None while the row is not in force; one for a rolling window; one for each date that it is in `zones`."""
        if self.row.always and not self.span:
            yield Count(self._key(attempt, number), self.window_s, None)
            return
        at = attempt.judged_at
        days = {local(at, zone).date() for zone in zones} or {at.astimezone(UTC).date()}
        if not any(self.row.in_force(on) for on in days):
            return
        key = self._key(attempt, number)
        if not self.span:
            yield Count(key, self.window_s, None)
            return
        for begins in sorted({_first(on, self.span) for on in days}):
            after = _following(begins, self.span)
            yield Count(f"{key}/{begins}", self.window_s, max(opens(zone, after, 0) for zone in zones))

    def _key(self, attempt: Attempt, number: str) -> str:
        """A debt or subject that is not told is counted by the number. Free text carries its length, so that no two
        ways of writing meet in one key.
        """
        parts = ["cap", self.row.id, "" if "everyone" in self.scope else attempt.tenant]
        for part in self.scope:
            match part:
                case "number":
                    parts.append(number)
                case "campaign" | "purpose" | "channel":
                    parts.append(getattr(attempt, part))
                case "subject" | "debt":
                    told = getattr(attempt, part)
                    parts.append(f"{len(told)}:{told}" if told else number)
                case _:
                    pass  # the tenant is in every key already
        return "/".join(parts)


def read_cap(value: object, place: str, sources: Mapping[str, str]) -> CapRow:
    fields = record(value, place, REQUIRED | {"scope", "at_most"}, OPTIONAL | {"window_s", "calendar"})
    row = read_row(fields, place, sources)
    return read_limit(fields, place, row, row.id)


def read_limit(fields: Mapping[str, object], place: str, row: Row, whose: str) -> CapRow:
    """`scope`, `at_most` and either `window_s` or `calendar`: the same words in packs and in tenants' policies.
    `whose`: who says so, for people.
    """
    written = fields["scope"]
    scope = texts([written] if isinstance(written, str) else written, f"{place}.scope")
    for part in scope:
        one_of(part, f"{place}.scope", PARTS)
    check(len(set(scope)) == len(scope), f"{place}.scope", "names something twice")
    check(set(scope) != {"everyone"}, f"{place}.scope", "must say what is counted, such as number")
    check(("window_s" in fields) != ("calendar" in fields), place, "needs either window_s or calendar")
    at_most = whole(fields["at_most"], f"{place}.at_most", MOST)
    if "window_s" in fields:
        window_s = whole(fields["window_s"], f"{place}.window_s", LONGEST_WINDOW_S)
        worded = limits.limit(at_most, limits.rolling(window_s), scope, row.channels, whose)
        return CapRow(row, scope, at_most, window_s, "", worded)
    span = cast("Span", one_of(fields["calendar"], f"{place}.calendar", tuple(KEPT_S)))
    worded = limits.limit(at_most, limits.calendar(span), scope, row.channels, whose)
    return CapRow(row, scope, at_most, KEPT_S[span], span, worded)


def _first(on: date, span: Span) -> date:
    if span == "week":
        return on - timedelta(days=on.weekday())
    return on.replace(day=1) if span == "month" else on


def _following(begins: date, span: Span) -> date:
    if span == "month":
        return (begins + timedelta(days=32)).replace(day=1)
    return begins + timedelta(days=7 if span == "week" else 1)
