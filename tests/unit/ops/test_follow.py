"""`--follow`: rows as they come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dialgate.ops.client import Client
from dialgate.ops.follow import REMEMBERED, Feed, follow
from dialgate.ops.options import Format
from dialgate.ops.screen import Lines
from tests.fakes.native_api import NativeApi, row, serving


class Seen(Lines):
    def __init__(self) -> None:
        super().__init__("en", Format.JSON)
        self.rows: list[str] = []
        self.notes: list[str] = []
        self.ended = False

    def line(self, row: dict[str, Any]) -> None:
        self.rows.append(row["to"])

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def end(self) -> None:
        self.ended = True


class Pauses:
    """Counts, does what a test wants between two looks, and ends like Ctrl-C."""

    def __init__(self, *between: Callable[[], None]) -> None:
        self.between = list(between)

    def __call__(self, _seconds: float) -> None:
        if not self.between:
            raise KeyboardInterrupt
        self.between.pop(0)()


def page(*rows: dict[str, Any], more: str | None = None) -> dict[str, Any]:
    return {"items": list(rows), "next": more}


def feed(api: NativeApi) -> Feed:
    return Feed(Client(api.url, "SK1", "secret", "a test"), {"verdict": "block", "since": "2026-03-02T03:00:00Z"})


def nothing() -> None:
    pass


def test_each_row_is_shown_once_in_its_order(api: NativeApi) -> None:
    """Rows of overlapping listings appear once, oldest first, also when one turns up late."""
    api.says("GET /v1/decisions", page(row(2, "a"), row(1, "a")), page(row(4, "a"), row(3, "a"), row(2, "a")))
    screen = Seen()
    follow(feed(api), screen, [row(1, "a")], Pauses(nothing))
    assert (["+1***0001", "+1***0002", "+1***0003", "+1***0004"], True) == (screen.rows, screen.ended)


def test_it_looks_back_for_late_rows(api: NativeApi) -> None:
    """Each look begins a little before the newest row, because decisions of several gates arrive out of order."""
    api.says("GET /v1/decisions", page())
    follow(feed(api), Seen(), [row(30, "a")], Pauses())
    assert datetime.fromisoformat("2026-03-02T03:00:25.500Z") == datetime.fromisoformat(api.asked[0].query["since"])


def test_with_nothing_yet_it_looks_from_the_beginning(api: NativeApi) -> None:
    """Without a row to go on from, the time that was asked for counts."""
    api.says("GET /v1/decisions", page())
    follow(feed(api), Seen(), [], Pauses())
    assert "2026-03-02T03:00:00Z" == api.asked[0].query["since"]


def test_many_rows_between_two_looks_are_all_shown(api: NativeApi) -> None:
    """More than a page is fetched to its end."""
    api.says("GET /v1/decisions", page(row(3, "a"), row(2, "a"), more="x"), page(row(1, "a")))
    screen = Seen()
    follow(feed(api), screen, [], Pauses())
    assert ["+1***0001", "+1***0002", "+1***0003"] == screen.rows


def test_a_restart_of_the_gate_is_a_quiet_note(api: NativeApi) -> None:
    """While the gate is away or not ready it says so once, and once that it is back; no row is lost or doubled."""
    api.says("GET /v1/decisions", page(row(1, "a")))
    api.answers["GET /v1/decisions"] += [(503, {"detail": "down"}), (503, {"detail": "down"}), (200, page(row(2, "a")))]
    screen = Seen()
    follow(feed(api), screen, [], Pauses(nothing, nothing, nothing, nothing))
    assert ["+1***0001", "+1***0002"] == screen.rows
    assert ["the gate does not answer", "the gate answers again"] == [
        note.partition(" since")[0] for note in screen.notes
    ]


def test_a_gate_that_is_gone_is_waited_for() -> None:
    """Nobody at the address is no reason to end."""
    with serving() as api:
        gone = feed(api)
    screen = Seen()
    follow(gone, screen, [], Pauses(nothing))
    assert 1 == len(screen.notes)


def test_it_does_not_remember_for_ever(api: NativeApi) -> None:
    """A day of rows does not fill the memory."""
    known = feed(api)
    for start in range(0, REMEMBERED + 2_000, 1_000):
        known.take([row(number, "a") for number in range(start + 1_000, start, -1)])
    assert [] == known.take([row(REMEMBERED + 1_500, "a")])
    assert 1 == len(known.take([row(1, "a")]))
