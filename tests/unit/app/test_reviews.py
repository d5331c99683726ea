"""A reply of which the gate is unsure: on record before it is acknowledged, decided once, by the first who does."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from dialgate.app.errors import (
    ConflictError,
    JournalUnavailableError,
    LedgerUnavailableError,
    NotFoundError,
)
from dialgate.app.records import Kind
from dialgate.app.reviews import MOST_CHARS, Doubt, Reviewing, Verdict, review_of, review_record
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import Lift, OptOut, Source
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import NUMBER, SENDER, OneGate, opt_out
from tests.fakes.reviews import Backwards, MemoryReviews

DOUBT = Doubt("SM1", NUMBER, SENDER, "not for me", "en", "model", 0.7, AT)
ID = "SM1.acme"


class Inside(OneGate):
    def __init__(self) -> None:
        super().__init__()
        self.reviews = MemoryReviews(self.sql, self.sql_trouble)
        self.reviewing = Reviewing(
            reviews=self.reviews,
            opting_out=self.opting_out,
            ledger=self.ledger,
            journal=self.journal,
            clock=self.clock,
            sealed=Backwards(),
        )

    async def asked(self, *, held: bool = True) -> None:
        await self.reviewing.ask(DOUBT, "acme", held=held)
        await self.journal.shipped()

    async def decide(self, verdict: Verdict, by: str = "SK1", tenant: str = "acme") -> str:
        return (await self.reviewing.decide(ID, tenant, verdict, by)).review.decided_by

    def opted_out(self) -> list[str]:
        return sorted(self.sql.opted_out(self.sql.head))


@pytest.fixture
def gate() -> Inside:
    return Inside()


# ------------------------------------------------------------------------------------------ asked


async def test_what_holds_meanwhile_is_in_force(gate: Inside) -> None:
    """The opt-out comes first, with what it was understood by, never with what was written."""
    assert await gate.reviewing.ask(DOUBT, "acme", held=True)
    expected = OptOut(
        id=OptOutId(ID),
        number=NUMBER,
        scope=Scope("acme"),
        source=Source.SMS,
        actor="carrier",
        occurred_at=AT,
        recorded_at=AT,
        note="review: model",
        evidence="SM1",
    )
    assert expected == gate.sql.rows[ID].what
    assert [Kind.OPT_OUT, Kind.REVIEW] == [record.kind for record in gate.journal.records]


async def test_the_review_holds_what_was_written_encrypted(gate: Inside) -> None:
    """Whoever reads the journal or the table without the keys reads nothing of it."""
    await gate.asked()
    review = await gate.reviews.get(ID)
    assert review is not None
    assert (Backwards().seal(DOUBT.text), DOUBT.text, True) == (
        review.sealed_text,
        gate.reviewing.text(review),
        review.held,
    )
    assert DOUBT.text not in str([record.body for record in gate.journal.records])
    assert review == review_of(review_record(review))


async def test_where_the_tenant_waits_nothing_holds(gate: Inside) -> None:
    """There is a review and no opt-out."""
    await gate.asked(held=False)
    assert ([], 1) == (gate.opted_out(), len((await gate.reviews.listing("acme", 10)).items))


async def test_without_sql_neither_is_lost(gate: Inside) -> None:
    """Both are in the journal and reach SQL later; the opt-out is in force at once."""
    gate.sql_trouble.down = True
    assert await gate.reviewing.ask(DOUBT, "acme", held=True)
    gate.sql_trouble.down = False
    await gate.journal.shipped()
    assert ([ID], True) == (gate.opted_out(), await gate.reviews.get(ID) is not None)


async def test_without_a_journal_nothing_is_acknowledged(gate: Inside) -> None:
    """Not even where nothing holds meanwhile: the carrier comes again."""
    gate.journal.broken = True
    for held in (True, False):
        with pytest.raises(JournalUnavailableError):
            await gate.reviewing.ask(DOUBT, "acme", held=held)


async def test_asking_again_changes_nothing(gate: Inside) -> None:
    """The same message is the same review, even one that was decided."""
    await gate.asked()
    await gate.decide(Verdict.STOP)
    await gate.asked()
    review = await gate.reviews.get(ID)
    assert (1, "stop") == (gate.sql.head, review.verdict if review else "")


@pytest.mark.parametrize("text", ["\ud800", "x" * 10_000, "", "\x00\u202e"])
async def test_any_text_is_kept(gate: Inside, text: str) -> None:
    """What no encoding can hold, and what is longer than any message, is cut or replaced."""
    await gate.reviewing.ask(replace(DOUBT, text=text), "acme", held=False)
    (record,) = gate.journal.of(Kind.REVIEW)
    assert len(record.body["text"].encode()) <= MOST_CHARS


# ------------------------------------------------------------------------------------------ decided


async def test_a_stop_that_holds_already_stays(gate: Inside) -> None:
    """Nothing is recorded twice."""
    await gate.asked()
    assert "SK1" == await gate.decide(Verdict.STOP)
    assert ([ID], 1) == (gate.opted_out(), gate.sql.head)


async def test_a_stop_that_was_waited_for_is_recorded(gate: Inside) -> None:
    """By the key that decided, from then on in force."""
    await gate.asked(held=False)
    await gate.decide(Verdict.STOP)
    what = gate.sql.rows[ID].what
    assert isinstance(what, OptOut)
    assert ("SK1", AT, "SM1", {ID}) == (what.actor, what.occurred_at, what.evidence, set(gate.opted_out()))


async def test_none_lifts_this_opt_out_and_no_other(gate: Inside) -> None:
    """What the person said besides stays."""
    await gate.asked()
    await gate.ledger.record_opt_out(opt_out("stop-2"))
    await gate.decide(Verdict.NONE)
    lift = gate.sql.rows[f"{ID}.review"].what
    assert isinstance(lift, Lift)
    assert ((ID,), Source.SMS, "SK1", "review", "SM1") == (
        lift.names,
        lift.source,
        lift.actor,
        lift.note,
        lift.evidence,
    )
    assert ["stop-2"] == gate.opted_out()


async def test_none_where_nothing_held_lifts_nothing(gate: Inside) -> None:
    """There is nothing to take back."""
    await gate.asked(held=False)
    await gate.decide(Verdict.NONE)
    assert 0 == gate.sql.head


async def test_the_same_verdict_again_changes_nothing(gate: Inside) -> None:
    """Who decided first stays on record."""
    await gate.asked()
    assert ["SK1", "SK1"] == [await gate.decide(Verdict.NONE, by) for by in ("SK1", "SK2")]
    assert 2 == gate.sql.head


async def test_another_verdict_afterwards_is_told_so(gate: Inside) -> None:
    """The first stands, and nothing of the second happens."""
    await gate.asked(held=False)
    await gate.decide(Verdict.NONE)
    with pytest.raises(ConflictError, match="none"):
        await gate.decide(Verdict.STOP, "SK2")
    assert [] == gate.opted_out()


@pytest.mark.parametrize("held", [True, False])
async def test_of_two_at_once_the_first_wins(gate: Inside, *, held: bool) -> None:
    """The other is told, and what it has begun is taken back where the verdict is none."""
    await gate.asked(held=held)
    said = await asyncio.gather(gate.decide(Verdict.STOP), gate.decide(Verdict.NONE, "SK2"), return_exceptions=True)
    review = await gate.reviews.get(ID)
    assert review is not None
    assert 1 == sum(isinstance(one, ConflictError) for one in said)
    assert ([ID] if review.verdict == "stop" else []) == gate.opted_out()


async def test_a_stop_that_lost_leaves_no_opt_out(gate: Inside) -> None:
    """Somebody has decided otherwise while its opt-out was being recorded."""
    await gate.asked(held=False)

    def other() -> None:
        gate.reviews.decided[ID] = replace(
            review_of(gate.journal.of(Kind.REVIEW)[0]), verdict="none", decided_by="SK2", decided_at=AT
        )

    gate.sql_trouble.before["decide"] = other
    with pytest.raises(ConflictError):
        await gate.decide(Verdict.STOP)
    assert [] == gate.opted_out()


async def test_what_fails_in_between_leaves_the_number_suppressed(gate: Inside) -> None:
    """And is completed by the same verdict again."""
    await gate.asked()
    gate.sql_trouble.fails.add("record_lift")
    with pytest.raises(LedgerUnavailableError):
        await gate.decide(Verdict.NONE)
    assert [ID] == gate.opted_out()
    gate.sql_trouble.fails.clear()
    await gate.decide(Verdict.NONE)
    assert [] == gate.opted_out()


async def test_a_verdict_stop_never_stands_without_its_opt_out(gate: Inside) -> None:
    """While the opt-out cannot be recorded there is no verdict."""
    await gate.asked(held=False)
    gate.journal.broken = True
    with pytest.raises(JournalUnavailableError):
        await gate.decide(Verdict.STOP)
    review = await gate.reviews.get(ID)
    assert review is not None
    assert "" == review.verdict


async def test_durable_alone_is_said(gate: Inside) -> None:
    """While the store does not answer, the decision stands and is not yet in force."""
    await gate.asked(held=False)
    gate.store_trouble.down = True
    decided = await gate.reviewing.decide(ID, "", Verdict.STOP, "SK1")
    assert (False, "stop") == (decided.in_force, decided.review.verdict)


@pytest.mark.parametrize(("review_id", "tenant"), [("SM9.acme", "acme"), (ID, "other")])
async def test_nobody_decides_what_is_not_theirs(gate: Inside, review_id: str, tenant: str) -> None:
    """A review of another tenant is as unknown as one that does not exist."""
    await gate.asked()
    with pytest.raises(NotFoundError):
        await gate.reviewing.decide(review_id, tenant, Verdict.STOP, "SK1")
