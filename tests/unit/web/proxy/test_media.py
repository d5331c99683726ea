"""Recordings and pictures reach the tenant whose they are, as they come."""

from __future__ import annotations

import aiohttp
import pytest

from tests.fakes.web_gate import WebGate, sid
from tests.unit.web import surface
from tests.unit.web.surface import BASE, CALL, Http

RECORDING = sid("RE", 1)
PATH = f"Recordings/{RECORDING}.mp3"


@pytest.fixture
async def recorded(gate: WebGate, http: Http) -> None:
    """A recording of an own call."""
    call = (await surface.post(http, "/Calls.json", *CALL)).body["sid"]
    gate.naming_carrier.documents[f"Recordings/{RECORDING}.json"] = {"sid": RECORDING, "call_sid": call}
    gate.naming_carrier.media[PATH] = [b"ID3", b"tone" * 1000]


@pytest.mark.usefixtures("recorded")
async def test_a_recording_is_streamed(http: Http) -> None:
    """With its type, harmless to a browser, and in the part that was asked for."""
    whole = await surface.ask(http, "GET", f"{BASE}/{PATH}")
    part = await surface.ask(http, "GET", f"{BASE}/{PATH}", headers={"Range": "bytes=0-9"})
    assert (200, "ID3" + "tone" * 1000, "audio/mpeg") == (whole.status, whole.text, whole.headers["Content-Type"])
    assert ("nosniff", True) == (
        whole.headers["X-Content-Type-Options"],
        "sandbox" in whole.headers["Content-Security-Policy"],
    )
    assert (206, "bytes=0-9") == (part.status, part.headers["X-Range"])


async def test_anothers_recording_is_not_shown(gate: WebGate, http: Http) -> None:
    """404, and the media are not asked for."""
    gate.naming_carrier.media[PATH] = [b"x"]
    got = await surface.ask(http, "GET", f"{BASE}/{PATH}")
    assert (404, 20404) == (got.status, got.body["code"])


@pytest.mark.usefixtures("recorded")
async def test_a_refusal_of_the_carrier_is_passed_on(gate: WebGate, http: Http) -> None:
    """Media that are gone are gone."""
    del gate.naming_carrier.media[PATH]
    got = await surface.ask(http, "GET", f"{BASE}/{PATH}")
    assert (404, 20404) == (got.status, got.body["code"])


@pytest.mark.usefixtures("recorded")
async def test_half_a_recording_does_not_pass_for_a_whole_one(gate: WebGate, http: Http) -> None:
    """Where the carrier breaks off, the connection breaks."""
    gate.naming_carrier.media[PATH] = [b"ID3", b""]
    with pytest.raises(aiohttp.ClientError):
        await surface.ask(http, "GET", f"{BASE}/{PATH}")
