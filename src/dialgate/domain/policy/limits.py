"""A limit in a sentence for people, in English. It counts nothing and reads no row."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from dialgate.domain.attempt import Channel

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_PARTS = {
    "tenant": "by this tenant",
    "everyone": "by all callers together",
    "number": "to this number",
    "campaign": "of this campaign",
    "purpose": "for this purpose",
    "channel": "by this channel",
    "subject": "on this subject",
    "debt": "about this debt",
}
_WHAT = {frozenset({Channel.VOICE}): "call", frozenset({Channel.SMS}): "message"}


def limit(at_most: int, window: str, scope: tuple[str, ...], channels: AbstractSet[Channel], whose: str) -> str:
    """`At most 3 attempts in 24 hours to this number (fl_3_24h)`; no full stop. `whose`: who says so."""
    what = _WHAT.get(frozenset(channels), "attempt")
    said = " ".join(_PARTS[part] for part in sorted(scope, key=lambda part: part == "everyone"))
    return f"At most {at_most} {what}{'' if at_most == 1 else 's'} in {window} {said} ({whose})"


def rolling(window_s: int) -> str:
    """`24 hours`: in the largest unit of which there are more than one, if any."""
    size, unit = next((size, unit) for size, unit in _UNITS if window_s % size == 0 and (window_s > size or size == 1))
    count = window_s // size
    return f"{count} {unit}{'' if count == 1 else 's'}"


def calendar(span: str) -> str:
    return f"one {span} of the called person's calendar"
