"""People write sentences, tenants answer in their own words, and what is unsure is decided by a person."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.office import office
from tests.waiting import until

BOTH = {(400, 21610, "suppressed"), (400, 990103, "suppressed")}
POLITE = "Please stop calling and texting me. Thank you!"
UNSURE = "who gave you my number"


async def refusals(dialer: Dialer, number: str) -> set[tuple[int, int, str]]:
    """What attempts meet on all gates. While the index follows another's lift, they come again."""

    async def met() -> set[tuple[int, int, str]]:
        heard = await asyncio.gather(*(ask(number) for ask in (dialer.call, dialer.text) for _ in range(4)))
        return {one.refusal for one in heard} - {(429, 990402, "index_unverified")}

    return await until(met, "the index has followed", 10)


async def review_of(dialer: Dialer, state: str = "open") -> dict[str, Any]:
    """The one of this tenant; what a journal holds is in SQL within half a second."""

    async def listed() -> list[dict[str, Any]]:
        query = {"tenant": dialer.tenant, "state": state, "unmask": "true"}
        items: list[dict[str, Any]] = (await dialer.native("GET", "reviews", params=query)).json["items"]
        return items

    (found,) = await until(listed, "the review is listed", 10)
    return found


async def decided(dialer: Dialer, review: str, verdict: str) -> int:
    said = await dialer.native("POST", f"reviews/{review}", json={"verdict": verdict})
    return said.status


@pytest.mark.parametrize(
    ("words", "language"), [(POLITE, "You will get no more"), ("请不要再给我发短信了，谢谢", "您将不再收到")]
)
async def test_a_polite_sentence_stops_both_channels(demo: Dialer, words: str, language: str) -> None:
    """It is in force for the next attempt, and confirmed once in the language of the message."""
    number = demo.running.new_number()
    assert 201 == (await demo.text(number)).status
    first, again = [await demo.write(number, words, keywords="none") for _ in range(2)]
    assert (True, False) == (language in first["body"], "<Message>" in again["body"])
    assert BOTH == await refusals(demo, number)


async def test_of_refusals_at_once_one_is_confirmed(demo: Dialer) -> None:
    """Whichever gate hears which: all are on record, one is answered."""
    number = demo.running.new_number()
    heard = await asyncio.gather(*(demo.write(number, "TD") for _ in range(8)))
    assert 1 == sum("<Message>" in one["body"] for one in heard)
    known = (await demo.native("GET", f"numbers/{number}", params={"tenant": demo.tenant})).json
    assert 8 == len([event for event in known["history"] if event["kind"] == "opt_out"])


async def test_a_refusal_of_calls_leaves_texts(demo: Dialer) -> None:
    """Only as far as the person said what may go on, and nothing is confirmed that is not so."""
    number = demo.running.new_number()
    said = await demo.write(number, "Texts are fine, just don't call", keywords="none")
    assert "<Message>" not in said["body"]
    assert (400, 990103, "suppressed") == (await demo.call(number)).refusal
    assert 201 == (await demo.text(number)).status


async def test_who_keeps_reminders_gets_nothing_else(demo: Dialer) -> None:
    """On either channel; what nobody said may go on does not."""
    number = demo.running.new_number()
    await demo.write(number, "Keep the appointment reminders but no more ads please", keywords="none")
    verdicts: dict[str, set[str]] = {}
    for purpose in ("transactional", "informational", "marketing", "survey", "collection"):
        for channel in ("sms", "voice"):
            asked = {"channel": channel, "to": number, "from": demo.sender, "purpose": purpose, "dry_run": True}
            said = await demo.native("POST", "decisions", params={"tenant": demo.tenant}, json=asked)
            verdicts.setdefault(said.json["verdict"], set()).add(f"{channel} {purpose}")
    notices = {f"{channel} {purpose}" for channel in ("sms", "voice") for purpose in ("transactional", "informational")}
    assert (notices, 6) == (verdicts["allow"], len(verdicts["block"]))


async def test_a_tenant_answers_in_its_own_words(new_tenant: NewTenant) -> None:
    """Under the name that people know, to its own keywords too; help says how to reach it, also after a refusal."""
    replies = {
        "name": "Acme Bank",
        "contact": "+1 202 555 0100",
        "words": {"stop": ["zap it"]},
        "texts": {"en": {"stop": "{sender_name}: all right. Goodbye."}},
    }
    dialer = await new_tenant(keywords="none", replies=replies)
    number = dialer.running.new_number()
    stopped = (await dialer.write(number, "Zap it!", keywords="none"))["body"]
    assert "Acme Bank: all right. Goodbye." in stopped
    assert BOTH == await refusals(dialer, number)
    helped = (await dialer.write(number, "HELP", keywords="none"))["body"]
    assert (True, True) == ("Acme Bank" in helped, "+1 202 555 0100" in helped)


async def test_replies_are_changed_while_the_gates_run(new_tenant: NewTenant) -> None:
    """A mistake is named with its place and changes nothing."""
    dialer = await new_tenant(keywords="none")
    path = f"tenants/{dialer.tenant}"
    wrong = await dialer.native("PATCH", path, json={"replies": {"texts": {"en": {"stop": "Buy! {sender_name}"}}}})
    assert (400, True) == (wrong.status, "replies.texts.en.stop" in wrong.json["detail"])
    changed = await dialer.native("PATCH", path, json={"replies": {"name": "Acme Bank"}})
    assert {"name": "Acme Bank"} == changed.json["replies"]

    async def named() -> bool:
        """Each gate goes by it within a second."""
        said = await dialer.write(dialer.running.new_number(), "STOP", keywords="none")
        return "Acme Bank" in said["body"]

    assert await until(named, "the new name is said", 5)


@pytest.mark.parametrize(("verdict", "status"), [("stop", 400), ("none", 201)])
async def test_what_is_unsure_holds_until_somebody_decides(new_tenant: NewTenant, verdict: str, status: int) -> None:
    """Refused meanwhile, confirmed never; a person's word makes it stay or takes it back, and nothing else."""
    dialer = await new_tenant(keywords="none")
    number = dialer.running.new_number()
    said = await dialer.write(number, UNSURE, keywords="none")
    assert (200, False) == (said["status"], "<Message>" in said["body"])
    assert BOTH == await refusals(dialer, number)
    review = await review_of(dialer)
    assert (number, UNSURE, True, "") == (review["number"], review["text"], review["held"], review["verdict"])
    other = {"stop": "none", "none": "stop"}[verdict]
    assert [200, 200, 409] == [await decided(dialer, review["id"], word) for word in (verdict, verdict, other)]

    async def reached() -> bool:
        return (await dialer.text(number)).status == status

    assert await until(reached, "the verdict is in force", 10)
    assert verdict == (await review_of(dialer, "decided"))["verdict"]


async def test_two_who_decide_at_once_are_told_apart(new_tenant: NewTenant) -> None:
    """One verdict stands, and the other person knows."""
    dialer = await new_tenant(keywords="none")
    number = dialer.running.new_number()
    await dialer.write(number, UNSURE, keywords="none")
    review = await review_of(dialer)
    statuses = await asyncio.gather(*(decided(dialer, review["id"], verdict) for verdict in ("stop", "none")))
    assert [200, 409] == sorted(statuses)


async def test_where_the_tenant_waits_nothing_holds_until_somebody_decides(new_tenant: NewTenant) -> None:
    """Attempts go out meanwhile, and none after the verdict."""
    dialer = await new_tenant(keywords="none", replies={"unsure": "wait"})
    number = dialer.running.new_number()
    await dialer.write(number, UNSURE, keywords="none")
    review = await review_of(dialer)
    assert (False, 201) == (review["held"], (await dialer.text(number)).status)
    assert 200 == await decided(dialer, review["id"], "stop")
    assert BOTH == await refusals(dialer, number)


async def test_what_is_unsure_reaches_the_tenant_too(new_tenant: NewTenant) -> None:
    """As any message that is no keyword does; its answer to somebody who is held as opted out is not sent."""
    async with office({"/sms": "<Response><Message>Sorry!</Message></Response>"}) as server:
        more: dict[str, object] = {"sms_webhook": f"{server.url}/sms", "allow_private_urls": True}
        held, waiting = await new_tenant("none", **more), await new_tenant("none", replies={"unsure": "wait"}, **more)
        said = [await one.write(one.running.new_number(), UNSURE, keywords="none") for one in (held, waiting)]
        told = [one.told["Body"] for one in server.at("/sms")]
    assert ([UNSURE, UNSURE], [False, True]) == (told, ["Sorry!" in one["body"] for one in said])


async def test_who_may_not_unmask_reads_nothing_of_it(new_tenant: NewTenant) -> None:
    """A key of the role ops sees that there is a reply, and decides nothing."""
    dialer = await new_tenant(keywords="none")
    await dialer.write(dialer.running.new_number(), UNSURE, keywords="none")
    review = await review_of(dialer)
    ops = await dialer.key("ops")
    shown = await dialer.ask("GET", "/v1/reviews", auth=ops)
    assert (200, None, False) == (shown.status, shown.json["items"][0]["text"], UNSURE in shown.text)
    asked = await dialer.ask("GET", "/v1/reviews?unmask=true", auth=ops)
    said = await dialer.ask("POST", f"/v1/reviews/{review['id']}", auth=ops, json={"verdict": "none"})
    assert [403, 403] == [asked.status, said.status]
