"""Local times and the instants they mean. Two local times are never compared: where a clock is put back, they lie.

The data are those of the `tzdata` package, because every process begins with `zoneinfo.reset_tzpath(to=())`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_PLACE = re.compile(
    r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)(?:/[A-Za-z][A-Za-z0-9_+-]*){1,2}"
)


def local(at: datetime, zone: str) -> datetime:
    """`at` by the clock of `zone`, an IANA name that exists."""
    return at.astimezone(_zone(zone))


@lru_cache(maxsize=16_384)
def opens(zone: str, day: date, minute: int) -> datetime:
    """The instant (UTC) at which a window that begins `minute` minutes after midnight of `day` is surely open.

    A time that the clock shows twice counts when it is shown last; one that it skips counts as late as it can be read.
    """
    return max(_readings(zone, day, minute))


@lru_cache(maxsize=16_384)
def closes(zone: str, day: date, minute: int) -> datetime:
    """As `opens`, for an end: the first instant that may be outside."""
    return min(_readings(zone, day, minute))


def is_place_zone(name: str) -> bool:
    """Whether `name` is an IANA zone of a place on earth; `Etc/Unknown`, `UTC` or `EST5EDT` say nothing of a place."""
    if _PLACE.fullmatch(name) is None:
        return False
    try:
        _zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone_data_problem() -> str:
    """Why these time zone data must not be used, or "".

    British Columbia has ended its changes of clock: in December 2026 it is UTC-7, by older data UTC-8.
    Source: IANA tz 2026f, northamerica.
    """
    if local(datetime(2026, 12, 15, tzinfo=UTC), "America/Vancouver").utcoffset() == timedelta(hours=-7):
        return ""
    return "the time zone data are older than 2026: install tzdata 2026.1 or newer, and let no system data come first"


def _readings(zone: str, day: date, minute: int) -> tuple[datetime, datetime]:
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    there = wall.replace(tzinfo=_zone(zone))
    return there.astimezone(UTC), there.replace(fold=1).astimezone(UTC)


@lru_cache(maxsize=1_024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
