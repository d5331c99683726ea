"""The account as it stands."""

from __future__ import annotations

import asyncio

from dialgate.simulator.faults import parse_fault
from dialgate.simulator.state import Script, Simulator

PERSON, SENDER = "+15551230001", "+15550006000"


async def test_a_new_life_replaces_the_old_one(sim: Simulator) -> None:
    """Redirecting a call must not leave its former document running."""
    ended: list[str] = []

    async def life(name: str) -> None:
        try:
            await sim.clock.sleep(60)
        except asyncio.CancelledError:
            ended.append(name)
            raise

    sim.start_life("CA1", life("old"))
    await sim.clock.settle()
    sim.start_life("CA1", life("new"))
    await sim.clock.settle()
    assert ended == ["old"]
    sim.stop_life("CA1")
    await sim.clock.settle()
    assert ended == ["old", "new"]


async def test_a_life_may_end_itself(sim: Simulator) -> None:
    """Whoever finishes a call from within runs to its own end."""
    done: list[str] = []

    async def life() -> None:
        await sim.clock.sleep(0)
        sim.stop_life("CA1")
        await sim.clock.sleep(1)
        done.append("done")

    sim.start_life("CA1", life())
    await sim.clock.advance(1)
    assert done == ["done"]


async def test_a_fault_for_a_number_is_spent_once(sim: Simulator) -> None:
    """None is no fault, 0 a fault without a code of its own."""
    sim.faults.add(parse_fault({"kind": "undelivered", "match": {"to": PERSON}}))
    sim.faults.add(parse_fault({"kind": "undelivered", "code": 30003}))
    assert [sim.fault("undelivered", to) for to in (SENDER, PERSON, PERSON)] == [30003, 0, None]


async def test_a_block_counts_for_any_of_the_senders(sim: Simulator) -> None:
    """A message that names a number and a service is blocked by either; an absent sender blocks nothing."""
    sim.blocked.add((PERSON, "MG1"))
    assert [sim.is_blocked(PERSON, *senders) for senders in ((SENDER, "MG1"), (SENDER, None), ("", None))] == [
        True,
        False,
        False,
    ]


async def test_reset_forgets_everything_and_lets_go(sim: Simulator) -> None:
    """After a reset the account is as new, and nothing of before runs on or waits."""

    async def life() -> None:
        await sim.clock.sleep(60)

    sim.start_life("CA1", life())
    sim.scripts[PERSON] = Script("busy")
    sim.blocked.add((PERSON, SENDER))
    sim.faults.add(parse_fault({"kind": "close"}))
    waiting = asyncio.ensure_future(sim.released.wait())
    await sim.clock.settle()
    await sim.reset()
    await asyncio.wait_for(waiting, 1)
    assert (sim.scripts, sim.blocked, list(sim.faults), sim.calls, sim.messages, sim.requests) == (
        {},
        set(),
        [],
        {},
        {},
        [],
    )
    await sim.clock.advance(60)


async def test_the_first_calls_may_go_otherwise(sim: Simulator) -> None:
    """A number may be busy once and answer then; a number without a script answers."""
    sim.scripts[PERSON] = Script("answered", first=("busy", "no-answer"))
    assert [sim.outcome(PERSON) for _ in range(4)] == ["busy", "no-answer", "answered", "answered"]
    assert (sim.outcome(SENDER), sim.script(SENDER)) == ("answered", Script())


async def test_a_recording_has_an_address(sim: Simulator) -> None:
    """Under the carrier's own, as it is told to others."""
    assert sim.recording_url("RE1").endswith(f"/2010-04-01/Accounts/{sim.config.account_sid}/Recordings/RE1")
