"""Refusals in the carrier's own error shape: its SDKs raise their native exceptions with our reasons in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus

from dialgate.app.front import Answer
from dialgate.carriers.twilio.front.asking import TO_MISSING
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from dialgate.domain.reasons import Reason

JSON = "application/json; charset=utf-8"
RETRY_AFTER_S = 1

CODES: dict[Reason, tuple[int, int]] = {
    Reason.BAD_REQUEST: (400, 990100),
    Reason.INVALID_NUMBER: (400, 21211),
    Reason.UNSUPPORTED_DESTINATION: (400, 990102),
    Reason.SUPPRESSED: (400, 990103),
    Reason.LISTED: (400, 990104),
    Reason.NO_CONSENT: (400, 990105),
    Reason.CALLING_HOURS: (400, 990106),
    Reason.HOLIDAY: (400, 990107),
    Reason.FREQUENCY_CAP: (400, 990108),
    Reason.WAITING_PERIOD: (400, 990109),
    Reason.CONTENT_REJECTED: (400, 990110),
    Reason.REGION_BLOCKED: (400, 990111),
    Reason.CARRIER_BLOCKED: (400, 990112),
    Reason.UNKNOWN_TWIML: (400, 990113),
    Reason.RECALLED: (400, 990114),
    Reason.SURFACE_BLOCKED: (403, 990300),
    Reason.CAMPAIGN_NOT_APPROVED: (403, 990301),
    Reason.CAMPAIGN_NOT_RUNNING: (403, 990302),
    Reason.OUTSIDE_FILING: (403, 990303),
    Reason.CALLER_ID_NOT_ALLOWED: (403, 990304),
    Reason.PURPOSE_BANNED: (403, 990305),
    Reason.KEY_SUSPENDED: (403, 990306),
    Reason.DUPLICATE: (409, 990900),
    Reason.OUTCOME_UNKNOWN: (409, 990901),
    Reason.PACING: (429, 20429),
    Reason.GATE_UNAVAILABLE: (429, 990401),
    Reason.INDEX_UNVERIFIED: (429, 990402),
    Reason.RULE_ERROR: (429, 990403),
}
"""HTTP status and code. Source of the codes of five digits: Twilio, error dictionary; read 2026-11."""
OPTED_OUT_MESSAGE = 21610
MISSING_TO = 21604
_OF_STATUS = {401: 20003, 404: 20404}
_ANY = 20001
_NO_DECISION: dict[str, object] = {"decision_id": None, "retry_at": None}


def refusal(blocks: Sequence[Block], channel: Channel, decision_id: str, carrier_sid: str) -> Answer:
    first = blocks[0]
    status, code = _code(first, channel)
    retry_at = [block.retry_at for block in blocks]
    known = [at for at in retry_at if at is not None]
    again = max(known).isoformat().replace("+00:00", "Z") if len(known) == len(blocks) else None
    details: dict[str, object] = {
        "reason": first.reason.value,
        "reasons": list(dict.fromkeys(block.reason.value for block in blocks)),
        "rule": first.rule,
        "scope": first.scope,
        "decision_id": decision_id or None,
        "retry_at": again,
    }
    if carrier_sid:
        details["carrier_sid"] = carrier_sid
    message = first.detail
    if again and status == HTTPStatus.BAD_REQUEST:  # others say themselves what to do
        message += f" It may be tried again from {again}."
    return _answer(status, code, message, details, max(RETRY_AFTER_S, *(block.retry_after_s for block in blocks)))


def failure(status: int, reason: Reason | None, message: str) -> Answer:
    code = CODES[reason][1] if reason is not None else _OF_STATUS.get(status, _ANY)
    details: dict[str, object] = {}
    if reason is not None:
        details = {"reason": reason.value, "reasons": [reason.value], "rule": "", "scope": "", **_NO_DECISION}
    return _answer(status, code, message, details)


def _code(block: Block, channel: Channel) -> tuple[int, int]:
    status, code = CODES[block.reason]
    if block.reason is Reason.SUPPRESSED and channel is Channel.SMS:
        return status, OPTED_OUT_MESSAGE
    return status, MISSING_TO if block.rule == TO_MISSING else code


def _answer(
    status: int, code: int, message: str, details: dict[str, object], retry_after_s: int = RETRY_AFTER_S
) -> Answer:
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
        "details": details,
    }
    headers = (("Retry-After", str(retry_after_s)),) if status == HTTPStatus.TOO_MANY_REQUESTS else ()
    return Answer(status, json.dumps(body, ensure_ascii=False).encode(), JSON, headers)
