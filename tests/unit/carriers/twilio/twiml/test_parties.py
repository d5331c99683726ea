"""Whom a document would reach."""

from __future__ import annotations

import pytest

from dialgate.carriers.twilio.twiml import Party, PartyKind, parties
from dialgate.domain.attempt import Channel
from tests.unit.carriers.twilio.twiml.writing import given


@pytest.mark.parametrize(
    ("verbs", "expected"),
    [
        ("<Say>Call +14155552671</Say><Hangup/>", []),
        ("<Dial/>", []),
        ("<Dial> \n +1 (415) 555-2671\t</Dial>", [(PartyKind.CALL, "+1 (415) 555-2671")]),
        ("<Dial>＋１４１５５５５２６７１</Dial>", [(PartyKind.CALL, "＋１４１５５５５２６７１")]),
        ("<Dial>+1415<![CDATA[555]]>2671</Dial>", [(PartyKind.CALL, "+14155552671")]),
        ("<Dial><![CDATA[+14155552671]]></Dial>", [(PartyKind.CALL, "+14155552671")]),
        ("<Dial>&#43;1&#x34;155552671</Dial>", [(PartyKind.CALL, "+14155552671")]),
        (
            "<Dial><Number>+14155552671</Number><Number sendDigits='ww1#'>+14155552672</Number></Dial>",
            [(PartyKind.CALL, "+14155552671"), (PartyKind.CALL, "+14155552672"), (PartyKind.DIGITS, "ww1#")],
        ),
        ("<Dial><WhatsApp>+14155552671</WhatsApp></Dial>", [(PartyKind.CALL, "+14155552671")]),
        ("<Dial><Sip>sip:a@b.example<Headers/></Sip></Dial>", [(PartyKind.SIP, "sip:a@b.example")]),
        (
            "<Dial><Sip><Uri>sip:a@b.example</Uri><Uri priority='2'>sip:c@d.example</Uri></Sip></Dial>",
            [(PartyKind.ROUTE, "sip:a@b.example"), (PartyKind.ROUTE, "sip:c@d.example")],
        ),
        ("<Dial><Client>joe<Parameter name='a' value='b'/></Client></Dial>", [(PartyKind.CLIENT, "joe")]),
        ("<Dial><Client><Identity>joe</Identity></Client></Dial>", [(PartyKind.CLIENT, "joe")]),
        ("<Dial><Application>AP1</Application></Dial>", [(PartyKind.APPLICATION, "AP1")]),
        (
            "<Dial><Application><ApplicationSid>AP1</ApplicationSid></Application></Dial>",
            [(PartyKind.APPLICATION, "AP1")],
        ),
        (
            "<Dial><Number byoc='BY1'>+14155552671</Number></Dial>",
            [(PartyKind.CALL, "+14155552671"), (PartyKind.CONNECTOR, "BY1")],
        ),
        ("<Record recordingConfigurationId='RC1'/>", [(PartyKind.CONFIGURATION, "RC1")]),
        ("<Dial><Sim>DE1</Sim></Dial>", [(PartyKind.SIM, "DE1")]),
        ("<Dial><Queue>sales</Queue></Dial>", [(PartyKind.QUEUE, "sales")]),
        ("<Dial><Conference>room 1</Conference></Dial>", [(PartyKind.CONFERENCE, "room 1")]),
        ("<Refer><Sip>sip:a@b.example</Sip></Refer>", [(PartyKind.ROUTE, "sip:a@b.example")]),
        ("<Enqueue>sales</Enqueue>", [(PartyKind.QUEUE, "sales")]),
        (
            "<Dial><Queue reservationSid='WR1'>q</Queue></Dial>",
            [(PartyKind.QUEUE, "q"), (PartyKind.WORKFLOW, "WR1")],
        ),
        ("<Enqueue workflowSid='WW1'><Task>{}</Task></Enqueue>", [(PartyKind.WORKFLOW, "WW1")]),
        ("<Sms to='+14155552671'>Hello</Sms>", [(PartyKind.MESSAGE, "+14155552671")]),
        ("<Sms>Hello</Sms>", [(PartyKind.MESSAGE, "")]),
        ("<Play digits='wwww1'/>", [(PartyKind.DIGITS, "wwww1")]),
        ("<Gather><Play digits='1'/></Gather>", [(PartyKind.DIGITS, "1")]),
        ("<Connect><Stream url='wss://bot.example/a'/></Connect>", [(PartyKind.SOCKET, "wss://bot.example/a")]),
        ("<Start><Stream connectorName='x'/></Start>", [(PartyKind.CONNECTOR, "x")]),
        ("<Connect><ConversationRelay url='wss://b.example/'/></Connect>", [(PartyKind.SOCKET, "wss://b.example/")]),
        ("<Connect><Conversation/></Connect>", [(PartyKind.CONNECTOR, "")]),
        ("<Connect><Room>daily</Room></Connect>", [(PartyKind.CONNECTOR, "daily")]),
        ("<Connect><VirtualAgent connectorName='x'/></Connect>", [(PartyKind.CONNECTOR, "x")]),
        ("<Stop><Stream name='x'/></Stop>", []),
    ],
)
def test_everybody_who_would_be_reached_is_named(verbs: str, expected: list[tuple[PartyKind, str]]) -> None:
    """In document order, with the whole text that names them."""
    assert expected == [(party.kind, party.text) for party in parties(given(verbs))]


def test_an_answer_to_a_message_reaches_its_writer_or_another() -> None:
    """A Message without `to` goes to whoever wrote, and is to be gated as well."""
    found = parties(
        given(
            "<Message>Hi</Message><Message to='+14155552671' from='+12025550100'><Body>Hi</Body></Message>", Channel.SMS
        )
    )
    assert (
        Party(0, PartyKind.MESSAGE, "", "Message", "to", "", "Hi"),
        Party(1, PartyKind.MESSAGE, "+14155552671", "Message", "to", "+12025550100", "Hi"),
    ) == found
    assert {(True, Channel.SMS, "")} == {(party.is_attempt, party.channel, party.ungated) for party in found}


def test_the_number_that_is_shown_comes_from_the_dial() -> None:
    """Each number of a Dial is called with the Dial's caller ID."""
    verbs = "<Dial callerId='+12025550100'><Number>+14155552671</Number></Dial><Dial>+14155552672</Dial>"
    found = parties(given(verbs))
    assert [("+12025550100", Channel.VOICE), ("", Channel.VOICE)] == [(party.calling, party.channel) for party in found]
    assert [("Number", ""), ("Dial", "")] == [(party.element, party.attribute) for party in found]


def test_what_cannot_be_gated_says_what_to_write_instead() -> None:
    """Numbers are gated, queues and conferences reach nobody new; everything else needs leave and says so."""
    free = {PartyKind.CALL, PartyKind.MESSAGE, PartyKind.DIGITS, PartyKind.QUEUE, PartyKind.CONFERENCE}
    ungated = {kind for kind in PartyKind if Party(0, kind, "x", "X", "", "").ungated}
    assert set(PartyKind) - free == ungated


def test_tones_know_the_number_that_they_are_sent_to() -> None:
    """Tones behind a number are judged with it; those that are played reach whoever is on the call."""
    verbs = "<Play digits='1'/><Dial><Number>+14155552671</Number><Number sendDigits='2'>+14155552672</Number></Dial>"
    assert [("1", None), ("2", 2)] == [(party.text, party.beside) for party in parties(given(verbs)) if party.is_tones]


@pytest.mark.parametrize(
    ("verbs", "expected"),
    [
        ("<Dial><Sip>sip:a@b.example</Sip></Dial>", "sip:a@b.example"),
        ("<Dial><Client>joe</Client></Dial>", "client:joe"),
        ("<Dial><Client><Identity>joe</Identity></Client></Dial>", "client:joe"),
        ("<Dial><Client>client:joe</Client></Dial>", ""),
        ("<Dial><Sip>client:joe</Sip></Dial>", ""),
        ("<Dial><Sip>joe</Sip></Dial>", ""),
        ("<Dial>client:joe</Dial>", ""),
        ("<Dial><Number>sip:a@b.example</Number></Dial>", ""),
        ("<Dial><Sip><Uri>sip:a@b.example</Uri></Sip></Dial>", ""),
        ("<Refer><Sip>sip:a@b.example</Sip></Refer>", ""),
        ("<Dial><Application>joe</Application></Dial>", ""),
    ],
)
def test_phones_without_a_number_have_an_exact_address(verbs: str, expected: str) -> None:
    """Where it stands in the place that is theirs."""
    assert [expected] == [party.endpoint for party in parties(given(verbs))]
