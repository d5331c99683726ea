"""`serve` itself: how it starts, how it ends, and that nothing outlives it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time

from tests.dialing import KEPT, Outside, judge, reached
from tests.faults.scene import traffic
from tests.processes import COMMAND, ROOT, Serve, free_port, send
from tests.waiting import wait_until

SECONDS = 20
"""To end, on a machine that runs other tests: a second of it is for what is under way."""


def refused_start(serve: Serve, **settings: str) -> str:
    """Start another one and give back what it says before it ends."""
    environment = {**serve.environment, "DIALGATE_SIMULATOR_LISTEN": f"127.0.0.1:{free_port()}", **settings}
    other = subprocess.run(COMMAND, cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False)
    assert other.returncode > 0
    return " ".join(other.stderr.decode().replace("│", " ").split())


def test_what_is_taken_is_said_in_words(serve: Serve) -> None:
    """A directory that is served from, and a port that is listened on, are refused with a sentence; whoever has them
    goes on.
    """
    same_directory = refused_start(serve, DIALGATE_SERVER__LISTEN=f"127.0.0.1:{free_port()}")
    same_port = refused_start(serve, DIALGATE_DATA__DIR=str(serve.home / "other"))
    assert f"pid {serve.pid}" in same_directory
    assert f"127.0.0.1:{serve.port}" in same_port
    assert [] == [said for said in (same_directory, same_port) if "Traceback" in said]
    serve.wait_ready()


def test_ctrl_c_again_and_again(serve: Serve) -> None:
    """A person who presses Ctrl-C and does not wait changes nothing: all ends within seconds."""
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM) * 500:
        send(serve.pid, number)
    assert serve.process is not None
    assert 0 == serve.process.wait(SECONDS)
    assert [] == serve.family()
    assert time.monotonic() - began < SECONDS
    serve.launch()
    serve.wait_ready()


async def test_ending_under_traffic(serve: Serve, seen: Outside) -> None:
    """SIGTERM: whoever was sent to the carrier hears so, nothing is lost, and the next start knows it all."""
    await seen.fault("latency", ms=500, count=30)
    async with traffic(seen):
        await seen.more()
        await asyncio.to_thread(serve.end, signal.SIGTERM)
        serve.launch()
        await asyncio.to_thread(serve.wait_ready)
        await seen.more()
    unheard = await reached(seen) - {attempt.token for attempt in seen.attempts if attempt.status}
    assert (KEPT, set()) == (await judge(seen), unheard)


def test_a_store_that_dies_as_it_starts(serve: Serve) -> None:
    """Valkey killed again and again, also while it starts: as soon as it is left alone the gates are ready."""
    killed: set[int] = set()
    while len(killed) < 5:
        pid = wait_until(serve.valkey, "a Valkey")
        send(pid, signal.SIGKILL)
        killed.add(pid)
    serve.wait_ready()


def test_a_store_that_dies_before_anybody_is_served(serve: Serve) -> None:
    """As above, at the start of it all."""
    serve.end()
    serve.launch()
    send(serve.valkey(), signal.SIGKILL)
    serve.wait_ready()
