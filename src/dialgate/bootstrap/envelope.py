"""Answers kept for a repeat of the same request: sealed, because they hold numbers and texts."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialgate.app.forward import Forwarded, Refusal
from dialgate.app.ports import CarrierAnswer
from dialgate.domain.decision import Block
from dialgate.domain.ids import DecisionId
from dialgate.domain.reasons import Reason

if TYPE_CHECKING:
    from dialgate.stores.sql.cipher import Cipher


class SealedEnvelope:
    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def seal(self, kept: Forwarded | Refusal) -> bytes:
        said = _forwarded(kept) if isinstance(kept, Forwarded) else _refusal(kept)
        return self._cipher.seal(json.dumps(said, separators=(",", ":"))).encode()

    def open(self, sealed: bytes) -> Forwarded | Refusal:
        said = json.loads(self._cipher.unseal(sealed.decode()))
        decision_id = DecisionId(said["id"])
        if "blocks" in said:
            return Refusal(decision_id, tuple(_block(block) for block in said["blocks"]), said["sid"])
        answer = CarrierAnswer(
            status=said["status"],
            body=base64.b64decode(said["body"]),
            content_type=said["type"],
            headers=tuple((name, value) for name, value in said["headers"]),
            sid=said["sid"],
        )
        return Forwarded(decision_id, answer)


def _forwarded(kept: Forwarded) -> dict[str, Any]:
    answer = kept.answer
    return {
        "id": kept.decision_id,
        "status": answer.status,
        "body": base64.b64encode(answer.body).decode(),
        "type": answer.content_type,
        "headers": answer.headers,
        "sid": answer.sid,
    }


def _refusal(kept: Refusal) -> dict[str, Any]:
    blocks = [
        [b.reason.value, b.rule, b.detail, b.source, b.scope, b.retry_at.isoformat() if b.retry_at else None]
        for b in kept.blocks
    ]
    return {"id": kept.decision_id, "blocks": blocks, "sid": kept.carrier_sid}


def _block(said: list[Any]) -> Block:
    reason, rule, detail, source, scope, retry_at = said
    return Block(Reason(reason), rule, detail, source, scope, datetime.fromisoformat(retry_at) if retry_at else None)
