"""The same request again, and answers of the carrier that do not say what happened."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.flows.asking import Dialer, Heard
from tests.waiting import until

TWICE = 2
UNKNOWN = (409, 990901, "outcome_unknown")


async def both(dialer: Dialer, number: str, body: str, *, key: str = "") -> tuple[Heard, Heard]:
    """The same bytes, one after the other."""
    headers = {"Idempotency-Key": key} if key else {}
    return await dialer.text(number, body, headers=headers), await dialer.text(number, body, headers=headers)


async def creates(dialer: Dialer, number: str) -> int:
    return len(await dialer.reached(number=number))


async def test_the_same_bytes_get_the_same_answer(demo: Dialer) -> None:
    """A byte-equal repeat within 10 s gets the first one's answer, decision and SID; one message is sent."""
    number = demo.running.new_number()
    first, again = await both(demo, number, "Hello")
    assert (201, 201) == (first.status, again.status)
    assert (first.json["sid"], first.decision, 1) == (again.json["sid"], again.decision, await creates(demo, number))


async def test_many_at_once_are_one(demo: Dialer) -> None:
    """Ten byte-equal requests at once, over both gates, are one message and one SID."""
    number = demo.running.new_number()
    heard = await asyncio.gather(*(demo.text(number, "Hello") for _ in range(10)))
    assert (1, Counter({201: 10}), 1) == (
        len({one.json["sid"] for one in heard}),
        Counter(one.status for one in heard),
        await creates(demo, number),
    )


async def test_an_idempotency_key_holds_for_its_key_and_its_parameters(demo: Dialer) -> None:
    """A repeat under the same key is one message; other parameters under it are refused; another key is another one."""
    number = demo.running.new_number()
    first, again = await both(demo, number, "Hello", key=f"a{number}")
    other = await demo.text(number, "Something else", headers={"Idempotency-Key": f"a{number}"})
    second = await demo.text(number, "Hello", headers={"Idempotency-Key": f"b{number}"})
    assert (first.json["sid"], True) == (again.json["sid"], second.json["sid"] != first.json["sid"])
    assert ((409, 990900, "duplicate"), TWICE) == (other.refusal, await creates(demo, number))


async def test_an_idempotency_key_still_pending_is_a_conflict(demo: Dialer) -> None:
    """While the first request of a key is under way, its repeat is 409 at once and nothing is sent twice."""
    number = demo.running.new_number()
    await demo.fault(number, "accept_then_latency", ms=1_500)
    keyed = {"Idempotency-Key": f"c{number}"}
    first = asyncio.create_task(demo.text(number, "Hello", headers=keyed))
    await until(lambda: creates(demo, number), "the carrier has the first")
    again = await demo.text(number, "Hello", headers=keyed)
    assert (UNKNOWN, 201, 1) == (
        again.refusal,
        (await first).status,
        await creates(demo, number),
    )


async def test_two_keys_of_a_tenant_are_two_dialers(demo: Dialer) -> None:
    """The same bytes under another API key are no repeat: each key answers for itself."""
    number = demo.running.new_number()
    first = await demo.text(number, "Hello")
    other = await demo.text(number, "Hello", auth=await demo.key("dialer"))
    assert ([201, 201], TWICE) == ([first.status, other.status], await creates(demo, number))
    assert first.json["sid"] != other.json["sid"]


async def test_the_same_content_again_is_a_duplicate(strict: Dialer) -> None:
    """Without the open policy, the same words to the same person within a minute are refused under any request."""
    number = strict.running.new_number()
    first = await strict.text(number, "Hello")
    again = await strict.text(number, "Hello", headers={"Idempotency-Key": f"d{number}"})
    other = await strict.text(number, "Something else")
    called = await strict.call(number)
    assert (201, (409, 990900, "duplicate"), 201, 201) == (first.status, again.refusal, other.status, called.status)
    assert "block" == (await strict.record(again.decision))["verdict"]


async def lost(dialer: Dialer, kind: str, **options: object) -> tuple[Heard, Heard, Heard, int]:
    """Create, again meanwhile, and again afterwards, where the carrier acts and its answer is of no use."""
    number = dialer.running.new_number()
    await dialer.fault(number, kind, **options)
    first, meanwhile = await asyncio.gather(*(dialer.text(number, "Hello") for _ in range(2)))
    return first, meanwhile, await dialer.text(number, "Hello"), await creates(dialer, number)


async def test_an_answer_that_never_came_is_an_unknown_outcome(demo: Dialer) -> None:
    """The carrier took it and fell silent, hung up, or failed with 5xx: 409, on record, and never sent again, neither
    for a repeat that waited its 5 s in vain nor for one that came later.
    """
    outcomes = await asyncio.gather(
        lost(demo, "accept_then_timeout"),
        lost(demo, "accept_then_close"),
        lost(demo, "accept_then_status", status=500),
        lost(demo, "status", status=503),
    )
    assert [(UNKNOWN, UNKNOWN, UNKNOWN, 1)] * 4 == [
        (first.refusal, meanwhile.refusal, later.refusal, sent) for first, meanwhile, later, sent in outcomes
    ]
    records = [await demo.record(first.decision) for first, _, _, _ in outcomes]
    assert ["allow"] * 4 == [row["verdict"] for row in records]


async def test_refusals_of_the_carrier_pass_unchanged_and_free_the_way(demo: Dialer) -> None:
    """A 4xx or 429 of the carrier is the dialer's answer, `Retry-After` included, and the request may come again."""
    bad, busy = demo.running.new_number(), demo.running.new_number()
    await demo.fault(bad, "status", status=400, code=21408, message="Permission to send has not been enabled")
    await demo.fault(busy, "status", status=429, code=20429, retry_after_s=3)
    refused, sent = await both(demo, bad, "Hello")
    pushed_back, sent_later = await both(demo, busy, "Hello")
    assert (400, 21408, 201) == (refused.status, refused.code, sent.status)
    assert (429, 20429, "3", 201) == (
        pushed_back.status,
        pushed_back.code,
        pushed_back.headers["Retry-After"],
        sent_later.status,
    )
    assert [TWICE, TWICE] == [await creates(demo, bad), await creates(demo, busy)]
