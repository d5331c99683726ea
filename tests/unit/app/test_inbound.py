"""An inbound message: acted upon in every tenant it belongs to, and answered with no more than is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.errors import JournalUnavailableError, LedgerUnavailableError
from dialgate.app.inbound import InboundAnswer, InboundMessage
from dialgate.domain.decision import Decision
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.scope import Scope
from tests.fakes.heard import STOP, UNSURE, Inside, caller
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import FACTS, NUMBER, SENDER, attempt

SERVICE = "MG" + "0" * 32


@pytest.fixture
async def gate() -> Inside:
    gate = Inside()
    await gate.directory.refresh()
    return gate


def everything(*tenants: str) -> set[str]:
    return {Scope(tenant).name for tenant in tenants}


# ------------------------------------------------------------------------------------------ STOP


async def test_a_stop_is_in_force_and_confirmed(gate: Inside) -> None:
    """The next attempt is refused, and the person is told so."""
    answer = await gate.receive(STOP)
    assert ("stop", ("acme",), True, True, True) == (
        answer.intent,
        answer.tenants,
        answer.owned,
        answer.in_force,
        "acme" in answer.text,
    )
    assert isinstance(await gate.admission.admit(attempt(), FACTS), Decision)


async def test_a_stop_is_on_record_with_its_message(gate: Inside) -> None:
    """The ledger says who said it, by which message, and that it covers everything of the tenant."""
    await gate.receive(STOP)
    expected = OptOut(
        id=OptOutId("SM1.acme"),
        number=NUMBER,
        scope=Scope("acme"),
        source=Source.SMS,
        actor="carrier",
        occurred_at=AT,
        recorded_at=AT,
        note="keyword: STOP",
        evidence="SM1",
    )
    assert expected == gate.sql.rows["SM1.acme"].what


async def test_a_replay_does_nothing(gate: Inside) -> None:
    """The same message again is answered with nothing and changes nothing."""
    await gate.receive(STOP)
    assert InboundAnswer("stop", replay=True) == await gate.receive(STOP)
    assert 1 == gate.sql.head


async def test_a_stop_that_is_not_in_force_confirms_nothing(gate: Inside) -> None:
    """Durable only: the person hears nothing that is not true yet."""
    gate.store_trouble.down = True
    answer = await gate.receive(STOP)
    assert ("", False, 1) == (answer.text, answer.in_force, gate.sql.head)


async def test_a_stop_that_cannot_be_kept_is_not_taken_in(gate: Inside) -> None:
    """Without a journal nothing is acknowledged, and the carrier may come again with the same message."""
    gate.journal.broken = True
    with pytest.raises(JournalUnavailableError):
        await gate.receive(STOP)
    gate.journal.broken = False
    assert (await gate.receive(STOP)).in_force


async def test_a_stop_without_sql_is_taken_in(gate: Inside) -> None:
    """SQL down keeps no opt-out out: journal and index hold it, and it is shipped later."""
    gate.sql_down()
    answer = await gate.receive(STOP)
    assert (True, everything("acme")) == (answer.in_force, gate.suppressed())
    gate.sql_down(down=False)
    await gate.journal.shipped()
    assert ["SM1.acme"] == list(gate.sql.rows)


async def test_a_stop_that_comes_twice_without_sql_is_one(gate: Inside) -> None:
    """Its id follows from the message, so taking it in once more changes nothing."""
    gate.sql_down()
    assert [True, True] == [(await gate.receive(STOP)).in_force for _ in range(2)]
    gate.sql_down(down=False)
    await gate.journal.shipped()
    assert 1 == gate.sql.head


async def test_a_stop_counts_for_each_owner_of_the_sender(gate: Inside) -> None:
    """A sender that two tenants share carries the opt-out to both."""
    gate.callers.give(SENDER, (*caller("acme"), *caller("other")))
    await gate.directory.refresh()
    answer = await gate.receive(STOP)
    assert (("acme", "other"), everything("acme", "other")) == (answer.tenants, gate.suppressed())


async def test_a_stop_in_force_for_some_only_is_not_confirmed(gate: Inside) -> None:
    """One tenant of several that is not in force yet keeps the confirmation back."""
    gate.callers.give(SENDER, (*caller("acme"), *caller("other")))
    await gate.directory.refresh()
    gate.store_trouble.after["suppress"] = lambda: gate.store_trouble.fails.add("suppress")
    answer = await gate.receive(STOP)
    assert ("", False) == (answer.text, answer.in_force)


async def test_a_stop_to_a_sender_that_nobody_owns_counts_for_all(gate: Inside) -> None:
    """A refusal is not lost because a sender was never entered; somebody is told to look."""
    answer = await gate.receive(replace(STOP, receiver="+12025550177"))
    assert (False, everything("acme", "other")) == (answer.owned, gate.suppressed())


async def test_the_messaging_service_tells_the_tenant(gate: Inside) -> None:
    """Where the receiving number is not entered, its service is."""
    gate.callers.give(SERVICE, caller("other", SERVICE))
    await gate.directory.refresh()
    answer = await gate.receive(replace(STOP, receiver="+12025550177", messaging_service=SERVICE))
    assert (True, ("other",)) == (answer.owned, answer.tenants)


async def test_a_sender_is_found_under_any_scheme(gate: Inside) -> None:
    """A WhatsApp message to the number of a tenant is a message to that tenant."""
    message = replace(STOP, sender=f"whatsapp:{NUMBER}", receiver=f"whatsapp:{SENDER}")
    answer = await gate.receive(message)
    assert (True, ("acme",), everything("acme")) == (answer.owned, answer.tenants, gate.suppressed())


async def test_a_sender_that_was_just_entered_is_looked_for_once_more(gate: Inside) -> None:
    """A tenant that is too new for this gate's copy does not lose its first opt-out."""
    gate.callers.give("+12025550177", caller("newcomer", "+12025550177"))
    answer = await gate.receive(replace(STOP, receiver="+12025550177"))
    assert (True, everything("newcomer")) == (answer.owned, gate.suppressed())


async def test_where_there_is_no_tenant_nothing_is_confirmed(gate: Inside) -> None:
    """An opt-out that could be put on record nowhere is not said to be in force."""
    gate.callers.tenants.clear()
    gate.callers.give(SENDER, ())
    await gate.directory.refresh()
    answer = await gate.receive(STOP)
    assert ("", (), 0) == (answer.text, answer.tenants, gate.sql.head)


# ------------------------------------------------------------------------------------------ START, HELP, anything else


async def stopped(gate: Inside) -> InboundMessage:
    gate.carrier.dates = {"SM1": AT, "SM2": AT + timedelta(seconds=60)}
    await gate.receive(STOP)
    return replace(STOP, message_sid="SM2", body="START")


async def test_a_later_start_lifts_and_says_so(gate: Inside) -> None:
    """The person's own later word takes the opt-out back, and is confirmed."""
    answer = await gate.receive(await stopped(gate))
    assert ("start", True, {}) == (answer.intent, bool(answer.text), gate.sql.opted_out(gate.sql.head))


async def test_a_start_that_lifts_nothing_is_not_confirmed(gate: Inside) -> None:
    """On a tie the opt-out stands, and nobody is told otherwise; the message is on record."""
    start = await stopped(gate)
    gate.carrier.dates["SM2"] = AT
    answer = await gate.receive(start)
    assert ("", ["SM1", "SM2"], 1) == (answer.text, list(gate.inbox.noted), gate.sql.head)


async def test_a_start_without_sql_waits(gate: Inside) -> None:
    """Nothing is acknowledged, so that the carrier comes again."""
    start = await stopped(gate)
    gate.sql_down()
    with pytest.raises(LedgerUnavailableError):
        await gate.receive(start)


async def test_a_start_to_a_shared_sender_lifts_for_each(gate: Inside) -> None:
    """What was said to both is taken back from both."""
    gate.callers.give(SENDER, (*caller("acme"), *caller("other")))
    await gate.directory.refresh()
    await gate.receive(await stopped(gate))
    assert {} == gate.sql.opted_out(gate.sql.head)


async def test_a_start_to_a_sender_that_nobody_owns_lifts_nothing(gate: Inside) -> None:
    """Nobody knows to whom it was said; a STOP to the tenant's own sender stands, and nothing is confirmed."""
    start = await stopped(gate)
    answer = await gate.receive(replace(start, receiver="+14155550199"))
    assert ("start", False, "", {"SM1.acme"}) == (
        answer.intent,
        answer.owned,
        answer.text,
        set(gate.sql.opted_out(gate.sql.head)),
    )


async def test_help_is_answered_and_changes_nothing(gate: Inside) -> None:
    """Whoever asks for help gets it."""
    answer = await gate.receive(replace(STOP, body="HELP"))
    assert ("help", True, set()) == (answer.intent, bool(answer.text), gate.suppressed())


async def test_talk_is_left_alone(gate: Inside) -> None:
    """A message that is no keyword as a whole opts nobody out and is answered by its tenant, not by the gate."""
    answer = await gate.receive(replace(STOP, body="Please stop by at noon"))
    assert ("none", "", ("acme",), set()) == (answer.intent, answer.text, answer.tenants, gate.suppressed())


@pytest.mark.parametrize("body", ["STOP", "START"])
async def test_a_sender_that_is_no_number_changes_nothing(gate: Inside, body: str) -> None:
    """What cannot be called needs no opt-out, and is told of none."""
    answer = await gate.receive(replace(STOP, sender="ACME", body=body))
    assert ("", set()) == (answer.text, gate.suppressed())


# ------------------------------------------------------------------------------------------ sentences


async def test_a_sentence_stops_as_a_word_does(gate: Inside) -> None:
    """On record with the rule that understood it, never with what was written."""
    body = "please stop calling and texting me, thanks"
    answer = await gate.receive(replace(STOP, body=body))
    assert ("stop", "phrase", True, False) == (answer.intent, answer.by, bool(answer.text), answer.for_tenant)
    what = gate.sql.rows["SM1.acme"].what
    assert isinstance(what, OptOut)
    assert (True, Scope("acme")) == (what.note.startswith("phrase: "), what.scope)
    assert body not in str(gate.journal.records)


async def test_a_refusal_of_a_part_is_of_that_part(gate: Inside) -> None:
    """Under an id of its own, and not confirmed in words that speak of everything."""
    answer = await gate.receive(replace(STOP, body="texts are fine, just don't call"))
    assert ("", True, {Scope("acme", channel="voice").name}) == (answer.text, answer.in_force, gate.suppressed())
    assert ["SM1.acme/voice/*/*"] == list(gate.sql.rows)


async def test_who_keeps_reminders_refuses_all_that_is_none(gate: Inside) -> None:
    """Each in a row of its own; a replay makes no more of them."""
    body = "keep the appointment reminders but no more ads please"
    for _ in range(2):
        assert (await gate.receive(replace(STOP, body=body))).in_force
        gate.inbox.noted.clear()
    wanted = {f"SM1.acme/*/{purpose}/*" for purpose in ("marketing", "survey", "collection")}
    assert (wanted, 3) == (set(gate.sql.rows), gate.sql.head)


async def test_a_sentence_takes_an_opt_out_back(gate: Inside) -> None:
    """Only of somebody who has opted out; for anybody else it is talk."""
    gate.carrier.dates = {"SM1": AT, "SM2": AT + timedelta(seconds=60)}
    begin = replace(STOP, message_sid="SM2", body="you can text me again")
    assert "none" == (await gate.receive(replace(begin, message_sid="SM0"))).intent
    await gate.receive(STOP)
    assert ("start", {}) == ((await gate.receive(begin)).intent, gate.sql.opted_out(gate.sql.head))


async def test_a_word_of_the_tenant_counts_for_the_tenant(gate: Inside) -> None:
    """And for nobody else."""
    await gate.give_replies("other", words={"stop": ["zap it"]})
    assert "none" == (await gate.receive(replace(STOP, body="zap it"))).intent
    await gate.give_replies(words={"stop": ["zap it"]})
    assert "stop" == (await gate.receive(replace(STOP, message_sid="SM2", body="Zap it!"))).intent


# ------------------------------------------------------------------------------------------ what is unsure


async def test_what_is_unsure_holds_and_a_person_is_asked(gate: Inside) -> None:
    """Nobody is told anything, and the tenant hears what was written."""
    answer = await gate.receive(UNSURE)
    assert ("stop", "", True, True, True) == (
        answer.intent,
        answer.text,
        answer.in_force,
        answer.review,
        answer.for_tenant,
    )
    assert everything("acme") == gate.suppressed()
    await gate.journal.shipped()
    (review,) = (await gate.reviews.listing("acme", 10)).items
    assert (("SM1.acme", NUMBER, SENDER, True, UNSURE.body)) == (
        review.id,
        review.number,
        review.receiver,
        review.held,
        gate.reviewing.text(review),
    )


async def test_where_the_tenant_waits_nothing_holds(gate: Inside) -> None:
    """A person is asked all the same."""
    await gate.give_replies(unsure="wait")
    answer = await gate.receive(UNSURE)
    await gate.journal.shipped()
    assert (True, set(), 1) == (answer.review, gate.suppressed(), len((await gate.reviews.listing("acme", 10)).items))


async def test_the_verdict_of_the_carrier_leaves_nothing_unsure(gate: Inside) -> None:
    """Its STOP is a refusal."""
    answer = await gate.receive(replace(UNSURE, opt_out_type="STOP"))
    assert (False, everything("acme")) == (answer.review, gate.suppressed())


async def test_each_owner_of_the_sender_decides_for_itself(gate: Inside) -> None:
    """One waits, the other does not."""
    gate.callers.give(SENDER, (*caller("acme"), *caller("other")))
    await gate.give_replies(unsure="wait")
    await gate.receive(UNSURE)
    await gate.journal.shipped()
    reviews = (await gate.reviews.listing("", 10)).items
    assert ({"acme": False, "other": True}, everything("other")) == (
        {one.tenant: one.held for one in reviews},
        gate.suppressed(),
    )


async def test_what_is_unsure_without_sql_is_taken_in(gate: Inside) -> None:
    """The journal holds both, and what comes again changes nothing."""
    gate.sql_down()
    assert [True, True] == [(await gate.receive(UNSURE)).in_force for _ in range(2)]
    gate.sql_down(down=False)
    await gate.journal.shipped()
    assert (["SM1.acme"], 1) == (list(gate.sql.rows), len((await gate.reviews.listing("acme", 10)).items))


async def test_what_is_unsure_and_cannot_be_kept_is_not_taken_in(gate: Inside) -> None:
    """The carrier comes again."""
    gate.journal.broken = True
    with pytest.raises(JournalUnavailableError):
        await gate.receive(UNSURE)


def test_only_what_is_new_owned_and_no_keyword_is_the_tenants() -> None:
    """A message for everybody is nobody's conversation; and to whoever may have refused nobody writes before that is in
    force.
    """
    answers = [
        InboundAnswer("none"),
        InboundAnswer("stop", review=True),
        InboundAnswer("stop", review=True, in_force=False),
        InboundAnswer("none", owned=False),
        InboundAnswer("none", replay=True),
        *(InboundAnswer(intent) for intent in ("stop", "start", "help")),
    ]
    assert [True, True, False, False, False, False, False, False] == [one.for_tenant for one in answers]


# ------------------------------------------------------------------------------- read back from the carrier


async def test_what_was_read_back_counts_from_when_it_was_said(gate: Inside) -> None:
    """The webhook never came: the opt-out is the same, older, and nobody is answered."""
    said_at = AT - timedelta(hours=1)
    answer = await gate.receiving.receive(STOP, said_at=said_at)
    recorded = gate.sql.rows["SM1.acme"].what
    assert ("stop", "", ("acme",), said_at) == (
        answer.intent,
        answer.text,
        answer.tenants,
        getattr(recorded, "occurred_at", None),
    )
    assert InboundAnswer("stop", replay=True) == await gate.receive(STOP)


async def test_what_was_read_back_is_dealt_with_for_later_owners_too(gate: Inside) -> None:
    """A tenant that owns the sender since has its opt-out as well; for the first nothing changes."""
    await gate.receive(STOP)
    gate.callers.give(SENDER, (*caller("acme"), *caller("other")))
    await gate.directory.refresh()
    assert ("other",) == (await gate.receiving.receive(STOP, said_at=AT)).tenants
    assert {"SM1.acme", "SM1.other"} == gate.sql.rows.keys()
    assert (await gate.receiving.receive(STOP, said_at=AT)).replay


async def test_a_look_does_nothing(gate: Inside) -> None:
    """It says what would be done, for whom, and whether it was done already."""
    expected = InboundAnswer("stop", tenants=("acme",))
    assert (expected, expected) == (await gate.receiving.look(STOP), await gate.receiving.look(STOP))
    assert (0, {}) == (gate.sql.head, gate.inbox.noted)
    await gate.receive(STOP)
    assert (await gate.receiving.look(STOP)).replay
