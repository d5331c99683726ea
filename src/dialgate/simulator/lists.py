"""Lists of resources: the carrier's filters, and pages whose links hold still while new rows arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from dialgate.simulator.wire import Asked, CarrierError, Form, parse_day, parse_moment


class Named(Protocol):
    @property
    def sid(self) -> str: ...


T = TypeVar("T", bound=Named)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_DAY, _INSTANT = timedelta(days=1), timedelta(microseconds=1)
_PAGE_SIZE = 50
_MAX_PAGE_SIZE = 1000


def matches_text(query: Form, **values: str | None) -> bool:
    """Whether every filter that was given equals the resource's value."""
    return all(name not in query or query.get(name) == value for name, value in values.items())


def matches_time(query: Form, name: str, moment: datetime | None) -> bool:
    """As `within` says, for one moment."""
    return within(query, name)(moment)


def within(query: Form, name: str) -> Callable[[datetime | None], bool]:
    """Filters `Name` (on that day, UTC), `Name<` and `Name>` (inclusive; a bare date means that whole day), read once
    for a whole list. Errors: `CarrierError`.
    """
    bounds = [_bounds(sign, query.get(name + sign)) for sign in ("", "<", ">") if query.get(name + sign)]
    begin = max((begin for begin, _ in bounds), default=_FIRST)
    end = min((end for _, end in bounds), default=_LAST)
    return lambda moment: not bounds or (moment is not None and begin <= moment < end)


def _bounds(sign: str, text: str) -> tuple[datetime, datetime]:
    """From, and up to but not including."""
    day = parse_day(text)
    try:
        bound = datetime.combine(day, time(), UTC) if day else parse_moment(text)
        midnight = datetime.combine(bound.date(), time(), UTC)
        after = midnight + _DAY if day or sign == "" else bound + _INSTANT
    except (ValueError, OverflowError):
        raise CarrierError(400, 20001, f"Invalid date {text}") from None
    if sign == "":  # a time of day is ignored: SDKs write a date as its midnight
        return midnight, after
    return (_FIRST, after) if sign == "<" else (bound, _LAST)


def page(asked: Asked, key: str, rows: Sequence[T], show: Callable[[T], dict[str, object]]) -> dict[str, object]:
    """One page of rows, newest first, with links to its neighbours that keep the filters."""
    size = _whole(asked.query, "PageSize", _PAGE_SIZE, most=_MAX_PAGE_SIZE) or _PAGE_SIZE
    number = _whole(asked.query, "Page", 0)
    start = _start(asked.query, rows, number * size)
    shown = rows[start : start + size]
    more = start + size < len(rows)
    return {
        key: [show(row) for row in shown],
        "end": start + max(len(shown) - 1, 0),
        "first_page_uri": _link(asked, size, 0),
        "next_page_uri": _link(asked, size, number + 1, f"PA{shown[-1].sid}") if more else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": _link(asked, size, number - 1) if number else None,
        "start": start,
        "uri": _link(asked, size, number),
    }


def _start(query: Form, rows: Iterable[Named], default: int) -> int:
    token = query.get("PageToken")
    return next((index + 1 for index, row in enumerate(rows) if token == f"PA{row.sid}"), default)


def _link(asked: Asked, size: int, number: int, token: str | None = None) -> str:
    kept = [pair for pair in asked.query.pairs if pair[0] not in {"PageSize", "Page", "PageToken"}]
    paging = [("PageSize", str(size)), ("Page", str(number))] + ([("PageToken", token)] if token else [])
    return f"{asked.path}?{urlencode(kept + paging)}"


def _whole(query: Form, name: str, default: int, most: int = 1_000_000) -> int:
    text = query.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise CarrierError(400, 20001, f"{name} must be a whole number")
    return min(int(text), most)
