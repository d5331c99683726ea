"""Where the carrier's numbers, services and applications tell of inbound messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from dialgate.app.adopting import Held
from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.ports import CarrierAnswer, CarrierRequest
from dialgate.carriers.twilio.settings import APPLICATIONS, NUMBERS, SERVICES, TwilioSettings
from tests.fakes.journal_tools import SetClock
from tests.fakes.one_gate import ToldCarrier

GATE = "https://gate.example.com"
HERE = f"{GATE}/twilio/sms"
OLD = "https://app.example.com/sms"
NUMBER = {"sid": "PN1", "phone_number": "+14155550100", "sms_url": OLD, "sms_method": "GET"}
SERVICE = {"sid": "MG1", "friendly_name": "Reminders", "inbound_request_url": None, "inbound_method": "POST"}
APPLICATION = {"sid": "AP1", "friendly_name": "Bot", "sms_url": "", "sms_method": "POST", "voice_url": OLD}
WANTED = {"SmsUrl": HERE, "SmsMethod": "POST"}


@dataclass(slots=True)
class Account(ToldCarrier):
    pages: dict[str, list[Mapping[str, object]]] = field(default_factory=dict)
    reads: list[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    controlled: list[CarrierRequest] = field(default_factory=list)
    status: int = 200

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        self.reads.append((path, tuple(query)))
        empty = {NUMBERS: "incoming_phone_numbers", SERVICES: "services", APPLICATIONS: "applications"}[path]
        waiting = self.pages.get(path, [])
        document = waiting.pop(0) if waiting else {empty: []}
        return CarrierAnswer(200, json.dumps(document).encode(), "application/json")

    async def control(self, request: CarrierRequest) -> CarrierAnswer:
        self.controlled.append(request)
        return CarrierAnswer(self.status, b"{}", "application/json")


async def held(
    numbers: Sequence[object] = (), services: Sequence[object] = (), applications: Sequence[object] = ()
) -> list[Held]:
    account = Account(
        SetClock(),
        pages={
            NUMBERS: [{"incoming_phone_numbers": list(numbers)}],
            SERVICES: [{"services": list(services), "meta": {"next_page_url": None}}],
            APPLICATIONS: [{"applications": list(applications)}],
        },
    )
    return list(await TwilioSettings(account, GATE).held())


async def test_a_number_is_read() -> None:
    """Its tenant is found by its own digits."""
    now = {"SmsUrl": OLD, "SmsMethod": "GET"}
    assert [Held("number", "PN1", "+14155550100", "+14155550100", now, WANTED)] == await held([NUMBER])


async def test_a_service_is_read() -> None:
    """Its tenant is found by its SID."""
    now = {"InboundRequestUrl": "", "InboundMethod": "POST"}
    wanted = {"InboundRequestUrl": HERE, "InboundMethod": "POST"}
    assert [Held("service", "MG1", "Reminders", "MG1", now, wanted)] == await held(services=[SERVICE])


@pytest.mark.parametrize(
    ("numbers", "application", "expected"),
    [
        ([], APPLICATION, {}),
        ([], {**APPLICATION, "sms_url": OLD}, WANTED),
        ([{**NUMBER, "sms_application_sid": "AP1"}], APPLICATION, WANTED),
        ([{**NUMBER, "sms_application_sid": "AP2"}], APPLICATION, {}),
    ],
    ids=["for calls alone", "with an address", "of a number", "of no number"],
)
async def test_an_application_that_gets_messages_is_to_point_here(
    numbers: Sequence[object], application: object, expected: dict[str, str]
) -> None:
    """Its documents for calls are left alone: the gate itself reads where they are."""
    found = await held(numbers, applications=[application])
    assert [expected] == [one.wanted for one in found if one.kind == "application"]


async def test_whoever_leaves_messages_to_another_is_left_alone() -> None:
    """A number to its application, a service to its numbers."""
    found = await held([{**NUMBER, "sms_application_sid": "AP1"}], [{**SERVICE, "use_inbound_webhook_on_number": True}])
    assert [{}, {}] == [one.wanted for one in found]


async def test_a_number_for_calls_alone_is_left_out() -> None:
    """Nobody can send it a message."""
    assert [] == await held([{**NUMBER, "capabilities": {"voice": True, "sms": False}}])


async def test_every_page_is_read() -> None:
    """Numbers page by a path below the account, services by a whole URL; only the query of either is used."""
    account = Account(
        SetClock(),
        pages={
            NUMBERS: [
                {"incoming_phone_numbers": [NUMBER], "next_page_uri": "/2010-04-01/x.json?Page=1&PageToken=t"},
                {"incoming_phone_numbers": [{**NUMBER, "sid": "PN2"}]},
            ],
            SERVICES: [{"services": [SERVICE], "meta": {"next_page_url": "https://x.example.com/y?Page=1"}}],
        },
    )
    found = await TwilioSettings(account, GATE).held()
    assert ["PN1", "PN2", "MG1"] == [one.sid for one in found]
    assert [(NUMBERS, (("Page", "1"), ("PageToken", "t"))), (SERVICES, (("Page", "1"),))] == [
        read for read in account.reads if ("PageSize", "1000") not in read[1]
    ]


@pytest.mark.parametrize("document", [{}, {"incoming_phone_numbers": None}, {"incoming_phone_numbers": [{}]}])
async def test_a_part_is_not_taken_for_the_whole(document: Mapping[str, object]) -> None:
    """What is no list fails; so does a list without end."""
    account = Account(SetClock(), pages={NUMBERS: [document]})
    with pytest.raises(CarrierUnreachableError):
        await TwilioSettings(account, GATE).held()
    endless = {"incoming_phone_numbers": [], "next_page_uri": "/x?Page=1"}
    account = Account(SetClock(), pages={NUMBERS: [endless] * 200})
    with pytest.raises(CarrierUnreachableError):
        await TwilioSettings(account, GATE).held()


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("number", "IncomingPhoneNumbers/X1.json"),
        ("service", "v1/Services/X1"),
        ("application", "Applications/X1.json"),
    ],
)
async def test_each_kind_is_written_at_its_place(kind: str, path: str) -> None:
    """Only the parameters that change; a refusal is a failure."""
    account = Account(SetClock())
    one = Held(kind, "X1", "x", "", {}, {})
    await TwilioSettings(account, GATE).write(one, {"SmsUrl": HERE})
    assert [CarrierRequest(path, (("SmsUrl", HERE),))] == account.controlled
    account.status = 403
    with pytest.raises(CarrierUnreachableError):
        await TwilioSettings(account, GATE).write(one, {"SmsUrl": HERE})
