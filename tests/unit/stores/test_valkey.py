"""The embedded server: comes up, keeps what it acknowledged, and never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from redis import Redis

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.valkey import EmbeddedValkey

PARENT = """
import sys, time
from pathlib import Path
from dialgate.stores.valkey import EmbeddedValkey
server = EmbeddedValkey(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    with TemporaryDirectory(prefix="v", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(home)
    server.start()
    yield server
    server.stop()


def ask(server: EmbeddedValkey) -> Redis:
    return Redis.from_url(server.url)


def wait_until(holds: Callable[[], bool], within_s: float = 20) -> None:
    ends = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < ends, "it did not come to hold"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    """Ended, whether or not somebody has asked for its status."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def killed(server: EmbeddedValkey) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: server.poll() is not None)


def append_only_file(home: Path) -> Path:
    (path,) = (home / "valkey" / "appendonlydir").glob("*.incr.aof")
    return path


def test_it_answers_when_start_returns(server: EmbeddedValkey, home: Path) -> None:
    """On a socket that only its owner may use, with the settings that the guard store needs."""
    with ask(server) as client:
        settings = client.config_get("append*", "maxmemory-policy", "set-max-intset-entries", "port", "save")
    assert {
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
        "set-max-intset-entries": "4096",
        "port": "0",
        "save": "",
    }.items() <= settings.items()
    assert 0o700 == (home / "valkey").stat().st_mode & 0o777
    assert server.poll() is None


def test_what_it_acknowledged_survives_a_kill(server: EmbeddedValkey) -> None:
    """Every answered write is on disk; after the restart its history id is another one."""
    with ask(server) as client:
        client.set("a", "1")
        before = client.info("replication")["master_replid"]
    killed(server)
    server.start()
    with ask(server) as client:
        assert b"1" == client.get("a")
        assert before != client.info("replication")["master_replid"]


def test_stop_ends_it_cleanly(server: EmbeddedValkey) -> None:
    """It ends by itself with status 0; stopping again does nothing."""
    server.stop()
    server.stop()
    assert 0 == server.poll()


def test_the_terminals_interrupt_does_not_reach_it(server: EmbeddedValkey) -> None:
    """It has a session of its own."""
    assert server.pid is not None
    assert os.getsid(server.pid) == server.pid != os.getsid(0)


@pytest.mark.parametrize("stopped", [False, True])
def test_it_dies_with_its_parent(home: Path, stopped: bool) -> None:  # noqa: FBT001 - a case
    """Killed with no time for anything, even while the server itself is stopped."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, home], stdout=subprocess.PIPE)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    if stopped:
        os.kill(pid, signal.SIGSTOP)
    parent.kill()
    parent.communicate()
    wait_until(lambda: gone(pid))


@pytest.mark.parametrize("stopped", [False, True])
def test_a_leftover_is_ended_and_replaced(home: Path, stopped: bool) -> None:  # noqa: FBT001 - a case
    """What still listens on the socket is shut down, its content is kept, and our own server takes over."""
    leftover, ours = EmbeddedValkey(home), EmbeddedValkey(home)
    leftover.start()
    with ask(leftover) as client:
        client.set("a", "1")
    assert leftover.pid is not None
    if stopped:
        os.kill(leftover.pid, signal.SIGSTOP)
    try:
        ours.start()
        wait_until(lambda: leftover.poll() is not None)
        assert ours.pid != leftover.pid
        with ask(ours) as client:
            assert b"1" == client.get("a")
    finally:
        ours.stop()


def test_a_long_path_is_refused_in_words(home: Path) -> None:
    """Before anything is written; the setting that mends it is named."""
    deep = home / ("d" * 100)
    with pytest.raises(UnfitStoreError, match=r"data\.dir"):
        EmbeddedValkey(deep).start()
    assert not deep.exists()


@pytest.mark.parametrize("name", ["with spaces", 'with "quotes"', "with 'single'", "with\\back", "naïve"])
def test_any_name_of_a_directory_will_do(home: Path, name: str) -> None:
    """Spaces, quotes and other scripts reach the configuration and the URL whole."""
    server = EmbeddedValkey(home / name)
    server.start()
    try:
        with ask(server) as client:
            assert client.ping()
    finally:
        server.stop()


def test_a_directory_that_cannot_be_written_is_refused_in_words(home: Path) -> None:
    """The path and the reason are named."""
    (home / "file").write_text("")
    with pytest.raises(UnfitStoreError, match="cannot write to"):
        EmbeddedValkey(home / "file").start()


def test_a_full_disk_is_refused_in_words(home: Path) -> None:
    """Better than a server that ends at its first write."""
    with pytest.raises(UnfitStoreError, match="make room"):
        EmbeddedValkey(home, least_free_bytes=2**60).start()


def test_a_torn_last_write_is_cut_off(server: EmbeddedValkey, home: Path) -> None:
    """A power loss in the middle of a write costs that write alone: nobody was told that it was done."""
    with ask(server) as client:
        client.set("a", "1")
    killed(server)
    with append_only_file(home).open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$1\r\nb")
    server.start()
    with ask(server) as client:
        assert [b"a"] == list(client.scan_iter())


def test_a_broken_file_is_put_aside(server: EmbeddedValkey, home: Path) -> None:
    """The store starts empty, which the fence sees, and the file is kept for whoever wants to know."""
    with ask(server) as client:
        for n in range(50):
            client.set(f"key-{n}", "value")
    killed(server)
    path = append_only_file(home)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40] = b"x" * 40
    path.write_bytes(bytes(content))
    server.start()
    with ask(server) as client:
        assert [] == list(client.scan_iter())
    assert bytes(content) == (home / "valkey" / "appendonlydir.broken-1" / path.name).read_bytes()


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    """Its own last words, and where the rest is."""
    (home / "valkey" / "sock").mkdir(parents=True)
    with pytest.raises(UnfitStoreError, match=r"valkey\.log"):
        EmbeddedValkey(home).start()
