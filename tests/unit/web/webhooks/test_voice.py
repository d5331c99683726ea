"""`/twilio/voice`: only the carrier asks, and it always gets a document."""

from __future__ import annotations

import pytest

from tests.fakes.live_calls import CALL, STATE, URL, twiml
from tests.fakes.web_gate import ACCOUNT, CARRIER_ACCOUNT, WebGate
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL, signed
from tests.unit.web import surface
from tests.unit.web.surface import CARRIER_TOKEN, Http

ASKS = ("CallSid", CALL)


async def path(gate: WebGate) -> str:
    gate.outside.answers = [twiml("<Say>Hello</Say>")]
    return (await gate.addresses.address(STATE)).removeprefix(PUBLIC_URL)


async def test_the_carrier_gets_what_the_dialer_says(gate: WebGate, http: Http) -> None:
    """As TwiML, with the dialer asked in its own account's name and the carrier's own sign of a repeat passed on."""
    asked = signed(await path(gate), (("AccountSid", CARRIER_ACCOUNT), ASKS), CARRIER_TOKEN)
    headers = {**asked.headers, "I-Twilio-Idempotency-Token": "abc-1"}
    got = await surface.ask(http, "POST", asked.raw_path, body=asked.body, pair=None, headers=headers)
    assert (200, "text/xml; charset=utf-8", True) == (got.status, got.headers["Content-Type"], "Hello" in got.text)
    (told,) = gate.outside.asked
    assert ((("AccountSid", ACCOUNT), ASKS), "abc-1", URL) == (told.fields, told.token, told.url)


async def test_the_carrier_may_ask_by_get(gate: WebGate, http: Http) -> None:
    """Then its fields stand in the address."""
    asked = signed(f"{await path(gate)}?AccountSid={CARRIER_ACCOUNT}&CallSid={CALL}", (), CARRIER_TOKEN)
    got = await surface.ask(http, "GET", asked.raw_path, pair=None, headers=asked.headers)
    assert (200, True) == (got.status, "Hello" in got.text)


@pytest.mark.parametrize(
    ("fields", "token", "status"),
    [
        ((ASKS,), "forged", 403),
        ((("CallSid", "CA1"),), CARRIER_TOKEN, 400),
        ((ASKS, ASKS), CARRIER_TOKEN, 400),
    ],
)
async def test_nobody_else_is_answered(
    gate: WebGate, http: Http, fields: tuple[tuple[str, str], ...], token: str, status: int
) -> None:
    """Without a signature that holds, and with fields that make no sense, the dialer is not asked."""
    got = await surface.from_carrier(http, await path(gate), *fields, token=token)
    assert (status, []) == (got.status, gate.outside.asked)


async def test_a_genuine_request_for_nothing_gets_an_apology(gate: WebGate, http: Http) -> None:
    """Never an error: a person is on the phone."""
    got = await surface.from_carrier(http, "/twilio/voice/forged", ASKS)
    assert (200, True) == (got.status, "We are sorry" in got.text)


async def test_a_call_that_has_sent_a_message_goes_on_as_a_call(gate: WebGate, http: Http) -> None:
    """The action of an Sms names message and call; it is the call that goes on."""
    got = await surface.from_carrier(http, await path(gate), ASKS, ("MessageSid", "SM" + "1" * 32))
    assert (200, True) == (got.status, "Hello" in got.text)
