"""Children that are started again, and that nothing outlives."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from dialgate.bootstrap.children import Child

PARENT = """
import os, sys
from dialgate.bootstrap.children import Child
child = Child("child", [sys.executable, "-c", {child!r}])
child.start()
print(child.pid, flush=True)
__import__("signal").pause()
"""
CHILD = """
import os, signal
from dialgate.bootstrap.children import end_with_parent
end_with_parent(int(os.environ["DIALGATE_PARENT"]))
signal.pause()
"""
STANDS_STILL = """
import os, signal
from dialgate.bootstrap.children import end_with_parent
end_with_parent(int(os.environ["DIALGATE_PARENT"]), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGSTOP)
"""


def child(code: str, **environment: str) -> Child:
    return Child("child", [sys.executable, "-c", code], environment=environment)


async def wait_until(holds: Callable[[], bool], within_s: float = 30.0) -> None:
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.005)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def ended(one: Child) -> int:
    status: list[int] = []

    def look() -> bool:
        found = one.ended()
        status.extend([] if found is None else [found])
        return bool(status)

    await wait_until(look)
    return status[0]


async def test_a_death_is_told_once_and_followed_by_a_start() -> None:
    """The parent hears the status, waits a little, and may start the child again."""
    one = child("raise SystemExit(3)")
    assert (True, 0, None) == (one.due(), one.pid, one.ended())
    one.start()
    assert (3, None) == (await ended(one), one.ended())
    await wait_until(one.due)
    assert 0 == one.pid


async def test_a_living_child_is_neither_ended_nor_due() -> None:
    """Nothing is started twice."""
    one = child("__import__('signal').pause()")
    one.start()
    try:
        assert (None, False, False) == (one.ended(), one.due(), one.pid == 0)
    finally:
        one.ask_to_end()
        one.wait(30)


async def test_a_child_that_was_asked_ends() -> None:
    """SIGTERM is the question."""
    one = child("__import__('signal').pause()")
    one.start()
    one.ask_to_end()
    one.wait(30)
    assert -signal.SIGTERM == await ended(one)


async def test_a_child_that_does_not_listen_is_killed() -> None:
    """When the time is over, nothing is left."""
    one = child("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()")
    one.start()
    one.wait(0.05)
    assert -signal.SIGKILL == await ended(one)


async def test_without_a_process_there_is_nothing_to_end() -> None:
    """Asking and waiting are harmless before the start."""
    one = child("")
    one.ask_to_end()
    one.wait(0)
    assert 0 == one.pid


async def test_a_child_gets_its_environment_and_its_parent() -> None:
    """What it must know is in its environment."""
    code = "import os; raise SystemExit(int(os.environ['X']) + (os.environ['DIALGATE_PARENT'] == str(os.getppid())))"
    one = child(code, X="6")
    one.start()
    assert 7 == await ended(one)


async def test_ctrl_c_of_the_terminal_does_not_reach_it() -> None:
    """It leads a session of its own, so that its parent ends it in order."""
    one = child("import os; raise SystemExit(int(os.getsid(0) == os.getpid()))")
    one.start()
    assert 1 == await ended(one)


async def test_no_child_outlives_its_parent() -> None:
    """A parent that is killed takes its children with it, however far they had got."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT.format(child=CHILD), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    await wait_until(lambda: gone(pid))


async def test_a_child_whose_parent_is_gone_already_ends() -> None:
    """Between fork and the question to the kernel the parent may have died."""
    one = Child("child", [sys.executable, "-c", CHILD.replace('int(os.environ["DIALGATE_PARENT"])', "1")])
    one.start()
    assert 1 == await ended(one)


async def test_no_child_that_stands_still_outlives_its_parent() -> None:
    """One that asked for SIGKILL holds no lock for ever."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT.format(child=STANDS_STILL), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    await wait_until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
    parent.kill()
    await parent.wait()
    await wait_until(lambda: gone(pid))
