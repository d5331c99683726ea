"""When the carrier may be pointed at this gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from dialgate.app.directory import DirectoryCopy
from dialgate.app.errors import BadRequestError
from dialgate.bootstrap.adopting import adopting
from dialgate.bootstrap.stores import Stores
from dialgate.settings import Twilio
from tests.fakes.api_gate import ApiGate
from tests.fakes.journal_tools import AT

if TYPE_CHECKING:
    from dialgate.app.queries import Directory


class _Stores:
    def __init__(self, gate: ApiGate) -> None:
        self.former, self.directory = gate.former, gate.written


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"])
async def test_a_carrier_elsewhere_is_never_given_an_address_of_this_machine(public_url: str) -> None:
    """It would tell nobody of an opt-out."""
    gate = ApiGate()
    twilio = Twilio(base_url="https://api.twilio.com", account_sid="AC1")
    use_case = adopting(
        cast("Stores", _Stores(gate)), gate.carrier, DirectoryCopy(cast("Directory", gate.written)), twilio, public_url
    )
    with pytest.raises(BadRequestError):
        await use_case.adopt("SK1", AT, dry_run=False)


@pytest.mark.parametrize(
    ("base_url", "public_url"),
    [("https://api.twilio.com", "https://gate.example.com"), ("http://127.0.0.1:1", "http://127.0.0.1:2")],
)
async def test_what_can_be_reached_may_be_pointed_at(base_url: str, public_url: str) -> None:
    """A public address, or a stand-in for the carrier on this machine."""
    gate = ApiGate()
    gate.naming_carrier.documents = {
        "IncomingPhoneNumbers.json": {"incoming_phone_numbers": []},
        "v1/Services": {"services": [], "meta": {}},
        "Applications.json": {"applications": []},
    }
    twilio = Twilio(base_url=base_url, account_sid="AC1")
    copy = DirectoryCopy(cast("Directory", gate.written))
    await copy.refresh()
    use_case = adopting(cast("Stores", _Stores(gate)), gate.carrier, copy, twilio, public_url)
    assert [] == await use_case.adopt("SK1", AT, dry_run=False)
