"""What stands at the carrier under an application's name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import pytest

from dialgate.app.errors import CarrierUnreachableError
from dialgate.app.front import UrlUse, Wanted
from dialgate.app.ports import CarrierAnswer
from dialgate.carriers.twilio.applications import TwilioApplications

if TYPE_CHECKING:
    from dialgate.app.ports import Carrier

SID = "AP" + "0a" * 16


class Shelf:
    """A carrier that gives one answer to every read."""

    def __init__(self, status: int = 200, body: bytes = b"{}") -> None:
        self.answer = CarrierAnswer(status, body, "application/json")
        self.asked: list[str] = []

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        self.asked.append(path)
        return self.answer


def applications(shelf: Shelf) -> TwilioApplications:
    return TwilioApplications(cast("Carrier", shelf))


async def test_its_addresses_are_those_of_a_create() -> None:
    """With their methods; what is empty or of another kind is left out."""
    body = {
        "voice_url": "https://a.example/v",
        "voice_method": "get",
        "voice_fallback_url": None,
        "status_callback": "https://a.example/s",
        "status_callback_method": None,
        "sms_url": "https://a.example/m",
    }
    shelf = Shelf(body=json.dumps(body).encode())
    assert (
        UrlUse("Url", "https://a.example/v", "GET", Wanted.DOCUMENT),
        UrlUse("StatusCallback", "https://a.example/s", "POST", Wanted.STATUS),
    ) == await applications(shelf).addresses(SID)
    assert [f"Applications/{SID}.json"] == shelf.asked


@pytest.mark.parametrize("sid", ["", "AP", "AP" + "G" * 32, f"{SID}/../x", SID.upper()])
async def test_what_is_no_name_of_an_application_is_not_asked_for(sid: str) -> None:
    """Nothing of the dialer's bytes gets into a path."""
    shelf = Shelf()
    assert None is await applications(shelf).addresses(sid)
    assert [] == shelf.asked


async def test_an_unknown_application_is_none() -> None:
    """The dialer's mistake."""
    assert None is await applications(Shelf(404)).addresses(SID)


@pytest.mark.parametrize(("status", "body"), [(401, b"{}"), (200, b"[]"), (200, b"<html>")])
async def test_what_cannot_be_read_is_the_carriers_failure(status: int, body: bytes) -> None:
    """It may be asked again."""
    with pytest.raises(CarrierUnreachableError):
        await applications(Shelf(status, body)).addresses(SID)
