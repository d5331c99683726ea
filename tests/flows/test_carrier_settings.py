"""`dialgate carrier ...` against a carrier account whose numbers tell somebody else."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.flows.asking import Dialer
from tests.flows.test_command_line import dialgate

OLD = "https://app.example.com/sms"


async def at_the_carrier(demo: Dialer, method: str, path: str, **form: str) -> Any:  # noqa: ANN401 - JSON
    values = demo.running.serve.carrier.settings
    account = values["DIALGATE_CARRIER__TWILIO__ACCOUNT_SID"]
    auth = aiohttp.encode_basic_auth(account, values["DIALGATE_CARRIER__TWILIO__AUTH_TOKENS"])
    below = path if path.startswith("/") else f"/2010-04-01/Accounts/{account}/{path}"
    url = f"{demo.running.serve.carrier.url}{below}"
    async with demo.session.request(method, url, data=form or None, headers={"Authorization": auth}) as response:
        assert response.status in {200, 201}, await response.text()
        return await response.json()


async def test_numbers_and_services_are_pointed_here_and_back(demo: Dialer) -> None:
    """What tells somebody else is found, a dry run changes nothing, adopting mends it, and releasing puts it back."""
    phone = demo.running.new_number()
    number = await at_the_carrier(demo, "POST", "IncomingPhoneNumbers.json", PhoneNumber=phone, SmsUrl=OLD)
    service = await at_the_carrier(demo, "POST", "/v1/Services", FriendlyName="Reminders")
    here = f"{demo.running.serve.url}/twilio/sms"

    async def now() -> tuple[object, object]:
        one = await at_the_carrier(demo, "GET", f"IncomingPhoneNumbers/{number['sid']}.json")
        other = await at_the_carrier(demo, "GET", f"/v1/Services/{service['sid']}")
        return one["sms_url"], other["inbound_request_url"]

    found = await dialgate(demo, "carrier", "check")
    tried = await dialgate(demo, "carrier", "adopt", "--dry-run", "--format", "json")
    before = await now()
    done = await dialgate(demo, "carrier", "adopt", "--format", "json")
    adopted, checked = await now(), await dialgate(demo, "carrier", "check")
    released = await dialgate(demo, "carrier", "release")
    assert (1, True, True) == (found.status, phone in found.out, service["sid"] in found.out)
    assert ({number["sid"], service["sid"]}, tried.json) == ({one["sid"] for one in tried.json}, done.json)
    assert ((OLD, None), (here, here), (OLD, None)) == (before, adopted, await now())
    assert ((0, "Everything points at this gate.\n"), 0) == ((checked.status, checked.out), released.status)
