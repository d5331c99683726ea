"""Strict reading of parsed data files: each mistake is a `ValueError` that names its place and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

NONE: frozenset[str] = frozenset()


def record(
    value: object, place: str, required: frozenset[str], optional: frozenset[str] = NONE
) -> Mapping[str, object]:
    """A mapping with all of `required`, and nothing that is in neither."""
    found = mapping(value, place)
    for name in sorted(required):
        check(name in found, place, f"{name} is missing")
    for name in found:
        check(name in required | optional, place, f"{name} is unknown")
    return found


def mapping(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{place}: must be a mapping")  # noqa: TRY004 - a mistake in a file, not in the program
    return {text(name, place): item for name, item in value.items()}


def listed(value: object, place: str) -> list[object]:
    """It may be empty."""
    if not isinstance(value, list):
        raise ValueError(f"{place}: must be a list")  # noqa: TRY004 - as in `mapping`
    return value


def texts(value: object, place: str) -> tuple[str, ...]:
    """At least one."""
    found = tuple(text(item, place) for item in listed(value, place))
    check(bool(found), place, "must hold at least one entry")
    return found


def text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{place}: {value!r} must be a text; quote it")
    return value


def one_of(value: object, place: str, choices: tuple[str, ...]) -> str:
    found = text(value, place)
    check(found in choices, place, f"{found!r} must be one of {', '.join(choices)}")
    return found


def whole(value: object, place: str, most: int) -> int:
    """From 1 to `most`."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ValueError(f"{place}: {value!r} must be a whole number from 1 to {most}")
    return value


def day(value: object, place: str) -> date:
    written = text(value, place)
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{place}: {written!r} must be a day such as 2026-01-31") from None


def check(holds: bool, place: str, mend: str) -> None:  # noqa: FBT001 - reads as: check that
    if not holds:
        raise ValueError(f"{place}: {mend}")
