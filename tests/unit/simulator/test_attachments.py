"""Streams, SIPREC sessions and live transcriptions."""

from __future__ import annotations

import pytest

from dialgate.simulator.attachments import starting, stop_attachment
from dialgate.simulator.call_life import finish
from dialgate.simulator.state import Simulator
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import asked, body, live_call, refusal


@pytest.mark.parametrize(
    ("kind", "callback"),
    [("Streams", "StatusCallback"), ("Siprec", "StatusCallback"), ("Transcriptions", "StatusCallbackUrl")],
)
async def test_they_start_and_stop_and_tell(sim: Simulator, far_side: FarSide, kind: str, callback: str) -> None:
    """By SID or by name; the callback hears of both."""
    live_call(sim)
    made = body(starting(kind)(sim, asked("CA1", Name="mine", **{callback: far_side.url + "/told"})))
    for name in ("mine", made["sid"]):
        assert body(stop_attachment(sim, asked("CA1", name, Status="stopped")))["status"] == "stopped"
    await sim.clock.settle()
    what = kind.rstrip("s")
    assert [heard.form[f"{what}Event"] for heard in far_side.heard] == [
        f"{what.lower()}-started",
        f"{what.lower()}-stopped",
    ]
    assert refusal(stop_attachment, sim, asked("CA1", made["sid"], Status="x")) == (400, 20001)


async def test_only_live_calls_have_them(sim: Simulator) -> None:
    """Neither an ended call nor an unknown one."""
    finish(sim, live_call(sim), "completed")
    assert refusal(starting("Streams"), sim, asked("CA1")) == (400, 21220)
    assert refusal(starting("Streams"), sim, asked("CAx")) == (404, 20404)
    assert refusal(stop_attachment, sim, asked("CA1", "MZ1", Status="stopped")) == (404, 20404)
