"""Requests of the carrier: the signature first, then the fields, then their meaning; and what is answered."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from dialgate.app.errors import BadRequestError, ForbiddenError
from dialgate.app.front import Answer, Pairs, Webhook
from dialgate.app.inbound import InboundMessage
from dialgate.app.settle import StatusReport
from dialgate.carriers.twilio.front.forms import MAX_BODY_BYTES, read_form, read_pairs

if TYPE_CHECKING:
    from twilio.request_validator import RequestValidator

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
BODY_DIGEST = "bodySHA256"
_XML = "text/xml; charset=utf-8"
_ONCE = ("AccountSid", "MessageSid", "CallSid", "From", "To", "Body", "MessageStatus", "CallStatus", "OptOutType")
_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}", re.ASCII)
_CALL_SID = re.compile(r"CA[0-9a-f]{32}", re.ASCII)
_STATUS = re.compile(r"[a-z][a-z-]{0,30}", re.ASCII)
_ERROR_CODE = re.compile(r"[0-9]{0,6}", re.ASCII)
_ADDRESS_MAX_CHARS = 128
_LIKE_AN_OPT_OUT = re.compile(
    rb"(?:^|&)(?:Body=(?:\+|%20)*(?:stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|td|t|arret|"
    rb"%e9%80%80%e8%ae%a2)(?:[+.!]|%20|%21)*(?:&|$)|OptOutType=STOP(?:&|$))",
    re.IGNORECASE,
)
_FORGED = (
    "The signature does not hold. It is checked against server.public_url plus the path as requested, with each of "
    "carrier.twilio.auth_tokens."
)


class _Fields(dict[str, list[str]]):
    """As the validator wants repeated names."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def verified(webhook: Webhook, public_url: str, secrets: Iterable[str]) -> Pairs:
    """The SHA1 scheme and the shared-key scheme, with any of the secrets.

    Source: Twilio, "Webhooks security" and "Sign webhooks with shared keys" (public beta); read 2026-11.
    Errors: `BadRequestError` for what is no form; `ForbiddenError` for whatever does not verify.
    """
    headers = _headers(webhook)
    if webhook.method == "GET":
        _check(webhook, public_url, headers, (), secrets)
        return _query(webhook)
    fields = read_form(headers.get("content-type", ""), webhook.body)
    _check(webhook, public_url, headers, fields, secrets)
    return fields


def verified_json(webhook: Webhook, public_url: str, secrets: Iterable[str]) -> bytes:
    """The signature covers the address alone, and the address the digest of the body.

    Source: twilio-python 9.13.0, `RequestValidator.validate`. Errors: as for `verified`.
    """
    headers = _headers(webhook)
    if len(webhook.body) > MAX_BODY_BYTES:
        raise BadRequestError(f"The body has more than {MAX_BODY_BYTES} bytes.")
    digests = [value for name, value in _query(webhook) if name == BODY_DIGEST]
    _check(webhook, public_url, headers, (), secrets)
    if len(digests) != 1 or not hmac.compare_digest(digests[0].lower().encode(), body_digest(webhook.body).encode()):
        raise ForbiddenError("The digest of the body does not hold.")
    return webhook.body


def body_digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def signature(url: str, fields: Pairs, secret: str) -> str:
    """By which a tenant's server knows that a request comes from its carrier. `fields`: of a POST's form; those of a
    query are part of the address.
    """
    return str(_validator(secret).compute_signature(url, _given(fields)))


def _headers(webhook: Webhook) -> dict[str, str]:
    return {name.lower(): value for name, value in webhook.headers.items()}


def _query(webhook: Webhook) -> Pairs:
    return read_pairs(webhook.raw_path.partition("?")[2].encode("utf-8", "surrogateescape"))


def _check(
    webhook: Webhook, public_url: str, headers: Mapping[str, str], signed: Pairs, secrets: Iterable[str]
) -> None:
    if not webhook.raw_path.startswith("/") or not _holds(webhook.raw_path, public_url, headers, signed, secrets):
        raise ForbiddenError(_FORGED)


def _holds(raw_path: str, public_url: str, headers: Mapping[str, str], fields: Pairs, secrets: Iterable[str]) -> bool:
    signature = headers.get(SIGNATURE.lower(), "")
    if not signature:
        return False
    given = _given(fields)
    algorithm = _algorithm(headers.get(SETTINGS.lower(), ""))
    try:
        checks = [_validator(secret).validate(public_url + raw_path, given, signature, algorithm) for secret in secrets]
    except Exception:  # noqa: BLE001 - whatever the validator cannot read is not signed
        return False
    return any(checks)


def _given(fields: Pairs) -> _Fields:
    given = _Fields()
    for name, value in fields:
        given.setdefault(name, []).append(value)
    return given


@cache
def _validator(secret: str) -> RequestValidator:
    from twilio.request_validator import RequestValidator  # noqa: PLC0415 - the SDK takes half a second to import

    return RequestValidator(secret)


def _algorithm(settings: str) -> str:
    from twilio.request_validator import get_signature_algorithm  # noqa: PLC0415 - as above

    return str(get_signature_algorithm(settings))


def inbound_message(fields: Pairs, account_sid: str) -> InboundMessage:
    """Errors: `BadRequestError` names the field that is missing or has another form."""
    given = _once(fields, account_sid)
    return InboundMessage(
        message_sid=_shaped(given, "MessageSid", _MESSAGE_SID),
        sender=_address(given, "From"),
        receiver=given.get("To", "")[:_ADDRESS_MAX_CHARS]
        if given.get("MessagingServiceSid")
        else _address(given, "To"),
        messaging_service=given.get("MessagingServiceSid", ""),
        body=_present(given, "Body"),
        opt_out_type=given.get("OptOutType", ""),
    )


def status_report(fields: Pairs, account_sid: str, decision_id: str) -> StatusReport:
    """Errors: as for `inbound_message`."""
    given = _once(fields, account_sid)
    error_code = _shaped({"ErrorCode": "", **given}, "ErrorCode", _ERROR_CODE)
    if "CallSid" in given:
        sid, status = _shaped(given, "CallSid", _CALL_SID), _shaped(given, "CallStatus", _STATUS)
    else:
        sid, status = _shaped(given, "MessageSid", _MESSAGE_SID), _shaped(given, "MessageStatus", _STATUS)
    senders = tuple(given[name] for name in ("From", "MessagingServiceSid") if given.get(name))
    return StatusReport(decision_id, sid, status, error_code, senders, given.get("To", ""))


def call_sid(fields: Pairs, account_sid: str) -> str:
    """Errors: as for `inbound_message`."""
    given = _once(fields, account_sid)
    return _shaped(given, "CallSid", _CALL_SID) if "CallSid" in given else ""


def might_be_opt_out(webhook: Webhook) -> bool:
    return _LIKE_AN_OPT_OUT.search(webhook.body) is not None


def reply(text: str) -> Answer:
    """An empty `<Response/>` says nothing to the person."""
    from twilio.twiml.messaging_response import MessagingResponse  # noqa: PLC0415 - as above

    response = MessagingResponse()
    if text:
        response.message(text)
    return Answer(200, str(response).encode(), _XML)


def _once(fields: Pairs, account_sid: str) -> dict[str, str]:
    """A signature does not say where one field ends and the next begins, so the fields must make sense too."""
    names = [name for name, _ in fields]
    if twice := [name for name in _ONCE if names.count(name) > 1]:
        raise BadRequestError(f"The field {twice[0]} is given more than once.")
    given = dict(fields)
    if _present(given, "AccountSid") != account_sid:
        raise ForbiddenError("The webhook is of another carrier account.")
    return given


def _present(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise BadRequestError(f"The field {name} is missing.")
    return given[name]


def _shaped(given: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    value = _present(given, name)
    if form.fullmatch(value) is None:
        raise BadRequestError(f"The field {name} does not have its form.")
    return value


def _address(given: Mapping[str, str], name: str) -> str:
    value = _present(given, name)
    if not 0 < len(value) <= _ADDRESS_MAX_CHARS:
        raise BadRequestError(f"The field {name} is empty or too long.")
    return value
