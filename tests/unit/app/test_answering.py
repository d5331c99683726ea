"""A message that asks the gate for nothing reaches its tenant, and nobody is reached by the answer who must not be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.app.answering import Written
from dialgate.app.front import Pairs, Wanted
from dialgate.app.inbound import InboundMessage
from dialgate.app.outside import OutsideError, Told
from dialgate.app.queries import Role, Tenant
from dialgate.app.records import Kind
from dialgate.domain.numbers import E164
from tests.fakes.one_gate import opt_out
from tests.fakes.web_gate import ACCOUNT, OTHER_ACCOUNT, SENDER, SERVICE, WebGate, key, sid
from tests.unit.web.surface import NUMBER

WEBHOOK = "https://dialer.example/sms"
OTHER = "+12025550143"
MESSAGE = InboundMessage(sid("SM", 7), NUMBER, SENDER, "", "What are your hours?", "")
FIELDS = (("MessageSid", MESSAGE.message_sid), ("Body", MESSAGE.body), ("New", "x"))


def told(fields: Pairs, tenant: Tenant) -> Pairs:
    return (*fields, ("AccountSid", tenant.account_sid))


WRITTEN = Written(MESSAGE, FIELDS, "", told)


def twiml(inner: str, content_type: str = "text/xml", status: int = 200) -> Told:
    return Told(status, f"<Response>{inner}</Response>".encode(), content_type, WEBHOOK)


@pytest.fixture
async def gate() -> WebGate:
    """Both tenants have a webhook."""
    gate = WebGate()
    webhooks = {"acme": WEBHOOK, "other": f"{WEBHOOK}2"}
    gate.directory.tenants = [replace(one, sms_webhook=webhooks[one.name]) for one in gate.directory.tenants]
    await gate.inside.directory.refresh()
    return gate


async def answered(gate: WebGate, *answers: Told | OutsideError, owners: tuple[str, ...] = ("acme",)) -> str:
    gate.outside.answers = list(answers)
    document = await gate.inside.answering.answer(WRITTEN, owners)
    await gate.journal.shipped()
    return document.decode().partition("?>")[2]


def attempts(gate: WebGate) -> list[tuple[str, str, str]]:
    """Verdict, number, purpose."""
    records = gate.journal.of(Kind.DECISION)
    return [(one.body["verdict"], one.body["to"], one.body["purpose"]) for one in records]


async def test_the_answer_is_an_attempt_of_its_own(gate: WebGate) -> None:
    """Told in the tenant's name; the reply is on record, counted, and reported to the gate."""
    document = await answered(gate, twiml("<Message>From 9 to 5.</Message>"))
    asked = gate.outside.asked[0]
    assert ("acme", "POST", WEBHOOK, (*FIELDS, ("AccountSid", ACCOUNT))) == (
        asked.tenant,
        asked.method,
        asked.url,
        asked.fields,
    )
    decision = gate.journal.of(Kind.DECISION)[0]
    assert [("allow", NUMBER, "informational")] == attempts(gate)
    assert (SENDER, ACCOUNT, "sms", "") == tuple(decision.body[name] for name in ("from", "key", "channel", "parent"))
    assert [decision.id] == list(gate.held)
    assert f"/twilio/status/{decision.id}" in document
    assert ">From 9 to 5.</Message>" in document


async def test_a_message_to_somebody_else_is_judged_as_marketing(gate: WebGate) -> None:
    """It says nothing of why; only an answer to whoever wrote is information that was asked for."""
    document = await answered(gate, twiml(f'<Message to="{OTHER}">Hi</Message>'))
    assert [("allow", OTHER, "marketing")] == attempts(gate)
    assert f'to="{OTHER}"' in document


async def test_whoever_opted_out_is_not_written_to(gate: WebGate) -> None:
    """The refusal is on record; the rest of the document is followed."""
    await gate.opting_out.record(opt_out(number=E164(NUMBER)))
    document = await answered(gate, twiml(f'<Message>No</Message><Message to="{OTHER}">Yes</Message>'))
    assert [("allow", OTHER), ("block", NUMBER)] == sorted(row[:2] for row in attempts(gate))
    assert (False, True) == (">No<" in document, ">Yes<" in document)


@pytest.mark.parametrize("to", ["911", "nobody", "sip:a@b.example", "+1415555267", "+14155552671,+14155552672"])
async def test_what_is_no_number_is_not_written_to(gate: WebGate, to: str) -> None:
    """Refused like any other attempt."""
    document = await answered(gate, twiml(f'<Message to="{to}">Hi</Message>'))
    assert (["block"], False) == ([row[0] for row in attempts(gate)], "Hi" in document)


@pytest.mark.parametrize(
    "answer",
    [
        OutsideError("The server did not answer in time."),
        twiml("<Message>Hi</Message>", status=500),
        twiml("<Message>Hi</Message>", status=302),
        Told(200, b"", "text/xml", WEBHOOK),
        twiml(""),
    ],
)
async def test_no_answer_is_silence(gate: WebGate, answer: Told | OutsideError) -> None:
    """Nobody is written to, and no attempt is made."""
    assert (await answered(gate, answer)) in {"", "<Response/>"}
    assert [] == attempts(gate)


@pytest.mark.parametrize(
    "answer",
    [
        twiml("<Dial>+12025550143</Dial>"),
        twiml("<Message>Hi</Message><Unknown/>"),
        twiml("<Message>Hi</Message>", "image/png"),
        Told(200, b"<!DOCTYPE x [<!ENTITY a 'b'>]><Response>&a;</Response>", "text/xml", WEBHOOK),
        Told(200, b"x" * 65_537, "text/plain", WEBHOOK),
        Told(200, b"<html>error</html>", "text/html", WEBHOOK),
    ],
)
async def test_what_cannot_be_read_is_refused_on_record(gate: WebGate, answer: Told) -> None:
    """Nothing of such a document is followed, what could be read of it included."""
    assert "" == await answered(gate, answer)
    assert [("block", NUMBER)] == [row[:2] for row in attempts(gate)]
    assert {} == gate.held


async def test_text_is_the_answer(gate: WebGate) -> None:
    """As the carrier takes it."""
    assert ">Hello & bye</Message>".replace("&", "&amp;") in await answered(
        gate, Told(200, b"Hello & bye", "text/plain", WEBHOOK)
    )


async def test_the_first_owner_with_a_webhook_answers(gate: WebGate) -> None:
    """And no other: two answers would be one too many."""
    gate.directory.tenants[0] = replace(gate.directory.tenants[0], sms_webhook="")
    gate.directory.tenants.append(replace(gate.directory.tenants[0], name="third", account_sid="AC" + "d" * 32))
    await gate.inside.directory.refresh()
    await answered(gate, twiml(""), owners=("gone", "acme", "other"))
    assert [("other", OTHER_ACCOUNT)] == [(one.tenant, dict(one.fields)["AccountSid"]) for one in gate.outside.asked]


async def test_without_a_webhook_nobody_is_asked(gate: WebGate) -> None:
    """Silence."""
    gate.directory.tenants = [replace(one, sms_webhook="") for one in gate.directory.tenants]
    gate.directory.keys.append(key("SK1", "secret", Role.OPS))
    await gate.inside.directory.refresh()
    assert ("", []) == (await answered(gate, twiml("<Message>Hi</Message>")), gate.outside.asked)


async def test_a_redirect_leads_to_the_gate(gate: WebGate) -> None:
    """The carrier comes back for the next document, which is judged as the first."""
    document = await answered(gate, replace(twiml("<Redirect>/next?x=1</Redirect>"), cookies=(("h", "a", "1"),)))
    state = gate.addresses.kept[0]
    assert ">https://gate.example.com/twilio/voice/t0</Redirect>" in document
    assert (Wanted.DOCUMENT, "https://dialer.example/next?x=1", (("h", "a", "1"),)) == (
        state.wanted,
        state.url,
        state.cookies,
    )
    gate.outside.answers = [twiml("<Message>Next</Message>")]
    assert b">Next</Message>" in await gate.inside.answering.go_on(WRITTEN, "t0")
    assert "https://dialer.example/next?x=1" == gate.outside.asked[1].url
    await gate.journal.shipped()
    assert [("allow", NUMBER, "informational")] == attempts(gate)


@pytest.mark.parametrize("request_name", ["", "token"])
async def test_each_document_of_an_answer_counts(gate: WebGate, request_name: str) -> None:
    """A message in a further document is another one; only by its own name of a request does the carrier ask again."""
    first, next_ = "<Message>One</Message><Redirect>/next</Redirect>", "<Message>Two</Message>"
    gate.outside.answers = [twiml(first), twiml(next_)]
    await gate.inside.answering.answer(replace(WRITTEN, request=request_name), ["acme"])
    token = next(f"t{number}" for number, one in enumerate(gate.addresses.kept) if one.wanted is Wanted.DOCUMENT)
    again = [await gate.inside.answering.go_on(replace(WRITTEN, request=request_name), token) for _ in range(2)]
    assert [True, bool(request_name)] == [b">Two<" in one for one in again]
    repeat = [] if request_name else ["block"]
    assert ["allow", "allow", *repeat] == [row[0] for row in attempts(gate)]


@pytest.mark.parametrize("change", ["voice", "callback", "gone", "forged"])
async def test_an_address_of_something_else_leads_nowhere(gate: WebGate, change: str) -> None:
    """A document of a call, a callback, a tenant that is gone, a forged token: silence."""
    await answered(gate, twiml("<Redirect>/next</Redirect>"))
    state = gate.addresses.kept[0]
    gate.addresses.kept[0] = {
        "voice": replace(state, made=replace(state.made, channel="voice")),
        "callback": replace(state, wanted=Wanted.CALLBACK),
        "gone": replace(state, made=replace(state.made, tenant="gone")),
        "forged": state,
    }[change]
    assert b"" == await gate.inside.answering.go_on(WRITTEN, "t9" if change == "forged" else "t0")
    assert 1 == len(gate.outside.asked)


async def test_callbacks_of_a_reply_come_through_the_gate(gate: WebGate) -> None:
    """Its status and its action, as those of a message that was created."""
    inner = '<Message action="/sent" statusCallback="https://dialer.example/st" method="GET">Hi</Message>'
    document = await answered(gate, twiml(inner))
    assert "dialer.example" not in document
    decision = gate.journal.of(Kind.DECISION)[0].id
    assert {(decision, "https://dialer.example/sent"), (decision, "https://dialer.example/st")} == {
        (one.made.decision_id, one.url) for one in gate.addresses.kept
    }


async def test_the_same_message_counts_once(gate: WebGate) -> None:
    """However often the carrier brings it."""
    first = await answered(gate, twiml("<Message>Hi</Message>"))
    again = await answered(gate, twiml("<Message>Hi</Message>"))
    assert (first, 1) == (again, len(gate.held))


async def test_while_the_store_is_silent_nobody_is_written_to(gate: WebGate) -> None:
    """The message itself has been taken in all the same."""
    gate.store_trouble.down = True
    document = await answered(gate, twiml("<Message>Hi</Message>"))
    assert ("Hi" in document, ["block"]) == (False, [row[0] for row in attempts(gate)])


@pytest.mark.parametrize(
    ("receiver", "service", "calling"),
    [
        (SENDER, SERVICE, SENDER),
        (f"whatsapp:{SENDER}", "", f"whatsapp:{SENDER}"),
        ("+12025550199", SERVICE, SERVICE),
        ("+12025550199", "", "+12025550199"),
    ],
)
async def test_an_answer_is_in_the_name_of_the_tenants_own_sender(
    gate: WebGate, receiver: str, service: str, calling: str
) -> None:
    """The number that received, or the service by which the tenant owns it."""
    gate.outside.answers = [twiml("<Message>Hi</Message>")]
    message = replace(MESSAGE, receiver=receiver, messaging_service=service)
    await gate.inside.answering.answer(replace(WRITTEN, message=message), ["acme"])
    assert [calling] == [one.body["from"] for one in gate.journal.of(Kind.DECISION)]
