"""The carrier as a client."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator, get_signature_algorithm

from dialgate.simulator.clock import Clock
from dialgate.simulator.config import SharedKey, SimulatorConfig
from dialgate.simulator.faults import Faults, parse_fault
from dialgate.simulator.records import Message
from dialgate.simulator.signature import SETTINGS, SIGNATURE
from dialgate.simulator.state import Simulator
from dialgate.simulator.webhooks import Webhooks
from tests.unit.simulator.conftest import START, TOKEN
from tests.unit.simulator.far_side import FarSide

PAIRS = (("MessageSid", "SM1"), ("Body", "退订 & more"), ("To", "+1"))


def message() -> Message:
    return Message("SM1", "+15551230001", "+2", "queued", "outbound-api", START, START)


async def test_a_post_is_signed_as_the_carriers_validator_wants_it(sim: Simulator, far_side: FarSide) -> None:
    """The official validator accepts URL with query, form and signature; the fragment stays at home."""
    reply = await sim.webhooks.ask(far_side.url + "/hook?a=1&b=%2B2#rc=2", PAIRS)
    heard = far_side.heard[0]
    assert (reply.good, heard.method, heard.pairs) == (True, "POST", PAIRS)
    assert heard.url == far_side.url + "/hook?a=1&b=%2B2"
    assert RequestValidator(TOKEN).validate(heard.url, heard.form, heard.headers[SIGNATURE])
    assert "I-Twilio-Idempotency-Token" in heard.headers


async def test_a_get_carries_its_parameters_in_the_signed_url(sim: Simulator, far_side: FarSide) -> None:
    """The official validator accepts the URL as it was requested."""
    await sim.webhooks.ask(far_side.url + "/hook?a=1", PAIRS, "GET")
    heard = far_side.heard[0]
    assert heard.url.startswith(far_side.url + "/hook?a=1&MessageSid=SM1&Body=")
    assert RequestValidator(TOKEN).validate(heard.url, {}, heard.headers[SIGNATURE])


async def test_a_shared_key_signs_instead_of_the_token(config: SimulatorConfig, far_side: FarSide) -> None:
    """The settings header names what the validator must be told."""
    shared = replace(config, shared_key=SharedKey("key1", "sharedsecret"))
    webhooks = Webhooks(shared, Clock(ticking=False), Faults())
    await webhooks.ask(far_side.url + "/hook", PAIRS)
    await webhooks.close()
    heard = far_side.heard[0]
    algorithm = get_signature_algorithm(heard.headers[SETTINGS])
    assert RequestValidator("sharedsecret").validate(heard.url, heard.form, heard.headers[SIGNATURE], algorithm)


async def test_nobody_there_is_a_reply_too(sim: Simulator, unused_tcp_port: int) -> None:
    """A refused connection and a nonsense URL are reported, not raised."""
    for url in (f"http://127.0.0.1:{unused_tcp_port}/", "http://", "nonsense"):
        reply = await sim.webhooks.ask(url, PAIRS)
        assert (reply.status, reply.good, bool(reply.error)) == (None, False, True)


async def test_callbacks_of_a_resource_keep_their_order(sim: Simulator, far_side: FarSide) -> None:
    """One follows when the former was answered, and each is noted with its answer."""
    about = message()
    for status in ("queued", "sent", "delivered"):
        sim.webhooks.call_back(about, far_side.url + "/status", (("MessageStatus", status),))
    await sim.clock.settle()
    assert [heard.form["MessageStatus"] for heard in far_side.heard] == ["queued", "sent", "delivered"]
    assert [event["answered"] for event in about.events] == [200, 200, 200]


async def test_a_slow_callback_is_overtaken_and_a_dropped_one_never_comes(sim: Simulator, far_side: FarSide) -> None:
    """Late, out of order and lost callbacks can be had to order."""
    sim.faults.add(parse_fault({"kind": "slow_callback", "ms": 2000}))
    sim.faults.add(parse_fault({"kind": "drop_callback", "after": 1}))
    about = message()
    for status in ("sent", "undelivered", "delivered"):
        sim.webhooks.call_back(about, far_side.url + "/status", (("MessageStatus", status),))
    await sim.clock.advance(1.9)
    assert [heard.form["MessageStatus"] for heard in far_side.heard] == ["delivered"]
    await sim.clock.advance(0.1)
    assert [heard.form["MessageStatus"] for heard in far_side.heard] == ["delivered", "sent"]
    assert about.events[0]["dropped"] is True


@pytest.mark.parametrize(("status", "method", "told"), [(302, "GET", ()), (307, "POST", (("A", "1"),))])
async def test_a_redirect_is_followed_and_signed_anew(
    sim: Simulator, far_side: FarSide, status: int, method: str, told: tuple[tuple[str, str], ...]
) -> None:
    """Cookies that were set on the way go along, and a circle comes to an end."""
    far_side.answers["/a"] = web.Response(status=status, headers={"Location": "/b?x=1", "Set-Cookie": "s=1; Path=/"})
    far_side.answers["/loop"] = web.Response(status=status, headers={"Location": "/loop"})
    reply = await sim.webhooks.ask(far_side.url + "/a", (("A", "1"),))
    heard = far_side.at("/b")[0]
    assert (reply.status, reply.url, dict(reply.cookies)) == (200, far_side.url + "/b?x=1", {"s": "1"})
    assert (heard.method, heard.pairs, heard.headers["Cookie"]) == (method, told, "s=1")
    assert RequestValidator(TOKEN).validate(heard.url, heard.form, heard.headers[SIGNATURE])
    assert (await sim.webhooks.ask(far_side.url + "/loop", ())).good is False
