"""An inbound message is acted upon before it is answered, and only if the carrier sent it."""

from __future__ import annotations

import pytest

from tests.fakes.web_gate import SENDER, WebGate, sid
from tests.unit.web import surface
from tests.unit.web.surface import CALL, CARRIER_TOKEN, MESSAGE, NUMBER, Got, Http

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response />'


async def say(http: Http, body: str, number: int = 1, *, token: str = CARRIER_TOKEN) -> Got:
    fields = (("MessageSid", sid("SM", number)), ("From", NUMBER), ("To", SENDER), ("Body", body))
    return await surface.from_carrier(http, "/twilio/sms", *fields, token=token)


@pytest.mark.parametrize("word", ["STOP", "TD", "退订", " stop. "])
async def test_an_opt_out_is_confirmed_once_it_is_in_force(gate: WebGate, http: Http, word: str) -> None:
    """The next attempt is refused on both channels."""
    got = await say(http, word)
    assert (200, "text/xml; charset=utf-8") == (got.status, got.headers["Content-Type"])
    assert "<Message>" in got.text
    refused = [
        await surface.post(http, "/Calls.json", *CALL),
        await surface.post(http, "/Messages.json", *MESSAGE),
    ]
    assert ["suppressed", "suppressed"] == [one.reason[1] for one in refused]
    assert [] == gate.naming_carrier.sent


async def test_durable_alone_is_not_confirmed(gate: WebGate, http: Http) -> None:
    """While the store does not answer, the message is taken in and nothing is claimed."""
    gate.store_trouble.down = True
    got = await say(http, "STOP")
    assert (200, EMPTY) == (got.status, got.text)
    assert 1 == len(gate.journal.records)


async def test_what_is_not_durable_is_not_acknowledged(gate: WebGate, http: Http) -> None:
    """503, so that the carrier's fallback or reconciler brings it again."""
    gate.journal.broken = True
    assert 503 == (await say(http, "STOP")).status


async def test_a_start_without_the_ledger_waits(gate: WebGate, http: Http) -> None:
    """Nothing is lifted on a guess."""
    await say(http, "STOP")
    gate.sql_trouble.down = True
    gate.naming_carrier.dates[sid("SM", 2)] = gate.clock.now()
    assert 503 == (await say(http, "START", 2)).status


async def test_a_replay_does_nothing(gate: WebGate, http: Http) -> None:
    """The same MessageSid is taken in once."""
    first, again = await say(http, "STOP"), await say(http, "STOP")
    assert (True, EMPTY) == ("<Message>" in first.text, again.text)
    assert 1 == len(gate.journal.records)


async def test_other_words_are_left_alone(gate: WebGate, http: Http) -> None:
    """A message that merely begins with a word is no opt-out."""
    got = await say(http, "Stop by tomorrow?")
    assert ((200, EMPTY), []) == ((got.status, got.text), gate.journal.records)


async def test_a_forged_opt_out_changes_nothing(gate: WebGate, http: Http) -> None:
    """403 in words."""
    got = await say(http, "STOP", token="forged")
    assert (403, True) == (got.status, "signature" in got.body["detail"])
    assert [] == gate.journal.records


async def test_a_signed_message_without_its_fields_is_refused(http: Http) -> None:
    """400 names the field."""
    got = await surface.from_carrier(http, "/twilio/sms", ("MessageSid", sid("SM", 1)), ("From", NUMBER))
    assert (400, True) == (got.status, "To" in got.body["detail"])


async def test_the_log_line_hides_number_and_text(http: Http, capsys: pytest.CaptureFixture[str]) -> None:
    """One canonical line, masked."""
    await say(http, "STOP it, I am at home")
    line = capsys.readouterr().out
    assert ("inbound message" in line, NUMBER in line, "home" in line) == (True, False, False)
