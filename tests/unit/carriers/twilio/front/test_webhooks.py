"""A webhook is believed only if its signature holds and its fields make sense."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.app.errors import BadRequestError, DialgateError, ForbiddenError
from dialgate.app.front import Pairs, Webhook
from dialgate.app.inbound import InboundMessage
from dialgate.app.settle import StatusReport
from dialgate.carriers.twilio.front.webhooks import (
    inbound_message,
    might_be_opt_out,
    reply,
    signature,
    status_report,
    verified,
    verified_json,
)
from tests.unit.carriers.twilio.front.wire import CALL, CARRIER, FORM, MESSAGE, PUBLIC_URL, form, signed

TOKEN, SECOND = "12345", "67890"
SECRETS = (TOKEN, SECOND)
PATH = "/twilio/sms?tenant=1"
STOP = (
    ("MessageSid", MESSAGE),
    ("AccountSid", CARRIER),
    ("From", "+14155552671"),
    ("To", "+14155550100"),
    ("Body", "STOP"),
    ("NewField", "退订"),
    ("Empty", ""),
)
SHARED = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"


def check(webhook: Webhook) -> Pairs:
    return verified(webhook, PUBLIC_URL, SECRETS)


@pytest.mark.parametrize("secret", SECRETS)
def test_any_active_secret_signs(secret: str) -> None:
    """A token can be rotated without losing a STOP; unknown fields are kept."""
    assert STOP == check(signed(PATH, STOP, secret))


def test_the_shared_key_scheme_signs() -> None:
    """HMAC_SHA256 with a shared key is accepted as the carrier documents it."""
    assert STOP == check(signed(PATH, STOP, TOKEN, "sha256", SHARED))


def test_published_vectors_hold() -> None:
    """The carrier's own example of a signature verifies."""
    fields = (
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    )
    headers = {"content-type": FORM, "x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    webhook = Webhook("/myapp.php?foo=1&bar=2", headers, form(*fields))
    assert fields == verified(webhook, "https://mycompany.com", ("12345",))


def test_repeated_values_are_signed_once_each() -> None:
    """Distinct values of a repeated name are signed in order, as the carrier does."""
    fields = (("A", "b"), ("A", "a"), ("A", "b"))
    headers = {"content-type": FORM, "x-twilio-signature": "pDRKh+znruTippWw5DgLFg2Zf+Y="}
    assert fields == verified(Webhook("/x", headers, form(*fields)), "https://gate.example.com", ("12345",))


@pytest.mark.parametrize("url", ["https://gate.example.com:443", "https://gate.example.com"])
def test_a_default_port_in_the_public_url_does_not_matter(url: str) -> None:
    """The carrier signs with or without it."""
    assert STOP == verified(signed(PATH, STOP, TOKEN), url, SECRETS)


GENUINE = signed(PATH, STOP, TOKEN)


def with_header(name: str, value: str) -> Webhook:
    return replace(GENUINE, headers={**GENUINE.headers, name: value})


@pytest.mark.parametrize(
    "webhook",
    [
        signed(PATH, STOP, "other"),
        signed(PATH, STOP, ""),
        signed(PATH, STOP, TOKEN, "sha256"),
        signed(PATH, STOP, TOKEN, "sha1", SHARED),
        signed(PATH, STOP, TOKEN, "sha256", "key=x,algorithm=HMAC_MD5"),
        signed(PATH, STOP, TOKEN, "sha256", "key=x,algorithm=none"),
        replace(GENUINE, raw_path="/twilio/sms"),
        replace(GENUINE, raw_path="/twilio/sms?tenant=2"),
        replace(GENUINE, raw_path=f"{PUBLIC_URL}/twilio/sms?tenant=1"),
        replace(GENUINE, raw_path=""),
        replace(GENUINE, body=GENUINE.body.replace(b"STOP", b"START")),
        replace(GENUINE, body=GENUINE.body + b"&Extra=1"),
        replace(GENUINE, body=b""),
        with_header("X-Twilio-Signature", ""),
        with_header("X-Twilio-Signature", "é"),
        with_header("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        replace(GENUINE, headers={"Content-Type": FORM}),
    ],
)
def test_what_is_not_signed_is_refused(webhook: Webhook) -> None:
    """A forged, altered or unsigned webhook changes nothing."""
    with pytest.raises(ForbiddenError):
        check(webhook)


@pytest.mark.parametrize(
    "webhook",
    [
        with_header("Content-Type", "application/json"),
        with_header("Content-Type", ""),
        replace(GENUINE, body=b'{"MessageSid": 1}'),
        replace(GENUINE, body=b"Body=%ff"),
        replace(GENUINE, body=b"x=" + b"y" * 70_000),
    ],
)
def test_what_is_no_form_is_refused(webhook: Webhook) -> None:
    """A body that the signature scheme does not cover is never read."""
    with pytest.raises(BadRequestError):
        check(webhook)


def test_without_a_secret_nothing_verifies() -> None:
    """A gate that was given no token believes nobody."""
    with pytest.raises(ForbiddenError):
        verified(GENUINE, PUBLIC_URL, ())


def without(name: str) -> Pairs:
    return tuple(pair for pair in STOP if pair[0] != name)


def changed(name: str, value: str) -> Pairs:
    return (*without(name), (name, value))


def test_an_inbound_message_is_read() -> None:
    """The fields become a message, texts as they came."""
    expected = InboundMessage(
        message_sid=MESSAGE,
        sender="+14155552671",
        receiver="+14155550100",
        messaging_service="",
        body="STOP",
        opt_out_type="",
    )
    assert expected == inbound_message(STOP, CARRIER)


def test_a_message_to_a_service_may_lack_a_receiver() -> None:
    """The messaging service then tells the tenant."""
    service = "MG" + "1" * 32
    found = inbound_message((*without("To"), ("MessagingServiceSid", service), ("OptOutType", "STOP")), CARRIER)
    assert ("", service, "STOP") == (found.receiver, found.messaging_service, found.opt_out_type)


@pytest.mark.parametrize(
    "fields",
    [
        *(without(name) for name in ("MessageSid", "AccountSid", "From", "To", "Body")),
        *((*STOP, (name, "x")) for name in ("MessageSid", "AccountSid", "From", "To", "Body")),
        changed("MessageSid", "x"),
        changed("MessageSid", CALL),
        changed("From", ""),
        changed("To", ""),
        changed("From", "x" * 200),
        changed("AccountSid", "AC" + "0" * 32),
    ],
)
def test_a_signed_message_must_also_make_sense(fields: Pairs) -> None:
    """A signature does not tell where fields begin, so each required one stands once and has its form."""
    with pytest.raises(DialgateError):
        inbound_message(fields, CARRIER)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((("CallSid", CALL), ("CallStatus", "no-answer")), StatusReport("d1", CALL, "no-answer")),
        (
            (("MessageSid", MESSAGE), ("MessageStatus", "undelivered"), ("ErrorCode", "30007")),
            StatusReport("d1", MESSAGE, "undelivered", "30007"),
        ),
    ],
)
def test_a_status_report_is_read(fields: Pairs, expected: StatusReport) -> None:
    """Calls and messages report in their own fields."""
    assert expected == status_report((("AccountSid", CARRIER), *fields), CARRIER, "d1")


@pytest.mark.parametrize(
    "fields",
    [
        (),
        (("CallSid", CALL),),
        (("CallStatus", "completed"),),
        (("CallSid", MESSAGE), ("CallStatus", "completed")),
        (("CallSid", CALL), ("CallStatus", "Completed!")),
        (("MessageSid", MESSAGE), ("MessageStatus", "")),
        (("MessageSid", MESSAGE), ("MessageStatus", "sent"), ("ErrorCode", "x")),
        (("CallSid", CALL), ("CallSid", CALL), ("CallStatus", "completed")),
    ],
)
def test_a_status_report_must_make_sense(fields: Pairs) -> None:
    """Nothing is settled from a report that lacks id or status."""
    with pytest.raises(BadRequestError):
        status_report((("AccountSid", CARRIER), *fields), CARRIER, "d1")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"Body=STOP", True),
        (b"From=x&Body=stop.&To=y", True),
        (b"Body=+Stop%21", True),
        (form(("Body", "退订")), True),
        (b"Body=TD", True),
        (b"OptOutType=STOP", True),
        (b"Body=Please+stop+by", False),
        (b"Body=hello", False),
        (b"", False),
    ],
)
def test_a_refused_opt_out_is_recognised(body: bytes, *, expected: bool) -> None:
    """When our checking is broken, refused STOPs can be told from noise."""
    assert expected is might_be_opt_out(Webhook("/", {}, body))


def test_a_get_is_verified_by_its_address() -> None:
    """Its fields stand in the query, in their order, and the signature covers them there."""
    path = "/twilio/callback/t?CallSid=CA1&Body=a+b%26c&CallSid=CA2"
    webhook = replace(signed(path, (), TOKEN), method="GET")
    assert (("CallSid", "CA1"), ("Body", "a b&c"), ("CallSid", "CA2")) == check(webhook)
    with pytest.raises(ForbiddenError):
        check(replace(webhook, raw_path=path + "&x=1"))


JSON_BODY = b'{"a":1}'
JSON_DIGEST = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def test_a_json_webhook_is_verified_by_address_and_digest() -> None:
    """The carrier's own example of a digest."""
    webhook = replace(signed(f"/j?bodySHA256={JSON_DIGEST}", (), TOKEN), body=JSON_BODY)
    assert JSON_BODY == verified_json(webhook, PUBLIC_URL, SECRETS)


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (f"?bodySHA256={JSON_DIGEST}", b'{"a":2}'),
        ("?bodySHA256=", JSON_BODY),
        (f"?bodySHA256={JSON_DIGEST}&bodySHA256={JSON_DIGEST}", JSON_BODY),
        ("", JSON_BODY),
        ("?bodySHA256=%C3%A9", JSON_BODY),
        (f"?bodySHA256={JSON_DIGEST}", b" " * 70_000),
    ],
)
def test_a_json_body_without_its_one_digest_is_refused(query: str, body: bytes) -> None:
    """A signed address alone says nothing of a body."""
    with pytest.raises(DialgateError):
        verified_json(replace(signed(f"/j{query}", (), TOKEN), body=body), PUBLIC_URL, SECRETS)


def test_a_forged_json_webhook_is_refused() -> None:
    """Its digest holds, its signature does not."""
    webhook = replace(signed(f"/j?bodySHA256={JSON_DIGEST}", (), "forged"), body=JSON_BODY)
    with pytest.raises(ForbiddenError):
        verified_json(webhook, PUBLIC_URL, SECRETS)


EXAMPLE = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
)


@pytest.mark.parametrize(
    ("url", "fields", "expected"),
    [
        ("https://mycompany.com/myapp.php?foo=1&bar=2", EXAMPLE, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://gate.example.com/x", (("A", "b"), ("A", "a"), ("A", "b")), "pDRKh+znruTippWw5DgLFg2Zf+Y="),
        (f"https://gate.example.com/j?bodySHA256={JSON_DIGEST}", (), "zZ6eKjfL62WUXK7Heee5hYO2Fqo="),
    ],
)
def test_what_is_passed_on_is_signed_as_the_carrier_signs(url: str, fields: Pairs, expected: str) -> None:
    """The carrier's own examples."""
    assert expected == signature(url, fields, "12345")


def test_the_reply_is_a_document_of_the_carrier() -> None:
    """A confirmation is sent as a message and escaped; silence is an empty response."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    assert f"{head}<Response />" == reply("").body.decode()
    assert f"{head}<Response><Message>退订 &amp; &lt;b&gt;</Message></Response>" == reply("退订 & <b>").body.decode()
    assert (200, "text/xml; charset=utf-8") == (reply("").status, reply("").content_type)
