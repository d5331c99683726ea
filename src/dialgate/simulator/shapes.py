"""Resources as the carrier shows them in JSON: strings for numbers, RFC 2822 dates, relative URIs."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from dialgate.simulator.records import Call, Medium, Message, Resource, WireRequest
from dialgate.simulator.wire import API_VERSION, Form, rfc2822

# The basic character set of GSM 03.38 and its extension table; anything else makes a message UCS-2.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
_CALL_PARTS = {
    "events": "Events",
    "notifications": "Notifications",
    "payments": "Payments",
    "recordings": "Recordings",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}


def resource_path(account_sid: str, kind: str, sid: str) -> str:
    return f"/{API_VERSION}/Accounts/{account_sid}/{kind}/{sid}"


def segments(body: str) -> int:
    """How many radio segments a text takes."""
    single, joined = (160, 153) if set(body) <= _GSM else (70, 67)
    return 1 if len(body) <= single else -(-len(body) // joined)


def message_json(account_sid: str, message: Message) -> dict[str, object]:
    path = resource_path(account_sid, "Messages", message.sid)
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": rfc2822(message.created_at),
        "date_sent": rfc2822(message.sent_at),
        "date_updated": rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "from": message.sender or None,
        "messaging_service_sid": message.messaging_service_sid,
        "num_media": str(len(message.media)),
        "num_segments": str(segments(message.body)),
        "price": "-0.00790" if message.status in {"sent", "delivered", "undelivered"} else None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": message.to,
        "uri": f"{path}.json",
    }


def call_json(account_sid: str, call: Call) -> dict[str, object]:
    path = resource_path(account_sid, "Calls", call.sid)
    return {
        "account_sid": account_sid,
        "annotation": None,
        "answered_by": call.answered_by or None,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": rfc2822(call.created_at),
        "date_updated": rfc2822(call.updated_at),
        "direction": call.direction,
        "duration": None if call.ended_at is None else str(duration_s(call)),
        "end_time": rfc2822(call.ended_at),
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": call.sender,
        "group_sid": None,
        "parent_call_sid": call.parent_call_sid,
        "phone_number_sid": None,
        "price": "-0.01300" if call.status == "completed" else None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": rfc2822(call.started_at),
        "status": call.status,
        "subresource_uris": {name: f"{path}/{part}.json" for name, part in _CALL_PARTS.items()},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{path}.json",
    }


def account_json(account_sid: str, auth_token: str) -> dict[str, object]:
    """With the token in it, as the carrier does: a gate that lets this through has leaked it."""
    path = f"/{API_VERSION}/Accounts/{account_sid}"
    parts = {"calls": "Calls", "conferences": "Conferences", "messages": "Messages", "recordings": "Recordings"}
    return {
        "auth_token": auth_token,
        "date_created": "Thu, 01 Jan 2026 00:00:00 +0000",
        "date_updated": "Thu, 01 Jan 2026 00:00:00 +0000",
        "friendly_name": "Simulated carrier account",
        "owner_account_sid": account_sid,
        "sid": account_sid,
        "status": "active",
        "subresource_uris": {name: f"{path}/{part}.json" for name, part in parts.items()},
        "type": "Full",
        "uri": f"{path}.json",
    }


def duration_s(call: Call) -> int:
    """Seconds between answer and end; 0 for a call that nobody answered."""
    if call.answered_at is None or call.ended_at is None:
        return 0
    return round((call.ended_at - call.answered_at).total_seconds())


def told(shown: Mapping[str, object], resource: Resource) -> dict[str, object]:
    """The resource with what only the simulator knows: its parameters and its life."""
    return {**shown, "params": [list(pair) for pair in resource.params.pairs], "events": resource.events}


def request_json(request: WireRequest) -> dict[str, object]:
    """A request for comparison, credentials included: the simulator guards no secret worth the name."""
    return {
        "number": request.number,
        "received_at": request.received_at.isoformat(),
        "operation": request.operation,
        "method": request.method,
        "path": request.path,
        "query_string": request.query_string,
        "headers": [list(header) for header in request.headers],
        "body": request.body.decode("utf-8", "backslashreplace"),
        "body_base64": base64.b64encode(request.body).decode(),
        "params": [list(pair) for pair in Form.parse(request.body.decode("utf-8", "replace")).pairs],
        "status": request.status,
        "code": request.code,
        "sid": request.sid,
    }


def medium_json(account_sid: str, medium: Medium) -> dict[str, object]:
    return {
        "account_sid": account_sid,
        "content_type": medium.content_type,
        "date_created": rfc2822(medium.created_at),
        "date_updated": rfc2822(medium.updated_at),
        "parent_sid": medium.message_sid,
        "sid": medium.sid,
        "uri": f"{resource_path(account_sid, 'Messages', medium.message_sid)}/Media/{medium.sid}.json",
    }


def feedback_json(account_sid: str, message: Message) -> dict[str, object]:
    return {
        "account_sid": account_sid,
        "date_created": rfc2822(message.updated_at),
        "date_updated": rfc2822(message.updated_at),
        "message_sid": message.sid,
        "outcome": message.feedback,
        "uri": f"{resource_path(account_sid, 'Messages', message.sid)}/Feedback.json",
    }
