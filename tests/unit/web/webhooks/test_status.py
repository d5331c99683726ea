"""What the carrier reports settles the attempt that it belongs to."""

from __future__ import annotations

import asyncio

from dialgate.app.records import Kind
from tests.fakes.live_calls import own
from tests.fakes.web_gate import WebGate, sid
from tests.unit.web import surface
from tests.unit.web.surface import CALL, FROM, MESSAGE, SAY, TO, Http
from tests.waiting import until

COMPLETED = (("CallSid", sid("CA", 1)), ("CallStatus", "completed"))


async def placed(gate: WebGate, http: Http) -> str:
    got = await surface.post(http, "/Calls.json", *CALL)
    await gate.journal.shipped()
    return got.decision


async def test_an_end_settles_the_decision_that_the_path_names(gate: WebGate, http: Http) -> None:
    """The reservation is over and its end on record."""
    decision = await placed(gate, http)
    got = await surface.from_carrier(http, f"/twilio/status/{decision}", *COMPLETED)
    assert (204, [decision]) == (got.status, [record.id for record in gate.journal.of(Kind.SETTLED)])


async def test_an_end_is_found_by_the_carriers_id(gate: WebGate, http: Http) -> None:
    """Where the path names no decision, the call's SID does."""
    decision = await placed(gate, http)
    got = await surface.from_carrier(http, "/twilio/status", *COMPLETED)
    assert (204, [decision]) == (got.status, [record.id for record in gate.journal.of(Kind.SETTLED)])


async def test_the_unknown_is_taken_note_of_and_changes_nothing(gate: WebGate, http: Http) -> None:
    """A report of somebody else's call is no error."""
    reports = [
        await surface.from_carrier(http, path, *COMPLETED) for path in ("/twilio/status", f"/twilio/status/{'0' * 32}")
    ]
    assert ([204, 204], []) == ([got.status for got in reports], gate.journal.records)


async def test_a_forged_report_settles_nothing(gate: WebGate, http: Http) -> None:
    """403."""
    decision = await placed(gate, http)
    got = await surface.from_carrier(http, f"/twilio/status/{decision}", *COMPLETED, token="forged")
    assert (403, []) == (got.status, gate.journal.of(Kind.SETTLED))


async def test_without_sql_the_carrier_reports_again(gate: WebGate, http: Http) -> None:
    """503."""
    decision = await placed(gate, http)
    gate.sql_trouble.down = True
    assert 503 == (await surface.from_carrier(http, f"/twilio/status/{decision}", *COMPLETED)).status


async def test_an_end_that_overtakes_its_record_is_not_lost(gate: WebGate, http: Http) -> None:
    """A call can be over before its decision has reached the log."""
    got = await surface.post(http, "/Calls.json", *CALL)
    asked = gate.sql_trouble.asked
    seen = len(asked)
    task = asyncio.create_task(surface.from_carrier(http, f"/twilio/status/{got.decision}", *COMPLETED))
    await until(lambda: is_true(len(asked) > seen), "the log is asked")
    await gate.journal.shipped()
    assert (204, 1) == ((await task).status, len(gate.journal.of(Kind.SETTLED)))


async def test_a_report_without_a_decision_waits_for_its_record_too(gate: WebGate, http: Http) -> None:
    """A message may be refused by the carrier before its name has reached the log; its 21610 is not lost."""
    got = await surface.post(http, "/Messages.json", *MESSAGE)
    asked = gate.sql_trouble.asked
    seen = len(asked)
    failed = (("MessageSid", got.body["sid"]), ("MessageStatus", "failed"), ("ErrorCode", "21610"))
    task = asyncio.create_task(surface.from_carrier(http, "/twilio/status", *failed))
    await until(lambda: is_true(len(asked) > seen), "the log is asked")
    await gate.journal.shipped()
    assert 204 == (await task).status
    assert (400, "suppressed", 990103) == (await surface.post(http, "/Calls.json", *CALL)).reason


async def is_true(value: object) -> object:
    return value


async def test_an_opt_out_that_the_carrier_reports_is_taken_in(gate: WebGate, http: Http) -> None:
    """21610 says that the person has opted out there: from now on the gate refuses."""
    got = await surface.post(http, "/Messages.json", *MESSAGE)
    await gate.journal.shipped()
    failed = (("MessageSid", got.body["sid"]), ("MessageStatus", "failed"), ("ErrorCode", "21610"))
    assert 204 == (await surface.from_carrier(http, f"/twilio/status/{got.decision}", *failed)).status
    assert (400, "suppressed", 990103) == (await surface.post(http, "/Calls.json", *CALL)).reason


async def test_an_opt_out_of_a_message_without_a_record_is_its_senders(gate: WebGate, http: Http) -> None:
    """The gate does not know the message, but it knows the sender and the person: whoever owns the one may not reach
    the other.
    """
    failed = (("MessageSid", sid("SM", 77)), ("MessageStatus", "undelivered"), ("ErrorCode", "21610"), TO, FROM)
    assert 204 == (await surface.from_carrier(http, "/twilio/status", *failed)).status
    assert (400, "suppressed", 990103) == (await surface.post(http, "/Calls.json", *CALL)).reason


async def test_an_address_opts_out_of_nothing(gate: WebGate, http: Http) -> None:
    """Only people do, by number; the report settles the call all the same."""
    await own(gate, "client:ann")
    got = await surface.post(http, "/Calls.json", ("To", "client:ann"), FROM, SAY)
    await gate.journal.shipped()
    failed = (("CallSid", got.body["sid"]), ("CallStatus", "failed"), ("ErrorCode", "21610"))
    assert 204 == (await surface.from_carrier(http, f"/twilio/status/{got.decision}", *failed)).status
    assert ([], 1) == (gate.journal.of(Kind.OPT_OUT), len(gate.journal.of(Kind.SETTLED)))
