"""How an answer is kept for a later repeat of the same request: as JSON, sealed by whoever holds the keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

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

    lock: Callable[[bytes], bytes]
    unlock: Callable[[bytes], bytes]

    def seal(self, kept: Forwarded | Refusal) -> bytes:
        """One line of JSON, and behind it what the carrier said."""
        said = kept.answer.body if isinstance(kept, Forwarded) else b""
        head = _forwarded(kept.answer) if isinstance(kept, Forwarded) else _refusal(kept)
        return self.lock(orjson.dumps({"decision_id": kept.decision_id, **head}) + b"\n" + said)

    def open(self, sealed: bytes) -> Forwarded | Refusal:
        line, _, said = self.unlock(sealed).partition(b"\n")
        head = orjson.loads(line)
        decision_id = DecisionId(head["decision_id"])
        if "status" in head:
            return Forwarded(decision_id, _answer_of(head, said))
        return Refusal(decision_id, tuple(_block_of(block) for block in head["blocks"]), head["carrier_sid"])


def _forwarded(answer: CarrierAnswer) -> dict[str, Any]:
    return {
        "status": answer.status,
        "content_type": answer.content_type,
        "headers": answer.headers,
        "sid": answer.sid,
    }


def _answer_of(head: dict[str, Any], said: bytes) -> CarrierAnswer:
    headers = tuple((name, value) for name, value in head["headers"])
    return CarrierAnswer(head["status"], said, head["content_type"], headers, head["sid"])


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
