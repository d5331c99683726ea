"""Documents are served whole, without whom was refused, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.app.errors import LedgerUnavailableError
from dialgate.app.front import Wanted
from dialgate.app.records import Kind
from dialgate.domain.ledger import Change, Entry
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from tests.fakes.live_calls import AGENT, APOLOGY, CALL, CALLED, OTHER, STATE, URL, Live, dialled, opt_out, own, twiml
from tests.fakes.web_gate import SENDER, WebGate
from tests.model.scripts import Scripts
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL

TWO = f"<Dial action='/done'><Number>{AGENT}</Number><Number>{OTHER}</Number></Dial><Say>Bye</Say>"


@pytest.fixture
async def gate() -> WebGate:
    gate = WebGate()
    await gate.inside.directory.refresh()
    return gate


async def test_each_number_is_an_attempt_of_the_same_kind(gate: WebGate) -> None:
    """On record with its parent, and with key, campaign, purpose, subject and debt of the call."""
    live = Live(gate)
    assert [AGENT, OTHER] == dialled(await live.ask(twiml(TWO)))
    assert [(AGENT, "allow"), (OTHER, "allow")] == live.verdicts
    body = gate.journal.of(Kind.DECISION)[0].body
    names = ("parent", "key", "campaign", "purpose", "subject", "debt", "from", "channel")
    made = STATE.made
    assert [made.decision_id, made.key, "spring", "survey", "s", "d", SENDER, "voice"] == [body[one] for one in names]


async def test_the_number_that_is_shown_is_the_one_that_is_judged(gate: WebGate) -> None:
    """A caller ID in the document is a sender, and one that is not the tenant's is refused."""
    live = Live(gate)
    assert [] == dialled(await live.ask(twiml(f"<Dial callerId='+14155550177'>{AGENT}</Dial>")))
    assert ["caller_id_not_allowed"] == [one["code"] for one in gate.journal.of(Kind.DECISION)[0].body["reasons"]]


async def test_whom_it_may_not_reach_is_left_out(gate: WebGate) -> None:
    """The others are dialled; where nobody is left the call goes on at the action, told that the dial failed."""
    await opt_out(gate, AGENT)
    live = Live(gate)
    assert [OTHER] == dialled(await live.ask(twiml(TWO)))
    await opt_out(gate, OTHER)
    served = await live.ask(twiml(TWO))
    assert ([], True) == (dialled(served), "<Redirect" in served)
    assert (("DialCallStatus", "failed"),) == gate.addresses.kept[-1].told


@pytest.mark.parametrize(
    "verbs",
    [
        "<Dial>911</Dial>",
        "<Dial>whatsapp:+14155552672</Dial>",
        "<Dial>+1415555267</Dial>",
        "<Dial>a</Dial>",
        "<Sms to='12345'>Hi</Sms>",
    ],
)
async def test_what_is_no_number_is_refused_on_record(gate: WebGate, verbs: str) -> None:
    """Nothing of it reaches the carrier."""
    live = Live(gate)
    assert "<Response/>" in await live.ask(twiml(verbs))
    assert ["block"] == [verdict for _, verdict in live.verdicts]


async def test_a_message_goes_to_whoever_is_on_the_call(gate: WebGate) -> None:
    """As an attempt by message, and written out."""
    live = Live(gate)
    assert f'<Sms to="{CALLED}"' in await live.ask(twiml("<Sms>Hi</Sms>"))
    body = gate.journal.of(Kind.DECISION)[0].body
    assert (CALLED, "sms", 36_000) == (body["number"], body["channel"], body["reservation"]["lifetime_s"])


async def test_tones_behind_a_number_are_judged_with_it(gate: WebGate) -> None:
    """Whoever could be reached by them must not have opted out; then neither number nor tones go out."""
    verbs = f"<Dial><Number sendDigits='ww{OTHER[2:]}'>{AGENT}</Number></Dial>"
    live = Live(gate)
    assert [AGENT] == dialled(await live.ask(twiml(verbs)))
    await opt_out(gate, OTHER)
    assert [] == dialled(await live.ask(twiml(verbs)))


async def test_tones_on_the_call_are_judged_too(gate: WebGate) -> None:
    """The person who was called may be a switchboard; menus and extensions pass."""
    await opt_out(gate, OTHER)
    live = Live(gate)
    served = await live.ask(twiml(f"<Play digits='9w{OTHER[2:]}'/><Play digits='1'/>"))
    assert (1, [(CALLED, "block")]) == (served.count("<Play"), live.verdicts)
    gate.store_trouble.fails = {"probe"}
    assert "<Play" not in await live.ask(twiml(f"<Play digits='{AGENT[2:]}'/>"))


async def test_tones_are_heard_one_after_the_other(gate: WebGate) -> None:
    """A number of somebody who has opted out is not sent in pieces either."""
    await opt_out(gate, OTHER)
    head, tail = OTHER[2:6], OTHER[6:]
    served = await Live(gate).ask(twiml(f"<Play digits='{head}'/><Pause/><Play digits='{tail}'/>"))
    assert (True, False) == (head in served, tail in served)


async def test_tones_are_heard_from_one_document_to_the_next(gate: WebGate) -> None:
    """Neither in pieces of which each comes with a document of its own."""
    await opt_out(gate, OTHER)
    head, tail = OTHER[2:6], OTHER[6:]
    live = Live(gate)
    assert head in await live.ask(twiml(f"<Play digits='{head}'/><Redirect>/next</Redirect>"))
    after = Live(gate, gate.addresses.kept[-1])
    assert tail not in await after.ask(twiml(f"<Play digits='{tail}'/>"))
    assert "3" in await after.ask(twiml("<Play digits='3'/>"))


async def test_many_tones_are_not_read(gate: WebGate) -> None:
    """Reading them as numbers would hold up everybody else, so the document is not followed."""
    assert "<Play" in await Live(gate).ask(twiml(f"<Play digits='{'1w' * 100}'/>"))
    tones = "".join(f"<Play digits='{'1' * 60}'/>" for _ in range(2))
    assert "We are sorry" in await Live(gate).ask(twiml(tones))


async def test_whom_a_call_reaches_later_is_judged_later(gate: WebGate) -> None:
    """A long pause carries nobody over the end of hours or an opt-out: what follows is asked for when it is due."""
    live = Live(gate)
    served = await live.ask(twiml(f"<Pause length='7200'/><Dial>{AGENT}</Dial><Gather><Say>Bye</Say></Gather>"))
    assert ([], [], True) == (dialled(served), live.verdicts, "<Redirect>" in served)
    (rest,) = gate.addresses.kept[1:]
    assert [AGENT] == dialled(await Live(gate, rest).ask())
    await opt_out(gate, AGENT)
    assert [] == dialled(await Live(gate, rest).ask())
    assert [URL] * 3 == [one.url for one in gate.addresses.kept if not one.twiml]


async def test_each_leg_reports_to_the_gate(gate: WebGate) -> None:
    """To its own decision; where the dialer wants to hear as well, through an address that knows which events."""
    served = await Live(gate).ask(twiml(f"<Dial>{AGENT}</Dial>"))
    (record,) = gate.journal.of(Kind.DECISION)
    assert f'statusCallback="{PUBLIC_URL}/twilio/status/{record.id}"' in served
    verbs = f"<Dial><Number statusCallback='/s' statusCallbackEvent='ringing' url='/w'>{AGENT}</Number></Dial>"
    await Live(gate).ask(twiml(verbs))
    record = gate.journal.of(Kind.DECISION)[1]
    whisper, status = gate.addresses.kept[-2:]
    assert (record.id, Wanted.STATUS, ("ringing",)) == (status.made.decision_id, status.wanted, status.events)
    assert (record.id, AGENT, Wanted.DOCUMENT) == (whisper.made.decision_id, whisper.made.number, whisper.wanted)


async def test_an_opt_out_ends_the_call_that_reaches_the_person(gate: WebGate) -> None:
    """Until the carrier names the leg, the call's name is the leg's."""
    await Live(gate).ask(twiml(f"<Dial>{AGENT}</Dial>"))
    await opt_out(gate, AGENT)
    assert [("voice", CALL)] == gate.carrier.cancelled


async def test_an_opt_out_while_a_document_is_made_refuses_it(gate: WebGate) -> None:
    """Between admission and serving: nobody is dialled, the call ends, and nothing stays counted."""
    change = Change(1, "stop-1", add=(Entry(Scope("acme").name, E164(AGENT)),))

    def suppress() -> None:
        Scripts(gate.server, "one").suppress(change, 1)

    gate.store_trouble.before["sent"] = suppress
    assert "<Response><Hangup/></Response>" in await Live(gate).ask(twiml(TWO))
    assert [("voice", CALL)] == gate.carrier.cancelled
    assert {} == gate.held


async def test_an_admission_that_has_grown_old_is_not_served(gate: WebGate) -> None:
    """More than a second after it was asked for, an opt-out may have been acknowledged: nothing is handed over."""
    gate.store_trouble.before["sent"] = lambda: gate.pass_s(1.5)
    served = await Live(gate).ask(twiml(TWO))
    assert ([], "We are sorry" in served) == (dialled(served), True)
    assert ({}, 2) == (gate.held, len(gate.journal.of(Kind.RELEASED)))


async def test_without_a_ledger_long_addresses_serve_nothing(gate: WebGate) -> None:
    """What was reserved is given back."""
    live = Live(gate)
    await live.ask(twiml(""))
    gate.addresses.error = LedgerUnavailableError("The ledger did not answer.")
    served = await live.ask(twiml(TWO))
    assert ([], {}) == (dialled(served), gate.held)


async def test_the_same_request_counts_once(gate: WebGate) -> None:
    """The carrier asks again for want of an answer: the same numbers, one attempt each; a new request is a new one."""
    live = Live(gate)
    for _ in range(2):
        assert [AGENT, OTHER] == dialled(await live.ask(twiml(TWO), request="r1"))
    assert 2 == len(gate.held)
    await live.ask(twiml(TWO), request="r2")
    assert 4 == len(gate.held)


async def test_a_repeat_after_an_opt_out_is_refused(gate: WebGate) -> None:
    """That it was permitted a moment ago permits nothing now."""
    live = Live(gate)
    await live.ask(twiml(f"<Dial>{AGENT}</Dial>"), request="r1")
    await opt_out(gate, AGENT)
    assert [] == dialled(await live.ask(twiml(f"<Dial>{AGENT}</Dial>"), request="r1"))


async def test_without_a_call_nobody_is_reached(gate: WebGate) -> None:
    """What is heard while waiting may play and say."""
    live = Live(gate)
    assert "We are sorry" in await live.ask(twiml(f"<Dial>{AGENT}</Dial>"), call="")
    assert "<Say>Wait</Say>" in await live.ask(twiml("<Say>Wait</Say>"), call="")


async def test_a_whisper_is_judged_by_the_person_who_hears_it(gate: WebGate) -> None:
    """A document on the leg of somebody who has opted out ends that leg."""
    state = replace(STATE, made=replace(STATE.made, number=AGENT))
    await opt_out(gate, AGENT)
    assert "<Hangup/>" in await Live(gate, state).ask(twiml("<Say>Hi</Say>"))


AGENTS = ("client:ann", "sip:ann@pbx.example")
PHONES = "<Dial><Client><Identity>ann</Identity></Client><Sip password='secret'>sip:ann@pbx.example</Sip></Dial>"


async def test_own_phones_without_a_number_are_reached(gate: WebGate) -> None:
    """Each is an attempt on record, and its leg reports to the gate."""
    live = Live(gate)
    assert APOLOGY in await live.ask(twiml(PHONES))
    await own(gate, *AGENTS)
    served = await live.ask(twiml(PHONES))
    assert (True, True) == ("<Identity>ann</Identity></Client>" in served, ">sip:ann@pbx.example</Sip>" in served)
    assert 2 == served.count(f'statusCallback="{PUBLIC_URL}/twilio/status/')
    assert [(CALLED, "block"), *((one, "allow") for one in AGENTS)] == live.verdicts


@pytest.mark.parametrize(
    "noun",
    [
        "<Client>Ann</Client>",
        "<Client>client:ann</Client>",
        "<Client>bob</Client>",
        "<Sip>client:ann</Sip>",
        "<Sip>ann@pbx.example</Sip>",
        "<Sip>SIP:ann@pbx.example</Sip>",
        "<Sip>sip:ann@pbx.example;transport=udp</Sip>",
        "<Sip>sip:ann@pbx.example?X-A=1</Sip>",
        "<Sip>sip:+14155552672@pbx.example</Sip>",
        f"<Sip>{AGENT}</Sip>",
        "<Sip><Uri>sip:ann@pbx.example</Uri></Sip>",
        "<Sip>sip:ann@pbx.example<Headers><Header name='X-A' value=''/></Headers></Sip>",
        "<Application>ann</Application>",
    ],
)
async def test_whoever_is_not_exactly_own_has_the_document_refused(gate: WebGate, noun: str) -> None:
    """Own numbers and addresses beside it are of no account; it is on record as a refusal of the call's number."""
    await own(gate, *AGENTS, AGENT)
    live = Live(gate)
    assert APOLOGY in await live.ask(twiml(f"<Dial><Client>ann</Client>{noun}</Dial>"))
    assert [(CALLED, "block")] == live.verdicts


async def test_a_transfer_by_the_other_side_is_not_followed(gate: WebGate) -> None:
    """Nothing is heard of the leg that it makes."""
    await own(gate, *AGENTS)
    assert APOLOGY in await Live(gate).ask(twiml("<Refer><Sip>sip:ann@pbx.example</Sip></Refer>"))


async def test_an_address_is_no_number_of_a_document(gate: WebGate) -> None:
    """Neither dialled nor written to in the place of one; refused on record, and left out."""
    await own(gate, *AGENTS)
    live = Live(gate)
    verbs = (
        "<Dial>client:ann</Dial>",
        "<Dial><Number>sip:ann@pbx.example</Number></Dial>",
        "<Sms to='client:ann'>Hi</Sms>",
    )
    assert [True] * 3 == ["<Response/>" in await live.ask(twiml(one)) for one in verbs]
    assert [("client:ann", "block"), ("sip:ann@pbx.example", "block"), ("client:ann", "block")] == live.verdicts


async def test_a_phone_without_a_number_hears_no_number_as_tones(gate: WebGate) -> None:
    """In which country it would dial them nobody knows; menus and extensions pass."""
    await own(gate, *AGENTS)
    live = Live(gate, replace(STATE, made=replace(STATE.made, number="sip:ann@pbx.example")))
    served = await live.ask(twiml("<Play digits='1w23'/><Play digits='4567'/><Play digits='89'/>"))
    assert (2, False) == (served.count("<Play"), "4567" in served)
