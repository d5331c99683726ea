"""What no webhook told is read back, and ends as the people left it, in whatever order it comes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialgate.app.errors import CarrierUnreachableError, JournalUnavailableError, LedgerUnavailableError
from dialgate.app.inbound import InboundMessage
from dialgate.app.preferences import PREFERENCES
from dialgate.app.read_back import MOST_EXAMPLES, SETTLED_A_STEP, Example, Walk
from dialgate.app.reviews import NOTE
from dialgate.app.snoozes import SNOOZE
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.numbers import mask
from dialgate.domain.scope import Scope
from tests.fakes.heard import UNSURE, caller
from tests.fakes.journal_tools import AT
from tests.fakes.messages import refused, said
from tests.fakes.one_gate import NUMBER, SENDER
from tests.fakes.reading_back import HOUR, SINCE, UNTIL, Reading


@pytest.fixture
async def gate() -> Reading:
    gate = Reading()
    await gate.directory.refresh()
    return gate


async def test_a_missed_stop_counts_from_when_it_was_said(gate: Reading) -> None:
    """By the carrier's time, with its message as evidence, in force on the index at once."""
    gate.told(said("SM1", "STOP", AT - HOUR))
    walk = await gate.walk()
    recorded = gate.opt_out("SM1.acme")
    expected = (AT - HOUR, "SM1", Source.SMS, {Scope("acme").name}, {"stop": 1})
    assert expected == (
        recorded.occurred_at,
        recorded.evidence,
        recorded.source,
        gate.suppressed(),
        dict(+walk.counts),
    )


async def test_what_a_webhook_told_is_known(gate: Reading) -> None:
    """Nothing happens twice, whoever was first."""
    gate.told(said("SM1", "STOP"))
    first = await gate.walk()
    again = await gate.walk()
    assert ({"stop": 1}, {"already_known": 1}, 1) == (dict(+first.counts), dict(+again.counts), gate.sql.head)


async def test_anything_else_that_people_say_is_counted_and_noted(gate: Reading) -> None:
    """So that it is found missing once, and no webhook answers it later."""
    gate.told(said("SM1", "see you at five"), said("SM2", "HELP"))
    walk = await gate.walk()
    assert ({"none": 1, "help": 1}, {"SM1", "SM2"}) == (dict(+walk.counts), set(gate.inbox.noted))
    assert 0 == gate.sql.head


async def test_what_is_unsure_is_asked_and_held(gate: Reading) -> None:
    """As if it had been said today: however old it is, somebody may have meant it."""
    gate.told(said("SM1", UNSURE.body, AT - 40 * 24 * HOUR))
    walk = await gate.walk(Walk(AT - 50 * 24 * HOUR, AT))
    assert ({"review": 1}, True) == (dict(+walk.counts), await gate.is_suppressed())


@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize(
    ("bodies", "suppressed"),
    [
        (("STOP", "START"), False),
        (("START", "STOP"), True),
        (("STOP", "START", "STOP"), True),
        (("STOP", "START", "STOP", "START"), False),
    ],
)
async def test_a_person_ends_as_they_left_it(
    gate: Reading, size: int, bodies: tuple[str, ...], *, suppressed: bool
) -> None:
    """By the carrier's time, whatever the pages; read once more, it is the same."""
    gate.messages.size = size
    gate.told(*(said(f"SM{number}", body, AT + number * HOUR) for number, body in enumerate(bodies)))
    await gate.walk()
    once = await gate.is_suppressed()
    await gate.walk()
    assert (suppressed, suppressed) == (once, await gate.is_suppressed())


@pytest.mark.parametrize(("start_at", "suppressed"), [(AT + HOUR, False), (AT - HOUR, True), (AT, True)])
async def test_a_start_that_a_webhook_told_counts_by_its_time(
    gate: Reading, start_at: datetime, *, suppressed: bool
) -> None:
    """Also against a STOP before it that was missed: what is read back late was said no later for that."""
    start = said("SM2", "START", start_at)
    gate.told(said("SM1", "STOP", AT), start)
    await gate.receive(InboundMessage("SM2", NUMBER, SENDER, "", "START", ""))
    walk = await gate.walk()
    again = await gate.walk()
    assert ({"stop": 1, "already_known": 1}, {"already_known": 2}) == (dict(+walk.counts), dict(+again.counts))
    assert suppressed is await gate.is_suppressed()


async def test_a_dry_run_lifts_nothing(gate: Reading) -> None:
    """Neither what it counts as new nor what is known."""
    gate.told(said("SM1", "STOP", AT), said("SM2", "START", AT + HOUR))
    await gate.receive(InboundMessage("SM2", NUMBER, SENDER, "", "START", ""))
    await gate.receive(InboundMessage("SM1", NUMBER, SENDER, "", "STOP", ""))
    await gate.walk(Walk(SINCE, UNTIL, dry_run=True))
    assert await gate.is_suppressed()


async def test_a_known_start_from_no_number_lifts_nothing(gate: Reading) -> None:
    """There is nobody whose opt-out it could take back."""
    gate.told(said("SM1", "START", sender="messenger:1"))
    await gate.walk()
    assert {"already_known": 1} == dict(+(await gate.walk()).counts)


async def test_a_start_of_the_same_second_lifts_nothing(gate: Reading) -> None:
    """On a tie the refusal holds."""
    gate.told(said("SM1", "STOP"), said("SM2", "START"))
    await gate.walk()
    assert await gate.is_suppressed()


async def test_a_refusal_of_the_carrier_is_an_opt_out(gate: Reading) -> None:
    """Of whoever owns the sender, said by then; the message that never left is the evidence."""
    gate.told(refused("SM1", AT - HOUR))
    walk = await gate.walk()
    recorded = gate.opt_out("SM1.acme")
    assert (Source.CARRIER, "SM1", AT - HOUR, {"refused_by_carrier": 1}) == (
        recorded.source,
        recorded.evidence,
        recorded.occurred_at,
        dict(+walk.counts),
    )
    assert {"already_known": 1} == dict(+(await gate.walk()).counts)


async def test_a_refused_attempt_of_the_gate_is_its_tenants(gate: Reading) -> None:
    """Whoever owns the sender now; and the evidence is the decision, as where a report tells it."""
    gate.made_log.made["SM1"] = ("other", "decision-1")
    gate.told(refused("SM1"))
    await gate.walk()
    assert ["decision-1.other"] == list(gate.sql.rows)


async def test_a_refusal_by_a_service_is_its_owners(gate: Reading) -> None:
    """Such a message may have no sender of its own."""
    service = "MG" + "0" * 32
    gate.callers.give(service, caller("other", service))
    await gate.directory.refresh()
    gate.told(refused("SM1", sender="", service=service))
    await gate.walk()
    assert ["SM1.other"] == list(gate.sql.rows)


async def test_a_refusal_after_a_known_stop_adds_nothing(gate: Reading) -> None:
    """A second opt-out, which no START lifts, would be in the way of the person's own."""
    gate.told(said("SM1", "STOP", AT - 2 * HOUR), refused("SM2", AT - HOUR), said("SM3", "START", AT))
    await gate.walk()
    assert (["SM1.acme", "SM3.acme"], False) == (list(gate.sql.rows), await gate.is_suppressed())
    await gate.walk()
    assert not await gate.is_suppressed()


async def test_a_refusal_after_the_person_came_back_counts(gate: Reading) -> None:
    """They must have told the carrier once more."""
    gate.told(said("SM1", "STOP", AT - 2 * HOUR), said("SM2", "START", AT - HOUR), refused("SM3", AT))
    await gate.walk()
    assert (True, "SM3") == (await gate.is_suppressed(), gate.opt_out("SM3.acme").evidence)


@pytest.mark.parametrize(("lifted_at", "suppressed"), [(AT - HOUR, True), (AT + HOUR, False)])
async def test_a_lift_by_others_counts_from_its_record(gate: Reading, lifted_at: datetime, *, suppressed: bool) -> None:
    """There is no message whose time the carrier could tell."""
    gate.told(said("SM1", "STOP", AT - 2 * HOUR))
    await gate.walk()
    stop = gate.opt_out("SM1.acme")
    lift = Lift(OptOutId("review-1"), NUMBER, "acme", (stop.id,), Source.AGENT, "SK1", lifted_at)
    await gate.ledger.record_lift(lift)
    gate.told(refused("SM2", AT))
    await gate.walk()
    assert suppressed is await gate.is_suppressed()


async def test_a_lift_whose_start_the_carrier_forgot_counts_from_its_record(gate: Reading) -> None:
    """Messages can be deleted there."""
    gate.told(said("SM1", "STOP", AT - 2 * HOUR), said("SM2", "START", AT - HOUR))
    await gate.walk()
    gate.told(refused("SM3", AT - 1.5 * HOUR))
    gate.carrier.dates.clear()
    await gate.walk()
    assert not await gate.is_suppressed()


@pytest.mark.parametrize(
    ("source", "actor", "note"),
    [(Source.FORM, SNOOZE, "The snooze is over."), (Source.FORM, PREFERENCES, ""), (Source.SMS, "SK1", NOTE)],
)
async def test_a_lift_of_something_else_takes_no_refusal_back(
    gate: Reading, source: Source, actor: str, note: str
) -> None:
    """A snooze that is over, what was said on the page and undone there, a reply that was none: nobody came back."""
    gate.told(said("SM1", "STOP", AT - 3 * HOUR))
    await gate.walk()
    lifted = (gate.opt_out("SM1.acme").id,)
    gate.told(refused("SM2", AT - HOUR))
    lift = Lift(OptOutId("l1"), NUMBER, "acme", lifted, source, actor, AT, note, evidence="SM9")
    await gate.ledger.record_lift(lift)
    await gate.walk()
    assert await gate.is_suppressed()


@pytest.mark.parametrize("scope", [Scope("acme", channel="voice"), Scope("acme", purpose="marketing")])
async def test_a_refusal_beside_a_narrower_one_counts(gate: Reading, scope: Scope) -> None:
    """Who wanted no calls, and then no messages either, wants nothing."""
    narrow = OptOut(OptOutId("o1"), NUMBER, scope, Source.SMS, "carrier", AT - HOUR, AT - HOUR)
    await gate.ledger.record_opt_out(narrow)
    gate.told(refused("SM1", AT))
    await gate.walk()
    assert ["o1", "SM1.acme"] == list(gate.sql.rows)


@pytest.mark.parametrize("known", [False, True])
async def test_a_start_to_nobodys_sender_lifts_nothing(gate: Reading, *, known: bool) -> None:
    """Not even one that counted while somebody owned the sender: what was said to others stands."""
    lost = "+14155550199"
    start = said("SM2", "START", AT, receiver=lost)
    gate.told(said("SM1", "STOP", AT - HOUR), start)
    if known:
        gate.callers.give(lost, caller("other", lost))
        await gate.directory.refresh()
        await gate.receive(InboundMessage("SM2", NUMBER, lost, "", "START", ""))
        gate.callers.give(lost, ())
        await gate.directory.refresh()
    await gate.walk()
    assert await gate.is_suppressed()


async def test_a_known_start_lifts_nothing_of_who_came_later(gate: Reading) -> None:
    """It was said to whoever had the sender then; what the person told others before stands."""
    others = "+14155550199"
    gate.callers.give(others, caller("other", others))
    await gate.directory.refresh()
    gate.told(said("SM1", "STOP", AT - HOUR, receiver=others), said("SM2", "START", AT))
    await gate.receive(InboundMessage("SM2", NUMBER, SENDER, "", "START", ""))
    gate.callers.give(SENDER, caller("other"))
    await gate.directory.refresh()
    for _ in range(2):
        await gate.walk()
    assert await gate.is_suppressed("other")


async def test_an_address_opts_out_of_nothing(gate: Reading) -> None:
    """A refused message to what is no number has nobody to suppress."""
    gate.told(refused("SM1", receiver="messenger:1"))
    assert {} == dict(+(await gate.walk()).counts)


async def test_a_scheme_is_no_part_of_the_person(gate: Reading) -> None:
    """A number refused on one channel of messages is the same person."""
    gate.told(refused("SM1", sender=f"whatsapp:{SENDER}", receiver=f"whatsapp:{NUMBER}"))
    await gate.walk()
    assert await gate.is_suppressed()


async def test_a_message_to_nobodys_sender_counts_for_all_and_is_counted(gate: Reading) -> None:
    """As where a webhook tells it."""
    gate.told(said("SM1", "STOP", receiver="+14155550199"))
    walk = await gate.walk()
    assert ({"stop": 1, "unowned": 1}, {"SM1.acme", "SM1.other"}) == (dict(+walk.counts), set(gate.sql.rows))


async def test_a_tenant_that_came_later_gets_what_was_read_before(gate: Reading) -> None:
    """Nobody's opt-out is lost because it was read before its sender had an owner."""
    gate.told(said("SM1", "STOP"))
    await gate.walk()
    gate.callers.give(SENDER, caller("other"))
    await gate.directory.refresh()
    await gate.walk()
    assert {"SM1.acme", "SM1.other"} == gate.sql.rows.keys()


async def test_only_what_concerns_a_tenant_is_read_for_it(gate: Reading) -> None:
    """Messages and refusals of others' senders are left for whoever asks for all."""
    other = "+14155550199"
    gate.callers.give(other, caller("other", other))
    await gate.directory.refresh()
    gate.told(
        said("SM1", "STOP"),
        said("SM2", "STOP", receiver=other),
        refused("SM3", sender=other, receiver="+12025550177"),
        said("SM4", "START", AT + HOUR, receiver=other),
    )
    walk = await gate.walk(Walk(SINCE, UNTIL, "acme"))
    assert (["SM1.acme"], {"stop": 1}) == (list(gate.sql.rows), dict(+walk.counts))


async def test_what_lies_outside_is_left(gate: Reading) -> None:
    """The carrier may list more than it was asked for; the ends belong to it."""
    gate.told(
        said("SM1", "STOP", SINCE, sender="+12025550101"),
        said("SM2", "STOP", UNTIL, sender="+12025550102"),
        said("SM3", "STOP", UNTIL + timedelta(seconds=1), sender="+12025550103"),
    )
    await gate.walk()
    assert {"SM1.acme", "SM2.acme"} == gate.sql.rows.keys()


async def test_a_dry_run_does_nothing_and_shows_some(gate: Reading) -> None:
    """Numbers are masked, long texts cut; what is no refusal is not shown."""
    gate.told(
        said("SM1", f"STOP{' ' * 100}", AT),
        said("SM2", "START", AT + HOUR),
        refused("SM3", AT - HOUR, receiver="+12025550177"),
        said("SM4", "see you at five"),
    )
    walk = await gate.walk(Walk(SINCE, UNTIL, dry_run=True))
    assert (0, {}) == (gate.sql.head, gate.inbox.noted)
    assert {"stop": 1, "start": 1, "none": 1, "refused_by_carrier": 1} == dict(+walk.counts)
    masked = mask(NUMBER)
    expected = [
        Example(AT, masked, "stop", ("acme",), "STOP" + " " * 76),
        Example(AT - HOUR, "+1***0177", "refused_by_carrier", ("acme",), ""),
        Example(AT + HOUR, masked, "start", ("acme",), "START"),
    ]
    assert expected == walk.examples


async def test_a_dry_run_shows_no_more_than_a_few(gate: Reading) -> None:
    """The rest is counted."""
    gate.told(*(said(f"SM{number}", "STOP", sender=f"+120255501{number:02}") for number in range(MOST_EXAMPLES + 5)))
    walk = await gate.walk(Walk(SINCE, UNTIL, dry_run=True))
    assert (MOST_EXAMPLES, MOST_EXAMPLES + 5) == (len(walk.examples), walk.counts["stop"])


async def test_what_waits_is_settled_a_few_at_a_time(gate: Reading) -> None:
    """Each may ask the carrier; no step is long."""
    gate.told(*(refused(f"SM{n}", receiver=f"+1202555{1000 + n}") for n in range(SETTLED_A_STEP + 1)))
    walk = await gate.reading.step(Walk(SINCE, UNTIL))
    walk = await gate.reading.step(walk)
    assert (SETTLED_A_STEP, 1, False) == (gate.sql.head, len(walk.waiting), walk.done)
    assert (await gate.reading.step(walk)).done


async def test_how_far_a_walk_is(gate: Reading) -> None:
    """By the oldest message that was listed."""
    gate.messages.size = 1
    gate.told(said("SM1", "hello", AT), said("SM2", "hello", AT - HOUR))
    first = await gate.reading.step(Walk(SINCE, UNTIL))
    second = await gate.reading.step(first)
    assert [(AT, 1, False), (AT - HOUR, 2, True)] == [(one.reached, one.listed, one.done) for one in (first, second)]


async def test_a_failing_page_leaves_the_walk_where_it_was(gate: Reading) -> None:
    """What was done on it is found done when it is read again."""
    gate.told(said("SM1", "STOP", AT), said("SM2", "START", AT + HOUR), said("SM3", "STOP", AT + 2 * HOUR))
    gate.messages.errors = [CarrierUnreachableError("no answer")]
    walk = Walk(SINCE, UNTIL)
    with pytest.raises(CarrierUnreachableError):
        await gate.reading.step(walk)
    gate.sql_trouble.fails.add("opt_outs_of")
    after_page = await gate.reading.step(walk)
    with pytest.raises(LedgerUnavailableError):
        await gate.reading.step(after_page)
    gate.sql_trouble.fails.clear()
    assert (Walk(SINCE, UNTIL), 1) == (walk, len(after_page.waiting))
    done = await gate.walk(walk)
    assert (True, {"SM1.acme", "SM2.acme", "SM3.acme"}, True) == (
        done.done,
        set(gate.sql.rows),
        await gate.is_suppressed(),
    )


async def test_what_cannot_be_kept_stops_the_walk(gate: Reading) -> None:
    """The same message comes again once the journal can be written."""
    gate.journal.broken = True
    gate.told(said("SM1", "STOP"))
    with pytest.raises(JournalUnavailableError):
        await gate.walk()
    assert {} == gate.inbox.noted
