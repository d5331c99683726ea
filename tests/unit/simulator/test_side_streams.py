"""What runs beside a call."""

from __future__ import annotations

from dialgate.simulator.records import Report
from dialgate.simulator.side_streams import attach, attached, detach
from dialgate.simulator.state import Simulator
from tests.unit.simulator.far_side import FarSide
from tests.unit.simulator.led import lead, said


async def test_verbs_start_and_stop_what_runs_beside(sim: Simulator, far_side: FarSide) -> None:
    """The call goes on meanwhile; each is told of by its own callback."""
    call = lead(
        sim,
        "<Start><Stream name='s' url='wss://a/' statusCallback='/side'/><Recording recordingStatusCallback='/rec'/>"
        "<Other/></Start><Pause length='4'/><Stop><Stream name='s'/><Recording/></Stop><Say>Next</Say>",
        url=far_side.url + "/voice",
    )
    await sim.clock.advance(4)
    assert [heard.form["StreamEvent"] for heard in far_side.at("/side")] == ["stream-started", "stream-stopped"]
    assert (far_side.at("/rec")[0].form["RecordingDuration"], said(call)) == ("4", ["Next"])


async def test_they_are_known_by_sid_and_name(sim: Simulator, far_side: FarSide) -> None:
    """Of their own call only; they stop once."""
    stream = attach(sim, "CA1", "Streams", "s", Report(far_side.url + "/side"))
    assert [attached(sim, "CA1", name) for name in ("s", stream.sid, "t")] == [stream, stream, None]
    assert attached(sim, "CA2", "s") is None
    detach(sim, stream)
    detach(sim, stream)
    await sim.clock.settle()
    assert len(far_side.heard) == 2
