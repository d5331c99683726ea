"""Who is answered, with what, and how often: once a day, and never with more than is true."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from dialgate.app.confirming import ONCE_S, Confirming
from dialgate.app.queries import CarrierKeywords
from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import Understanding
from tests.fakes.heard import STOP, Inside, caller
from tests.fakes.one_gate import NUMBER, SENDER
from tests.model.in_memory import InMemoryGuardStore

OWNER = caller("acme")
REFUSAL = Understanding(Intent.STOP, "en")


@pytest.fixture
async def gate() -> Inside:
    gate = Inside()
    await gate.directory.refresh()
    return gate


@pytest.fixture
def confirming(gate: Inside) -> Confirming:
    return Confirming(gate.wordings, gate.directory, gate.store)


async def test_a_person_is_answered_once_a_day(gate: Inside, confirming: Confirming) -> None:
    """A second refusal within the day is silent, one of the next day is not."""
    said = [await confirming.text(STOP, REFUSAL, OWNER) for _ in range(2)]
    gate.pass_s(ONCE_S)
    said.append(await confirming.text(STOP, REFUSAL, OWNER))
    assert [True, False, True] == [bool(one) for one in said]


async def test_who_came_back_is_answered_anew(gate: Inside, confirming: Confirming) -> None:
    """A refusal after an opt-in is a new one; with the store away nothing is forgotten, and nothing fails."""
    said = [await confirming.text(STOP, REFUSAL, OWNER)]
    await confirming.came_back(STOP)
    said += [await confirming.text(STOP, REFUSAL, OWNER) for _ in range(2)]
    gate.store_trouble.down = True
    await confirming.came_back(STOP)
    assert [True, True, False] == [bool(one) for one in said]


async def test_each_person_sender_and_kind_has_an_answer_of_its_own(confirming: Confirming) -> None:
    """Help is given on the day of a refusal, and another sender confirms for itself."""
    said = [
        await confirming.text(message, Understanding(intent, "en"), OWNER)
        for message, intent in (
            (STOP, Intent.STOP),
            (STOP, Intent.HELP),
            (replace(STOP, sender="+12025550188"), Intent.STOP),
            (replace(STOP, receiver="+12025550177"), Intent.STOP),
        )
    ]
    assert all(said)


async def test_two_gates_at_once_answer_once(gate: Inside) -> None:
    """Whichever of them hears what: the store gives the answer to one."""
    gates = [
        Confirming(gate.wordings, gate.directory, InMemoryGuardStore(lambda: gate.server, turn=gate.store_trouble))
        for _ in range(2)
    ]
    said = await asyncio.gather(*(one.text(STOP, REFUSAL, OWNER) for one in gates * 10))
    assert 1 == sum(bool(text) for text in said)


async def test_where_nobody_knows_nothing_is_said(gate: Inside, confirming: Confirming) -> None:
    """A confirmation too few does less harm than one too many."""
    gate.store_trouble.down = True
    assert "" == await confirming.text(STOP, REFUSAL, OWNER)


@pytest.mark.parametrize(
    ("mode", "body", "opt_out_type", "expected"),
    [
        (CarrierKeywords.DEFAULT, "STOP", "", False),
        (CarrierKeywords.DEFAULT, "退订", "", True),
        (CarrierKeywords.ADVANCED, "STOP", "STOP", False),
        (CarrierKeywords.ADVANCED, "STOP", "", True),
        (CarrierKeywords.NONE, "STOP", "", True),
    ],
)
async def test_what_the_carrier_has_answered_is_not_answered_twice(
    confirming: Confirming, mode: CarrierKeywords, body: str, opt_out_type: str, *, expected: bool
) -> None:
    """And it takes no answer away: a word that the gate must answer on the same day is answered."""
    message = replace(STOP, body=body, opt_out_type=opt_out_type)
    assert expected is bool(await confirming.text(message, REFUSAL, caller("acme", mode=mode)))
    assert expected is not bool(await confirming.text(replace(STOP, body="TD"), REFUSAL, OWNER))


async def test_a_toll_free_network_answers_for_itself(confirming: Confirming) -> None:
    """STOP to a toll-free number has its confirmation from the network, whatever the sender's mode."""
    toll_free = "+18005550100"
    said = await confirming.text(replace(STOP, receiver=toll_free), REFUSAL, caller("acme", toll_free))
    assert "" == said


@pytest.mark.parametrize(
    "part", [replace(REFUSAL, channel="voice"), replace(REFUSAL, purpose="marketing"), replace(REFUSAL, campaign=True)]
)
async def test_a_refusal_of_a_part_is_not_said_to_be_one_of_all(confirming: Confirming, part: Understanding) -> None:
    """Nothing is confirmed that is not so."""
    assert "" == await confirming.text(STOP, part, OWNER)


async def test_the_tenant_speaks_in_its_own_words(gate: Inside, confirming: Confirming) -> None:
    """In the language of the message, under the name that people know; help with how to be reached."""
    await gate.give_replies(
        name="Acme Bank", contact="+1 202 555 0100", texts={"zh-Hans": {"stop": "{sender_name}：好的，再见。"}}
    )
    said = [
        await confirming.text(STOP, Understanding(intent, language), OWNER)
        for intent, language in ((Intent.STOP, "zh-Hans"), (Intent.HELP, "es"))
    ]
    assert "Acme Bank：好的，再见。" == said[0]
    assert (True, True) == ("Acme Bank" in said[1], said[1].endswith("+1 202 555 0100"))


async def test_a_shared_sender_speaks_in_its_own_name(gate: Inside, confirming: Confirming) -> None:
    """No tenant is named to the people of another."""
    await gate.give_replies(name="Acme Bank")
    said = await confirming.text(STOP, REFUSAL, (*OWNER, *caller("other")))
    assert (True, False) == (SENDER in said, "Acme Bank" in said)


async def test_no_number_is_kept_with_the_answer(gate: Inside, confirming: Confirming) -> None:
    """The store's own naming hides it: the port is given the name, the store a hash of it."""
    await confirming.text(STOP, REFUSAL, OWNER)
    assert [f"stop {SENDER} {NUMBER}"] == list(gate.server.content.taken)
