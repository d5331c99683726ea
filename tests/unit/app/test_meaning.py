"""What a message means to a tenant: with its words, with what the person said before, and how much it covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.meaning import Meanings
from dialgate.domain.numbers import Number, parse
from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import Understanding
from dialgate.domain.scope import ALL, Scope
from tests.decision_records import NOON, allowed, attempt
from tests.fakes.heard import STOP, Inside
from tests.fakes.one_gate import NUMBER, SENDER, opt_out

LATER = NOON + timedelta(hours=1)
AGAIN = replace(STOP, body="you can text me again")


@pytest.fixture
async def gate() -> Inside:
    gate = Inside()
    await gate.directory.refresh()
    return gate


@pytest.fixture
def meanings(gate: Inside) -> Meanings:
    return Meanings(gate.wordings, gate.directory, gate.ledger, gate.listed)


def person() -> Number:
    found = parse(NUMBER, None)
    assert isinstance(found, Number)
    return found


async def test_the_ledger_is_asked_only_where_it_matters(gate: Inside, meanings: Meanings) -> None:
    """Talk and words are understood without it."""
    for body in ("hello there", "STOP", "START", "please stop calling me"):
        await meanings.of(replace(STOP, body=body), person(), ("acme",))
    assert "opt_outs_of" not in gate.sql_trouble.asked


async def test_who_has_opted_out_may_come_back_in_a_sentence(gate: Inside, meanings: Meanings) -> None:
    """Of a tenant that they have refused, and of no other."""
    said = [(await meanings.of(AGAIN, person(), ("acme",))).intent]
    await gate.ledger.record_opt_out(opt_out())
    said += [(await meanings.of(AGAIN, person(), owners)).intent for owners in (("acme",), ("other",), ())]
    assert [Intent.NONE, Intent.START, Intent.NONE, Intent.NONE] == said


async def test_whether_it_is_a_start_waits_for_sql(gate: Inside, meanings: Meanings) -> None:
    """The carrier comes again, rather than somebody being left out."""
    gate.sql_trouble.down = True
    with pytest.raises(LedgerUnavailableError):
        await meanings.of(AGAIN, person(), ("acme",))


async def test_a_sender_that_is_no_number_starts_nothing(gate: Inside, meanings: Meanings) -> None:
    """Nothing can be suppressed there."""
    assert Intent.NONE is (await meanings.of(AGAIN, parse("ACME", None), ("acme",))).intent
    assert [] == gate.sql_trouble.asked


@pytest.mark.parametrize(
    ("understood", "expected"),
    [
        (Understanding(Intent.STOP), {Scope("acme")}),
        (Understanding(Intent.STOP, channel="voice"), {Scope("acme", channel="voice")}),
        (
            Understanding(Intent.STOP, purpose="marketing"),
            {Scope("acme", purpose=purpose) for purpose in ("marketing", "survey", "collection")},
        ),
    ],
)
async def test_a_refusal_covers_what_it_names(
    meanings: Meanings, understood: Understanding, expected: set[Scope]
) -> None:
    """Everything where it names nothing; where notices may go on, all that is none."""
    assert expected == set(await meanings.scopes(understood, "acme", STOP, NUMBER, LATER))


async def test_this_list_is_the_campaign_that_wrote_last(gate: Inside, meanings: Meanings) -> None:
    """From this sender to this person, before they said so; everything where that is not known."""
    understood = Understanding(Intent.STOP, campaign=True)
    scopes = [*await meanings.scopes(understood, "acme", STOP, NUMBER, LATER)]
    for seconds, campaign in enumerate(("spring", "autumn")):
        sent = attempt(NOON + timedelta(seconds=seconds), number=NUMBER, campaign=campaign)
        gate.sql.ship([allowed(sent.received_at, of=replace(sent, calling=SENDER))])
    scopes += await meanings.scopes(understood, "acme", STOP, NUMBER, LATER)
    scopes += await meanings.scopes(understood, "acme", STOP, NUMBER, NOON + timedelta(seconds=0.5))
    scopes += await meanings.scopes(understood, "acme", STOP, NUMBER, NOON - timedelta(hours=1))
    scopes += await meanings.scopes(understood, "acme", replace(STOP, receiver="+12025550177"), NUMBER, LATER)
    gate.sql_trouble.down = True
    scopes += await meanings.scopes(understood, "acme", STOP, NUMBER, LATER)
    assert [ALL, "autumn", "spring", ALL, ALL, ALL] == [scope.campaign for scope in scopes]


async def test_whether_the_tenant_waits(gate: Inside, meanings: Meanings) -> None:
    """One that said so; nobody else, known or not."""
    await gate.give_replies(unsure="wait")
    assert [True, False, False] == [meanings.waits(name) for name in ("acme", "other", "nobody")]


@pytest.mark.parametrize(
    "text",
    [
        "don't text me",
        "No thank you please don't text me again",
        "Text me no more",
        "You don't have my permission to text me anymore, stop",
        "why do you keep texting me after i said stop",
        "u keep texting me at midnight. remove me",
        "不要再给我发短信",
        "请不要再给我发短信了，谢谢",
        "别再给我打电话发短信了",
        "別再傳簡訊給我",
    ],
)
async def test_words_of_a_refusal_keep_nothing(meanings: Meanings, text: str) -> None:
    """Who refuses texts in so many words is not written to because the word "text" occurs."""
    meaning = await meanings.of(replace(STOP, body=text), person(), ("acme",))
    assert (Intent.STOP, (Scope("acme"),)) == (
        meaning.intent,
        await meanings.scopes(meaning, "acme", STOP, NUMBER, LATER),
    )
