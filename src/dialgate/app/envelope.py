"""How an answer is kept for a later repeat of the same request: as JSON, sealed by whoever holds the keys."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialgate.app.forward import Forwarded, Refusal
from dialgate.app.ports import CarrierAnswer
from dialgate.domain.decision import Block
from dialgate.domain.ids import DecisionId
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class SealedAnswers:
    """Implements `forward.Envelope`; `lock` encrypts with authentication, `unlock` raises on what it did not make."""

    lock: Callable[[str], str]
    unlock: Callable[[str], str]

    def seal(self, kept: Forwarded | Refusal) -> bytes:
        body = _forwarded(kept) if isinstance(kept, Forwarded) else _refusal(kept)
        return self.lock(json.dumps({"decision_id": kept.decision_id, **body})).encode()

    def open(self, sealed: bytes) -> Forwarded | Refusal:
        body = json.loads(self.unlock(sealed.decode()))
        decision_id = DecisionId(body["decision_id"])
        if "status" in body:
            return Forwarded(decision_id, _answer_of(body))
        return Refusal(decision_id, tuple(_block_of(block) for block in body["blocks"]), body["carrier_sid"])


def _forwarded(kept: Forwarded) -> dict[str, Any]:
    answer = kept.answer
    return {
        "status": answer.status,
        "body": base64.b64encode(answer.body).decode(),
        "content_type": answer.content_type,
        "headers": answer.headers,
        "sid": answer.sid,
    }


def _answer_of(body: dict[str, Any]) -> CarrierAnswer:
    headers = tuple((name, value) for name, value in body["headers"])
    content = base64.b64decode(body["body"])
    return CarrierAnswer(body["status"], content, body["content_type"], headers, body["sid"])


def _refusal(kept: Refusal) -> dict[str, Any]:
    return {"blocks": [_block(block) for block in kept.blocks], "carrier_sid": kept.carrier_sid}


def _block(block: Block) -> dict[str, Any]:
    retry_at = block.retry_at.isoformat() if block.retry_at else None
    return {
        "reason": block.reason,
        "rule": block.rule,
        "detail": block.detail,
        "source": block.source,
        "scope": block.scope,
        "retry_at": retry_at,
    }


def _block_of(body: dict[str, Any]) -> Block:
    retry_at = datetime.fromisoformat(body["retry_at"]) if body["retry_at"] else None
    return Block(Reason(body["reason"]), body["rule"], body["detail"], body["source"], body["scope"], retry_at)
