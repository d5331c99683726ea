"""Own destinations: who added which, and who took it away."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.fakes.api_gate import ASKED, COMPLIANCE, DIALER, NUMBER, OPERATOR, OPS, ApiGate, Http, say
from tests.fakes.policies import shipped

DESTINATIONS = "/v1/destinations"
NIGHT = {**ASKED, "purpose": "marketing", "dry_run": True, "at": "2026-11-23T11:00:00Z"}
"""Three in the morning in California."""


async def test_an_own_destination_is_called_at_any_hour(gate: ApiGate, http: Http) -> None:
    """From the answer on, and no longer than until it is taken out."""
    gate.policies.replace(shipped())
    verdicts = [await _verdict(http)]
    assert 201 == (await say(http, "POST", DESTINATIONS, {"number": NUMBER}, pair=COMPLIANCE)).status
    verdicts.append(await _verdict(http))
    assert 200 == (await say(http, "DELETE", f"{DESTINATIONS}/{NUMBER}", pair=COMPLIANCE)).status
    verdicts.append(await _verdict(http))
    assert ["block", "allow", "block"] == verdicts


async def test_the_own_no_of_an_own_destination_holds(http: Http) -> None:
    """An agent may have a private life."""
    await say(http, "POST", DESTINATIONS, {"number": NUMBER}, pair=COMPLIANCE)
    await say(http, "POST", "/v1/opt-outs", {"to": NUMBER, "source": "voice"}, pair=COMPLIANCE)
    said = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    assert ["suppressed"] == list(dict.fromkeys(reason["code"] for reason in said.json["reasons"]))


async def test_the_listing_tells_who_and_when(http: Http) -> None:
    """Numbers are masked unless unmasked; what was removed stays in the list."""
    asked = {"number": "(415) 555-2671", "note": "Ann's desk"}
    await say(http, "POST", DESTINATIONS, asked, pair=COMPLIANCE)
    await say(http, "DELETE", f"{DESTINATIONS}/{NUMBER}?tenant=acme", pair=OPERATOR)
    (shown,) = (await say(http, "GET", DESTINATIONS, pair=OPS)).json["items"]
    (whole,) = (await say(http, "GET", f"{DESTINATIONS}?unmask=true", pair=COMPLIANCE)).json["items"]
    assert ("+1***2671", NUMBER) == (shown["number"], whole["number"])
    assert ("Ann's desk", COMPLIANCE[0], OPERATOR[0]) == (shown["note"], shown["added_by"], shown["removed_by"])
    assert None not in {shown["added_at"], shown["removed_at"]}


async def test_each_tenant_has_its_own(http: Http) -> None:
    """A key sees and changes nothing of another tenant."""
    await say(http, "POST", f"{DESTINATIONS}?tenant=other", {"number": NUMBER})
    assert [] == (await say(http, "GET", DESTINATIONS, pair=OPS)).json["items"]
    assert 404 == (await say(http, "DELETE", f"{DESTINATIONS}/{NUMBER}", pair=COMPLIANCE)).status
    assert 403 == (await say(http, "POST", f"{DESTINATIONS}?tenant=other", {"number": NUMBER}, pair=COMPLIANCE)).status


async def test_what_is_no_number_or_there_already_is_refused(http: Http) -> None:
    """In words, and an operator must say for whom."""
    statuses = [
        (await say(http, "POST", path, {"number": number})).status
        for path, number in (
            (DESTINATIONS, NUMBER),
            (f"{DESTINATIONS}?tenant=acme", "the boss"),
            (f"{DESTINATIONS}?tenant=acme", NUMBER),
            (f"{DESTINATIONS}?tenant=acme", NUMBER),
        )
    ]
    assert [400, 400, 201, 409] == statuses


async def _verdict(http: Http) -> str:
    return str((await say(http, "POST", "/v1/decisions", NIGHT, pair=OPS)).json["verdict"])


@pytest.mark.parametrize("address", ["client:alice", "sip:alice@pbx.example:5061"])
async def test_a_phone_without_a_number_is_reached_while_it_is_own(http: Http, address: str) -> None:
    """By its exact address, which a key without leave sees masked."""
    asked = {**ASKED, "to": address, "dry_run": True}

    async def said() -> object:
        return (await say(http, "POST", "/v1/decisions", asked, pair=OPS)).json["verdict"]

    seen = [await said()]
    added = await say(http, "POST", DESTINATIONS, {"number": address}, pair=COMPLIANCE)
    assert (201, address) == (added.status, added.json["number"])
    seen.append(await said())
    (shown,) = (await say(http, "GET", DESTINATIONS, pair=OPS)).json["items"]
    assert f"{address.partition(':')[0]}:***" == shown["number"]
    assert 200 == (await say(http, "DELETE", f"{DESTINATIONS}/{quote(address, safe='')}", pair=COMPLIANCE)).status
    seen.append(await said())
    assert ["block", "allow", "block"] == seen


@pytest.mark.parametrize(
    "address",
    [
        "Client:alice",
        "client:al ice",
        "client:4155552671",
        "app:alice",
        "alice@pbx.example",
        "sips:alice@pbx.example",
        "sip:alice@PBX.example",
        "sip:+14155552671@pbx.example",
        "sip:14155552671@pbx.example",
        "sip:x.415-555-2671@pbx.example",
        "sip:alice@pbx.example;transport=tls",
        "sip:alice@pbx.example?X-To=1",
        "sip:%61lice@pbx.example",
        '"Alice" <sip:alice@pbx.example>',
    ],
)
async def test_an_address_is_added_in_its_one_spelling(http: Http, address: str) -> None:
    """Nothing is mended on the way, and a number cannot hide in it."""
    assert 400 == (await say(http, "POST", DESTINATIONS, {"number": address}, pair=COMPLIANCE)).status
    assert [] == (await say(http, "GET", DESTINATIONS, pair=COMPLIANCE)).json["items"]
