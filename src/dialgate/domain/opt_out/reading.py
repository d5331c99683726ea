"""Reads the project's data files strictly: each mistake is a `ValueError` that names its place and the mend."""

from __future__ import annotations

from collections.abc import Mapping


def record(
    value: object, place: str, required: frozenset[str], optional: frozenset[str] = frozenset()
) -> Mapping[str, object]:
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


def entries(value: object, place: str) -> list[object]:
    check(isinstance(value, list) and bool(value), place, "must be a list with at least one entry")
    return list(value) if isinstance(value, list) else []


def texts(value: object, place: str) -> tuple[str, ...]:
    return tuple(text(item, place) for item in entries(value, place))


def text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{place}: {value!r} must be a text; quote it")
    return value


def check(holds: bool, place: str, mend: str) -> None:  # noqa: FBT001 - reads as: check that
    if not holds:
        raise ValueError(f"{place}: {mend}")
