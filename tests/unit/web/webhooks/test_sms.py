"""An inbound message is acted upon before it is answered, or its tenant's, and only if the carrier sent it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.app.outside import OutsideError, Told
from dialgate.app.queries import Role
from dialgate.app.records import Kind
from tests.fakes.web_gate import ACCOUNT, SENDER, WebGate, key, sid
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


async def asking(gate: WebGate) -> None:
    """The tenant has a server that answers."""
    gate.directory.tenants[0] = replace(gate.directory.tenants[0], sms_webhook="https://dialer.example/sms")
    gate.directory.keys.append(key("SK1", "secret", Role.OPS))
    await gate.inside.directory.refresh()
    gate.outside.answers = [Told(200, b"<Response><Message>Yes</Message></Response>", "text/xml", "")]


async def test_other_words_are_the_tenants(gate: WebGate, http: Http) -> None:
    """Told in its own name, unknown fields too; its answer goes back to the carrier."""
    await asking(gate)
    fields = (("From", NUMBER), ("To", SENDER), ("Body", "Stop by tomorrow?"), ("Brand-new", "x"))
    got = await surface.from_carrier(http, "/twilio/sms", ("MessageSid", sid("SM", 1)), *fields)
    assert (200, "text/xml; charset=utf-8", True) == (got.status, got.headers["Content-Type"], ">Yes<" in got.text)
    assert (("AccountSid", ACCOUNT), ("MessageSid", sid("SM", 1)), *fields) == gate.outside.asked[0].fields
    await gate.journal.shipped()
    assert ["allow"] == [one.body["verdict"] for one in gate.journal.of(Kind.DECISION)]


async def test_a_replay_is_not_told_again(gate: WebGate, http: Http) -> None:
    """The same MessageSid is the same message."""
    await asking(gate)
    first, again = await say(http, "Hello"), await say(http, "Hello")
    assert (True, EMPTY, 1) == (">Yes<" in first.text, again.text, len(gate.outside.asked))


@pytest.mark.parametrize("word", ["STOP", "TD", "START", "HELP"])
async def test_keywords_are_not_told(gate: WebGate, http: Http, word: str) -> None:
    """They are acted upon here; a second answer, or an answer that contradicts, must not come of them."""
    await asking(gate)
    gate.naming_carrier.dates[sid("SM", 1)] = gate.clock.now()
    assert 200 == (await say(http, word)).status
    assert [] == gate.outside.asked


async def test_a_message_that_nobody_owns_is_told_to_nobody(gate: WebGate, http: Http) -> None:
    """An opt-out counts for everybody; a conversation is nobody's."""
    await asking(gate)
    fields = (("MessageSid", sid("SM", 1)), ("From", NUMBER), ("To", "+12025550199"), ("Body", "Hello"))
    got = await surface.from_carrier(http, "/twilio/sms", *fields)
    assert (200, EMPTY, []) == (got.status, got.text, gate.outside.asked)


async def test_a_silent_server_of_the_tenant_is_silence(gate: WebGate, http: Http) -> None:
    """200 and nothing to say: the message itself was taken in."""
    await asking(gate)
    gate.outside.answers = [OutsideError("The server did not answer in time.")]
    got = await say(http, "Hello")
    assert (200, EMPTY) == (got.status, got.text)


async def test_an_answer_that_redirects_is_followed_through_the_gate(gate: WebGate, http: Http) -> None:
    """The carrier comes with the same message to an address of the gate."""
    await asking(gate)
    gate.outside.answers = [
        Told(200, b"<Response><Redirect>/next</Redirect></Response>", "text/xml", "https://dialer.example/sms"),
        Told(200, b"<Response><Message>Next</Message></Response>", "text/xml", ""),
    ]
    await say(http, "Hello")
    fields = (("MessageSid", sid("SM", 1)), ("From", NUMBER), ("To", SENDER), ("Body", "Hello"))
    got = await surface.from_carrier(http, "/twilio/voice/t0", *fields)
    nowhere = await surface.from_carrier(http, "/twilio/voice/t9", *fields)
    assert (200, True, 200, EMPTY) == (got.status, ">Next<" in got.text, nowhere.status, nowhere.text)
