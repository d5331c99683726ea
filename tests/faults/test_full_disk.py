"""The volume of the data directory has no byte left."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from tests.dialing import KEPT, Outside, judge
from tests.faults.scene import make_scene, traffic
from tests.processes import Serve
from tests.waiting import until

MOUNT = 'mkdir -p "$DIALGATE_DATA__DIR" && mount -t tmpfs -o size=192m,mode=700 none "$DIALGATE_DATA__DIR"'
SMALL_VOLUME = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", f'{MOUNT} && exec "$@"', "sh")
"""A volume that only `serve` and its children see, in a namespace of their own; any user may make one."""
BLOCK = bytes(1 << 16)


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    with Serve(around=SMALL_VOLUME) as running:
        yield running


@contextmanager
def full(serve: Serve) -> Iterator[None]:
    """Something else has taken all the space."""
    ballast = serve.files / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for block in (BLOCK, BLOCK[:512], BLOCK[:1]):
            try:
                while file.write(block):
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        ballast.unlink()


async def test_a_full_disk(serve: Serve, seen: Outside) -> None:
    """Nothing is forwarded that cannot be put on record, opt-outs are kept on space reserved for them, and with room
    again all goes on by itself.
    """
    scene = await make_scene(seen)
    said = [seen.new_number() for _ in range(4)]
    async with traffic(seen):
        await seen.more()
        with full(serve):

            async def refused() -> bool:
                return (await seen.call(seen.new_number())).status == 429

            await until(refused, "attempts are refused")
            told = await asyncio.gather(*(say(said[n]) for n, say in enumerate([seen.opt_out, seen.text_stop] * 2)))
            await seen.more()
        serve.wait_ready()
        await seen.forwards_again()
        await seen.more()
    assert [True] * 4 == [outcome.durable for outcome in told]
    late = [await seen.patient(partial(seen.text, number)) for number in said]
    assert [["suppressed"]] * 4 == [attempt.reasons for attempt in late]
    await scene.assert_held()
    assert KEPT == await judge(seen)
