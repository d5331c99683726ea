"""A person writes STOP in some language, and what happens next everywhere."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.waiting import until

CHINESE_WORDS = {"退订", "TD"}
SAID, SILENT = True, False
ATTEMPTS = 6
"""Of each channel, on a new connection each: both gates have most likely been asked."""


def from_china() -> str:
    return f"+86138{random.SystemRandom().randrange(10_000_000, 99_999_999)}"


async def refusals(dialer: Dialer, number: str) -> set[tuple[int, int, str]]:
    """What attempts meet on all gates. While the index follows another's lift, they come again."""

    async def met() -> set[tuple[int, int, str]]:
        heard = await asyncio.gather(*(ask(number) for ask in (dialer.call, dialer.text) for _ in range(ATTEMPTS)))
        return {one.refusal for one in heard} - {(429, 990402, "index_unverified")}

    return await until(met, "the index has followed", 10)


async def suppressed(dialer: Dialer, number: str) -> bool:
    query = {"tenant": dialer.tenant}
    return bool((await dialer.native("GET", f"numbers/{number}", params=query)).json["suppressed"])


async def opt_outs(dialer: Dialer, number: str) -> int:
    known = (await dialer.native("GET", f"numbers/{number}", params={"tenant": dialer.tenant})).json
    return len([event for event in known["history"] if event["kind"] == "opt_out"])


@pytest.mark.parametrize("words", ["STOP", "td", "退订", " Arrêt! ", "ＳＴＯＰ", "stop all", "baja"])
async def test_a_stop_is_in_force_for_the_next_attempt_everywhere(demo: Dialer, words: str) -> None:
    """Once the webhook is answered, no call and no message to that person goes out, from any gate."""
    number = "+33612" + demo.running.new_number()[-6:] if "Arr" in words else demo.running.new_number()
    number = "+34612" + number[-6:] if words == "baja" else number
    assert 201 == (await demo.text(number)).status
    answered = await demo.write(number, words)
    assert 200 == answered["status"]
    assert {(400, 21610, "suppressed"), (400, 990103, "suppressed")} == await refusals(demo, number)


@pytest.mark.parametrize("words", ["T", "R", "N", "退订", "TD"])
async def test_chinese_customs_hold_for_chinese_numbers(demo: Dialer, words: str) -> None:
    """A single letter is a refusal from +86, answered in Chinese, and nothing from elsewhere."""
    number, elsewhere = from_china(), demo.running.new_number()
    answered = await demo.write(number, words, keywords="none")
    assert (False, True) == (answered["body"].isascii(), await suppressed(demo, number))
    await demo.write(elsewhere, words, keywords="none")
    assert (words in CHINESE_WORDS) is await suppressed(demo, elsewhere)


@pytest.mark.parametrize("words", ["stop by tomorrow", "please call", "I got your TD letter", "", "yes", "STOPPed"])
async def test_other_words_are_no_refusal(demo: Dialer, words: str) -> None:
    """What a message asks for counts, never a word in it."""
    number = demo.running.new_number()
    answered = await demo.write(number, words, keywords="none")
    assert (200, False, False) == (answered["status"], "<Message>" in answered["body"], await suppressed(demo, number))


@pytest.mark.parametrize(
    ("mode", "words", "verdict", "spoken"),
    [
        ("default", "STOP", "", SILENT),
        ("default", "HELP", "", SILENT),
        ("default", "TD", "", SAID),
        ("default", "退订", "", SAID),
        ("none", "STOP", "", SAID),
        ("none", "HELP", "", SAID),
        ("advanced", "STOP", "STOP", SILENT),
        ("advanced", "TD", "STOP", SILENT),
        ("advanced", "STOP", "", SAID),
        ("none", "please remove me", "STOP", SAID),
    ],
)
async def test_the_person_is_answered_once(
    new_tenant: NewTenant,
    mode: str,
    words: str,
    verdict: str,
    spoken: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Where the carrier has answered already the gate records and stays silent; everywhere else it confirms."""
    dialer = await new_tenant(keywords=mode)
    number = dialer.running.new_number()
    given = {"opt_out_type": verdict} if verdict else {}
    answered = await dialer.write(number, words, keywords="default" if mode == "default" else "none", **given)
    assert (200, spoken) == (answered["status"], "<Message>" in answered["body"])
    assert (words != "HELP") is await suppressed(dialer, number)


async def test_a_message_to_a_sender_that_nobody_owns_counts_for_everybody(demo: Dialer, strict: Dialer) -> None:
    """A refusal that reached a number of nobody is one in every tenant."""
    number, stray = demo.running.new_number(), demo.running.new_number()
    answered = await Dialer(demo.running, demo.session, demo.account, demo.auth, stray).write(number, "TD")
    assert ({200}, [True, True]) == (
        {answered["status"]},
        [await suppressed(dialer, number) for dialer in (demo, strict)],
    )
    assert (400, 21610, "suppressed") == (await strict.text(number)).refusal


async def test_a_stop_counts_for_the_owner_of_the_sender_alone(demo: Dialer, strict: Dialer) -> None:
    """What a person says to one tenant is no refusal of another."""
    number = demo.running.new_number()
    await strict.write(number, "TD")
    assert [True, False] == [await suppressed(dialer, number) for dialer in (strict, demo)]
    assert 201 == (await demo.text(number)).status


async def test_the_same_message_again_does_nothing(demo: Dialer) -> None:
    """A repeated delivery is answered with nothing and recorded once."""
    number, sid = demo.running.new_number(), f"SM{random.SystemRandom().getrandbits(128):032x}"
    first = await demo.write(number, "TD", message_sid=sid)
    again = await demo.write(number, "TD", message_sid=sid)
    assert (True, False, 1) == (
        "<Message>" in first["body"],
        "<Message>" in again["body"],
        await opt_outs(demo, number),
    )


async def started(dialer: Dialer, stop_at: str, start_at: str, *, start: str = "START") -> tuple[str, str]:
    """The person, and the answer to their START."""
    number = dialer.running.new_number()
    await dialer.write(number, "TD", date_sent=stop_at)
    assert await suppressed(dialer, number)
    return number, (await dialer.write(number, start, date_sent=start_at))["body"]


@pytest.mark.parametrize("start_at", ["2026-03-02T03:00:00Z", "2026-03-02T02:59:59Z"], ids=["tie", "older"])
async def test_a_start_that_is_not_newer_lifts_nothing(demo: Dialer, start_at: str) -> None:
    """On a tie of the carrier's own times STOP wins, and an older START is no consent."""
    number, said = await started(demo, "2026-03-02T03:00:00Z", start_at)
    assert (False, True) == ("<Message>" in said, await suppressed(demo, number))
    assert (400, 21610, "suppressed") == (await demo.text(number)).refusal


async def test_a_newer_start_lifts_the_persons_own_stop_until_they_say_it_again(demo: Dialer) -> None:
    """Attempts go out again after a START by the carrier's later time; a STOP after it holds, and the old START that is
    delivered once more changes nothing.
    """
    number = demo.running.new_number()
    sid = f"SM{random.SystemRandom().getrandbits(128):032x}"
    await demo.write(number, "TD", date_sent="2026-03-02T03:00:00Z")
    await demo.write(number, "START", date_sent="2026-03-02T03:00:01Z", message_sid=sid)

    async def reached() -> bool:
        return (await demo.text(number)).status == 201

    assert await until(reached, "the START is in force", 10)
    await demo.write(number, "TD", date_sent="2026-03-02T03:00:02Z")
    await demo.write(number, "START", date_sent="2026-03-02T03:00:01Z", message_sid=sid)
    assert {(400, 21610, "suppressed"), (400, 990103, "suppressed")} == await refusals(demo, number)


@pytest.mark.parametrize("words", ["YES", "OK", "yes please"])
async def test_what_is_no_start_lifts_nothing(demo: Dialer, words: str) -> None:
    """YES never lifts an opt-out, whatever the carrier makes of it."""
    number, _ = await started(demo, "2026-03-02T03:00:00Z", "2026-03-02T03:00:09Z", start=words)
    assert {(400, 21610, "suppressed"), (400, 990103, "suppressed")} == await refusals(demo, number)


async def test_a_start_lifts_only_what_the_person_said_by_text(demo: Dialer) -> None:
    """An opt-out that an agent took down stays, however new the START is."""
    number = demo.running.new_number()
    told = await demo.native("POST", "opt-outs", params={"tenant": "demo"}, json={"to": number, "source": "agent"})
    assert 201 == told.status
    await demo.write(number, "START", date_sent="2036-01-01T00:00:00Z")
    assert {(400, 21610, "suppressed"), (400, 990103, "suppressed")} == await refusals(demo, number)


async def test_a_refusal_that_only_the_carrier_knew_is_one_from_then_on(demo: Dialer) -> None:
    """The carrier's own 21610 reaches the dialer as it is, and the gate refuses that person by itself afterwards."""
    number = demo.running.new_number()
    await demo.fault(number, "21610")
    first = await demo.text(number)
    assert (400, 21610) == (first.status, first.code)
    assert {(400, 21610, "suppressed"), (400, 990103, "suppressed")} == await refusals(demo, number)
    assert 1 == len(await demo.reached(number=number))
