"""The small parent: what it starts, what it replaces, how it ends."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from structlog.testing import capture_logs

from dialgate.app.errors import StoreUnavailableError, UnfitStoreError
from dialgate.bootstrap.children import Child
from dialgate.bootstrap.listening import bound
from dialgate.bootstrap.parent import Options, Parent, gates
from dialgate.settings import Settings
from dialgate.stores.valkey import EmbeddedValkey
from tests.sql_backends import Place
from tests.unit.bootstrap.conftest import MakeSettings

REPLACED = """
echo started >> "$NOTES"
[ $(wc -l < "$NOTES") -lt 2 ] && exit 3
kill -TERM $DIALGATE_PARENT
while :; do sleep 0.02; done
"""
"""Dies at once the first time; the second time it asks its parent to end, and lives on until it is asked itself."""
IMPATIENT = """
trap 'kill -INT $DIALGATE_PARENT; kill -TERM $DIALGATE_PARENT; echo "gate ended" >> "$NOTES"; exit 0' TERM
kill -TERM $DIALGATE_PARENT
while :; do sleep 0.02; done
"""
"""Asks its parent to end, and once more while it is being waited for."""


class ToldValkey:
    """Does at each start what it is told for it, and keeps a note when it is stopped."""

    def __init__(self, notes: Path, at_start: Callable[[ToldValkey], None]) -> None:
        self._notes = notes
        self._at_start = at_start
        self.starts = 0
        self.status: int | None = None

    def start(self) -> None:
        self.starts += 1
        self._at_start(self)

    def poll(self) -> int | None:
        return self.status

    def stop(self) -> None:
        with self._notes.open("a") as notes:
            notes.write("valkey stopped\n")

    @property
    def embedded(self) -> EmbeddedValkey:
        return cast("EmbeddedValkey", self)


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Those of the process that runs the tests are put back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, answer in before.items():
        signal.signal(number, answer)


@pytest.fixture
def notes(tmp_path: Path, sqlite_place: Place) -> Path:
    return tmp_path / "notes"


def started(_: ToldValkey) -> None:
    """As it should be."""


def gate(script: str, notes: Path) -> Child:
    return Child("gate-1", ["sh", "-c", script], environment={"NOTES": str(notes)})


def nobody_there(settings: MakeSettings, **sections: dict[str, object]) -> Settings:
    """Port 0 answers nobody, so no gate is ever ready there."""
    return settings(server={"listen": "127.0.0.1:0"}, **sections)


def ask_to_end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_gate_that_dies_is_replaced(settings: MakeSettings, notes: Path) -> None:
    """Its status is told, and another takes its place."""
    with capture_logs() as logs:
        Parent(nobody_there(settings), [gate(REPLACED, notes)], None, None).run()
    died = [(entry["name"], entry["status"]) for entry in logs if entry["event"] == "process_died"]
    assert ([("gate-1", 3)], ["started", "started"]) == (died, notes.read_text().splitlines())


def test_ctrl_c_once_more_changes_nothing(settings: MakeSettings, notes: Path) -> None:
    """Gates drain first and Valkey stops last, however often somebody asks meanwhile."""
    valkey = ToldValkey(notes, started)
    Parent(nobody_there(settings), [gate(IMPATIENT, notes)], valkey.embedded, None).run()
    assert (["gate ended", "valkey stopped"], 1) == (notes.read_text().splitlines(), valkey.starts)


def test_a_valkey_that_dies_is_started_again(settings: MakeSettings, notes: Path) -> None:
    """Also where it cannot start at once: the gates stay, which refuse and keep opt-outs, until there is room again."""

    def at_start(valkey: ToldValkey) -> None:
        valkey.status = None if valkey.starts == 3 else -9
        if valkey.starts == 2:
            raise UnfitStoreError("no room")
        if valkey.starts == 3:
            ask_to_end()

    valkey = ToldValkey(notes, at_start)
    with capture_logs() as logs:
        Parent(nobody_there(settings), [], valkey.embedded, None).run()
    told = [entry["event"] for entry in logs if entry["event"].startswith("valkey")]
    assert (["valkey_died", "valkey_does_not_start", "valkey_died"], 3) == (told, valkey.starts)


def test_a_valkey_that_is_killed_while_it_comes_up_is_started_again(
    settings: MakeSettings, notes: Path, valkey: EmbeddedValkey
) -> None:
    """Somebody killed it before the first gate: the start begins anew."""
    own = notes.parent / "sock"

    def at_start(told: ToldValkey) -> None:
        told.status = -9 if told.starts == 1 else None
        if told.starts == 2:
            own.symlink_to(valkey.url.removeprefix("unix://"))
            ask_to_end()

    told = ToldValkey(notes, at_start)
    with capture_logs() as logs:
        Parent(nobody_there(settings, guard_store={"url": f"unix://{own}"}), [], told.embedded, None).run()
    assert (2, 1) == (told.starts, [entry["event"] for entry in logs].count("valkey_killed"))


@pytest.mark.parametrize(("status", "starts"), [(None, 1), (1, 1), (-9, 3)], ids=["silent", "ended", "killed"])
def test_what_time_does_not_mend_ends_the_start(
    settings: MakeSettings, notes: Path, status: int | None, starts: int
) -> None:
    """The failure is raised, at once or after a few kills; no gate was started, and Valkey is stopped."""

    def at_start(valkey: ToldValkey) -> None:
        valkey.status = status

    valkey = ToldValkey(notes, at_start)
    silent = nobody_there(settings, guard_store={"url": f"unix://{notes.parent}/none"})
    with pytest.raises(StoreUnavailableError):
        Parent(silent, [gate(REPLACED, notes)], valkey.embedded, None).run()
    assert (["valkey stopped"], starts) == (notes.read_text().splitlines(), valkey.starts)


def test_gates_share_the_sockets_that_were_bound_once() -> None:
    """Each gets their descriptors, in order, and the settings file; an option goes before the setting."""
    settings = Settings.model_validate({"server": {"workers": 2}})
    with closing(bound("127.0.0.1:0")) as own, closing(bound("127.0.0.1:0")) as webhooks:
        sockets: list[socket.socket] = [own, webhooks]
        made = gates(settings, Options(Path("gate.toml")), sockets)
        three = gates(settings, Options(workers=3), sockets[:1])
        descriptors = [own.fileno(), webhooks.fileno()]
    assert ["gate-1", "gate-2"] == [child.name for child in made]
    assert [descriptors] * 2 == [list(child.descriptors) for child in made]
    assert [",".join(map(str, descriptors)), "gate.toml"] == list(made[0].command)[-2:]
    assert [str(descriptors[0])] * 3 == [child.command[-1] for child in three]
