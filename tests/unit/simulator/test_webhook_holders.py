"""Applications, incoming phone numbers and messaging services."""

from __future__ import annotations

import pytest

from dialgate.simulator.holders import APPLICATIONS, NUMBERS, SERVICES, Kind
from dialgate.simulator.state import Simulator
from dialgate.simulator.webhook_holders import (
    creating,
    deleting,
    fetching,
    holder_json,
    listing,
    number_called,
    updating,
)
from tests.unit.simulator.led import SENDER, asked, body, refusal


@pytest.mark.parametrize(
    ("kind", "parameter", "shown"),
    [
        (APPLICATIONS, "VoiceUrl", "voice_url"),
        (NUMBERS, "SmsUrl", "sms_url"),
        (SERVICES, "InboundRequestUrl", "inbound_request_url"),
    ],
)
async def test_their_webhooks_can_be_pointed_elsewhere(sim: Simulator, kind: Kind, parameter: str, shown: str) -> None:
    """Made without, changed, listed and removed; other parameters stay as they were."""
    made = body(creating(kind)(sim, asked(PhoneNumber=SENDER, FriendlyName="mine")))
    sid = made["sid"]
    assert (made[shown], made["friendly_name"], sid[:2]) == (None, "mine", kind.prefix)
    assert body(updating(kind)(sim, asked(sid, **{parameter: "https://gate.example/x"})))[shown] == (
        "https://gate.example/x"
    )
    assert body(fetching(kind)(sim, asked(sid)))["friendly_name"] == "mine"
    assert [row["sid"] for row in body(listing(kind)(sim, asked(query="FriendlyName=mine")))[kind.key]] == [sid]
    assert deleting(kind)(sim, asked(sid)).status == 204
    assert refusal(fetching(kind), sim, asked(sid)) == (404, 20404)


async def test_services_are_paged_as_newer_apis_are(sim: Simulator) -> None:
    """With a meta block of whole URLs and ISO dates."""
    for name in "ab":
        creating(SERVICES)(sim, asked(FriendlyName=name))
    shown = body(listing(SERVICES)(sim, asked(query="PageSize=1")))
    assert (shown["meta"]["key"], shown["meta"]["page_size"]) == ("services", 1)
    assert shown["meta"]["next_page_url"].startswith("http://127.0.0.1:8081/x.json?PageSize=1&Page=1&PageToken=")
    assert shown["services"][0]["date_created"] == "2026-11-21T20:00:00Z"


async def test_a_number_is_known_by_its_digits(sim: Simulator) -> None:
    """And needs them."""
    creating(NUMBERS)(sim, asked(PhoneNumber=SENDER))
    holder = number_called(sim, SENDER)
    assert holder is not None
    assert holder_json(sim, holder)["phone_number"] == SENDER
    assert number_called(sim, "+15550009999") is None
    assert refusal(creating(NUMBERS), sim, asked()) == (400, 21452)
