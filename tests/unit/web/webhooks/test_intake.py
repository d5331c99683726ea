"""A webhook is read whole and verified; refused opt-outs do not go unnoticed."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from tests.fakes.web_gate import CARRIER_ACCOUNT
from tests.unit.carriers.twilio.front.wire import FORM, form, signed
from tests.unit.web import surface
from tests.unit.web.surface import CARRIER_TOKEN, Http

FIELDS = (("AccountSid", CARRIER_ACCOUNT), ("From", "+14155552671"), ("Body", "STOP"))


def rejected(opt_out: str) -> float:
    return REGISTRY.get_sample_value("dialgate_webhooks_rejected_total", {"opt_out": opt_out}) or 0


async def test_a_refused_opt_out_is_counted_and_logged_without_its_number(
    http: Http, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run of them means that our own checking is broken and people go on being called."""
    before = (rejected("true"), rejected("false"))
    webhook = signed("/twilio/sms", FIELDS, "forged")
    await surface.ask(http, "POST", "/twilio/sms", body=webhook.body, pair=None, headers=webhook.headers)
    await surface.ask(http, "POST", "/twilio/sms", body=b"Body=hello", pair=None)
    assert (before[0] + 1, before[1] + 1) == (rejected("true"), rejected("false"))
    line = capsys.readouterr().out
    assert (True, False) == ("might_be_opt_out=True" in line, "4155552671" in line)


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "application/json"}, {"Content-Type": "text/plain"}, {"Content-Type": ""}]
)
async def test_only_forms_are_read(http: Http, headers: dict[str, str]) -> None:
    """Another content type is 400, whatever is signed."""
    webhook = signed("/twilio/sms", FIELDS, CARRIER_TOKEN)
    given = {**webhook.headers, **headers}
    got = await surface.ask(http, "POST", "/twilio/sms", body=webhook.body, pair=None, headers=given)
    assert 400 == got.status


async def test_a_large_body_is_refused(http: Http) -> None:
    """Before it is read."""
    got = await surface.ask(http, "POST", "/twilio/sms", body=form(("Body", "x" * 70_000)), pair=None)
    assert 400 == got.status


async def test_a_signature_that_is_given_twice_is_none(http: Http) -> None:
    """Two readers could take two values."""
    webhook = signed("/twilio/sms", FIELDS, CARRIER_TOKEN)
    headers = [*webhook.headers.items(), ("X-Twilio-Signature", "x"), ("Content-Type", FORM)]
    async with http.post("/twilio/sms", data=webhook.body, headers=headers) as response:
        assert response.status in {400, 403}
