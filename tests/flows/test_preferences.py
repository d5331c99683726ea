"""A person opens the link of a message and says what they want, and what happens next everywhere."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest

from tests.fakes.pages import Page, read_page
from tests.flows.asking import FORM, Dialer, Heard
from tests.flows.conftest import NewTenant
from tests.flows.test_opt_out_by_text import from_china, refusals
from tests.waiting import until

REFUSED = {(400, 21610, "suppressed"), (400, 990103, "suppressed")}


async def link(dialer: Dialer, number: str, role: str = "compliance", **more: object) -> str:
    """The path of the page, as a key of that role gets it for a message."""
    made = await dialer.ask("POST", "/v1/preferences/link", auth=await dialer.key(role), json={"to": number, **more})
    assert 200 == made.status, made.text
    parts = urlsplit(made.json["url"])
    return f"{parts.path}?{parts.query}"


async def look(dialer: Dialer, path: str) -> Page:
    heard = await dialer.ask("GET", path, anonymous=True)
    assert (200, []) == (heard.status, read_page(heard.text).wrong)
    return read_page(heard.text)


async def choose(dialer: Dialer, path: str, choice: str) -> Heard:
    """As a browser sends the form; a redirect is followed."""
    body = f"choice={choice}".encode()
    return await dialer.ask("POST", path, anonymous=True, data=body, headers={"Content-Type": FORM})


async def resume(dialer: Dialer, path: str) -> Heard:
    heard = await choose(dialer, path, "resume")
    await index_followed(dialer)
    return heard


async def index_followed(dialer: Dialer) -> None:
    """After a lift: for that long attempts of everybody are told to come again."""

    async def followed() -> bool:
        checks = (await dialer.ask("GET", "/readyz", anonymous=True)).json["checks"]
        rows = {one["name"]: re.findall(r"[0-9]+", one["detail"]) for one in checks}
        return len(rows["guard_store"]) == 2 and rows["guard_store"] == rows["ledger"]

    assert await until(followed, "the index has followed", 10)


async def test_a_stop_on_the_page_is_in_force_everywhere(demo: Dialer) -> None:
    """Looking stops nothing; one press ends calls and messages at every gate; resume lets them go on."""
    number = demo.running.new_number()
    path = await link(demo, number)
    for _ in range(4):
        await look(demo, path)
    assert 201 == (await demo.text(number)).status
    assert 200 == (await choose(demo, path, "all")).status
    assert REFUSED == await refusals(demo, number)
    page = await look(demo, path)
    assert (["Stopped: all calls and messages"], ["choice=resume"]) == (page.items, list(page.buttons))
    resumed = await resume(demo, path)
    assert (200, True) == (resumed.status, "You have not stopped anything." in resumed.text)
    assert (201, 201) == ((await demo.text(number)).status, (await demo.call(number)).status)


async def test_a_dialers_link_only_stops(demo: Dialer) -> None:
    """Whoever makes a link can open it: it offers no way back, and takes none that is asked for all the same."""
    number = demo.running.new_number()
    path = await link(demo, number, role="dialer")
    assert 200 == (await choose(demo, path, "all")).status
    assert ([], 400) == (list((await look(demo, path)).buttons), (await choose(demo, path, "resume")).status)
    assert REFUSED == await refusals(demo, number)


async def test_one_channel_alone(demo: Dialer) -> None:
    """Whoever stops messages can still be called; the page speaks the language that the message did."""
    number = from_china()
    path = await link(demo, number, channel="sms", purpose="marketing", campaign="spring", lang="zh")
    page = await look(demo, path)
    assert ("zh-Hans", True) == (page.lang, f"您的号码尾号为 {number[-4:]}。" in page.each("p"))
    assert 200 == (await choose(demo, path, "channel")).status
    assert (400, 201) == ((await demo.text(number)).status, (await demo.call(number)).status)
    assert ["已停止：短信"] == (await look(demo, path)).items


async def test_a_snooze_holds_and_says_until_when(demo: Dialer) -> None:
    """Everything is refused meanwhile, and whoever asks for the number reads when it ends."""
    number = demo.running.new_number()
    assert 200 == (await choose(demo, await link(demo, number), "snooze30")).status
    assert REFUSED == await refusals(demo, number)
    known = (await demo.native("GET", f"numbers/{number}", params={"tenant": "demo"})).json
    ends = [event["ends_at"] for event in known["history"] if event["kind"] == "opt_out"]
    assert (1, True) == (len(ends), ends[0] is not None)


async def test_a_snooze_ends_by_itself(demo: Dialer) -> None:
    """Nobody has to do anything: from its end on, and not before, the person is reached again."""
    number = demo.running.new_number()
    now = datetime.fromisoformat((await demo.record((await demo.text(number)).decision))["decided_at"])
    snooze = {"to": number, "source": "agent", "ends_at": (now + timedelta(seconds=10)).isoformat()}
    assert 201 == (await demo.native("POST", "opt-outs", params={"tenant": "demo"}, json=snooze)).status
    assert (400, 21610, "suppressed") == (await demo.text(number)).refusal

    async def lifted() -> str:
        known = (await demo.native("GET", f"numbers/{number}", params={"tenant": "demo"})).json
        return "".join(event["at"] for event in known["history"] if event["kind"] == "lift")

    lifted_at = await until(lifted, "the snooze is lifted", 40)
    await index_followed(demo)
    assert (True, 201) == (
        datetime.fromisoformat(lifted_at) >= datetime.fromisoformat(snooze["ends_at"]),
        (await demo.text(number)).status,
    )


async def test_what_was_said_by_text_stays(demo: Dialer) -> None:
    """Resume takes back what was said on the page and nothing else."""
    number = demo.running.new_number()
    path = await link(demo, number)
    await choose(demo, path, "all")
    await demo.write(number, "TD")
    resumed = await resume(demo, path)
    assert (200, True) == (resumed.status, "replying START" in resumed.text)
    assert REFUSED == await refusals(demo, number)


async def test_a_link_of_one_tenant_says_nothing_to_another(demo: Dialer, strict: Dialer) -> None:
    """A stop counts for whose message it was."""
    number = demo.running.new_number()
    assert 200 == (await choose(demo, await link(strict, number), "all")).status
    assert (400, 201) == ((await strict.text(number)).status, (await demo.text(number)).status)


@pytest.mark.parametrize("broken", ["cut", "changed", "invented"])
async def test_links_that_were_not_made_here_show_nothing(demo: Dialer, broken: str) -> None:
    """The same page whatever is wrong, without the number, and pressing changes nothing."""
    number = demo.running.new_number()
    genuine = (await link(demo, number)).partition("?")[0]
    swapped = genuine[:20] + ("A" if genuine[20] != "A" else "B") + genuine[21:]
    path = {"cut": genuine[:-5], "changed": swapped, "invented": "/p/" + "A" * 63}[broken]
    heard = [await demo.ask("GET", path, anonymous=True), await choose(demo, path, "all")]
    assert ([404, 404], 1) == ([one.status for one in heard], len({one.text for one in heard}))
    assert (False, 201) == (number[-4:] in heard[0].text, (await demo.text(number)).status)


async def test_whoever_may_not_make_links_is_refused(demo: Dialer, new_tenant: NewTenant) -> None:
    """A key for reading is none for speaking to people, and nobody makes links for another tenant."""
    other, body = await new_tenant(), {"to": demo.running.new_number()}
    asked = [(await demo.key("ops"), ""), (await other.key("dialer"), "?tenant=demo")]
    heard = [await demo.ask("POST", f"/v1/preferences/link{query}", auth=key, json=body) for key, query in asked]
    assert [403, 403] == [one.status for one in heard]
