"""The shortest way in which each change of the fence, once taken away, breaks a promise. Schedules, no judgement.

`A` and `B` are gates, N and Z numbers. Each is played against the product, where it must be harmless, and against one
defect, where it must not.
"""

from __future__ import annotations

from tests.model.world import World

N = "+12025550123"
Z = "+12025550124"


def ack(world: World) -> None:
    """A is cut off from the store: its opt-out is durable, B knows nothing of it."""
    world.gates["A"].reach.store = False
    world.finish(world.opt_out("A", N))
    world.finish(world.attempt("B", N))


def gapless(world: World) -> None:
    """A dies between its sequence and its commit; the sequence after it is used."""
    first = world.opt_out("A", N)
    world.until(first, "record_opt_out")
    world.step(first)
    world.kill("A")
    world.finish(world.opt_out("B", Z))


def inorder(world: World) -> None:
    """A dies between commit 1 and `suppress`; B suppresses 2."""
    first = world.opt_out("A", N)
    world.until(first, "suppress")
    world.kill("A")
    world.finish(world.opt_out("B", Z))


def hist(world: World) -> None:
    """The replica that takes over had not got the opt-out."""
    behind = world.copy()
    world.finish(world.opt_out("A", N))
    world.fail_over(behind)
    world.finish(world.attempt("B", N))


def drain(world: World) -> None:
    """An opt-out that only A's journal holds; the store is flushed; B opens it again without A."""
    world.gates["A"].reach.sql = False
    world.finish(world.opt_out("A", N))
    world.flush()
    world.do("B", "tick", "poll", "tick", "tick")
    world.finish(world.attempt("B", N))


def merge(world: World) -> None:
    """An opt-out arrives between the reading of the ledger and the first chunk of the load."""
    world.finish(world.opt_out("A", Z))
    world.flush()
    world.do("B", "tick", "ship", "poll")
    world.do("A", "ship", "poll")
    loading = world.background("B", "tick")
    assert loading is not None
    world.until(loading, "load")
    world.finish(world.opt_out("A", N))
    world.finish(loading)


def token(world: World) -> None:
    """The store is flushed once more between two chunks."""
    world.finish(world.opt_out("A", N))
    world.finish(world.opt_out("A", Z))
    world.flush()
    world.do("B", "tick", "ship", "poll")
    world.do("A", "ship", "poll")
    loading = world.background("B", "tick")
    assert loading is not None
    world.until(loading, "load")
    world.step(loading)
    world.flush()
    world.finish(loading)
    world.finish(world.attempt("B", N))


def lift(world: World) -> None:
    """START has read the ledger when the person says STOP again; its row comes last."""
    world.finish(world.opt_out("A", N))
    start = world.start_again("A", N)
    world.until(start, "record_lift")
    world.finish(world.opt_out("B", N))
    world.finish(start)
    world.do("A", "tick")
    world.do("B", "tick")
    world.finish(world.attempt("A", N))


def lift_overlay(world: World) -> None:
    """The second STOP is in force and in A's journal, not yet in the ledger, when the lift of the first is applied."""
    world.finish(world.opt_out("A", N))
    world.finish(world.start_again("B", N))
    world.gates["A"].reach.sql = False
    world.finish(world.opt_out("A", N))
    world.do("B", "tick")
    world.pass_time(4.0)
    world.do("B", "tick")
    world.finish(world.attempt("A", N))


def poll(world: World) -> None:
    """An older copy is put back into the running server: its history id is right, its generation too."""
    older = world.copy()
    world.finish(world.opt_out("A", N))
    world.do("B", "poll")
    world.put_back(older)
    world.finish(world.attempt("B", N))


def gencheck(world: World) -> None:
    """A still talks to the deposed primary, and commits after the new one's load has read the head."""
    world.fail_over(world.copy(), "A")
    world.do("A", "tick", "ship", "poll")
    world.pass_time(4.0)
    world.do("B", "tick", "ship", "poll")
    world.do("A", "poll")
    world.do("B", "tick")
    world.finish(world.opt_out("A", N))
    world.finish(world.attempt("B", N))


def recall(world: World) -> None:
    """The create is on the wire and has no name yet when the opt-out is acknowledged."""
    attempt = world.attempt("B", N)
    world.until(attempt, "create is answered")
    world.finish(world.opt_out("A", N))
    world.finish(attempt)


def resweep(world: World) -> None:
    """The store forgets a call that lives; then its number opts out."""
    world.finish(world.attempt("B", N))
    world.do("B", "ship")
    world.flush()
    world.do("B", "tick", "poll")
    world.do("A", "poll")
    world.do("B", "tick")
    world.finish(world.opt_out("A", N))


def heard_by_nobody(world: World) -> None:
    """B dies when the call's name is in its journal, and in SQL, and not yet in the store."""
    attempt = world.attempt("B", N)
    world.until(attempt, "sent")
    world.do("B", "ship")
    world.kill("B")
    world.finish(world.opt_out("A", N))


def known_by_half(world: World) -> None:
    """The copy that takes over knows the reservation, and not the name that the carrier gave it since."""
    attempt = world.attempt("B", N)
    world.until(attempt, "sent")
    half = world.copy()
    world.finish(attempt)
    world.fail_over(half)
    world.finish(world.opt_out("A", N))


def start_after_an_outage(world: World) -> None:
    """STOP while SQL is down, START soon after: the indexer meets both rows in one pass."""
    world.sql_up = False
    world.finish(world.opt_out("A", N))
    world.sql_up = True
    world.do("A", "ship")
    world.finish(world.start_again("A", N))


def lease_from_the_future(world: World) -> None:
    """B, whose clock is an hour ahead, takes the indexer's lease and dies."""
    world.gates["B"].clock.astray_s = 3_600
    world.do("B", "tick")
    world.flush()
    world.kill("B")


def nolift(world: World) -> None:
    """STOP, START, STOP while SQL is down; START comes through last."""
    world.sql_up = False
    world.finish(world.opt_out("A", N))
    start = world.start_again("A", N)
    world.until(start, "spooled")
    world.finish(world.opt_out("B", N))
    world.sql_up = True
    world.do("A", "ship")
    world.do("B", "ship")
    world.finish(start)
    world.do("A", "tick")
    world.pass_time(4.0)
    world.do("A", "tick", "poll")
    world.finish(world.attempt("A", N))
