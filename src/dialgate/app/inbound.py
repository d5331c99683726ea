"""An inbound message: understand it, act on it in every tenant it belongs to, and say what to answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """After signature and required fields were checked. Texts as the carrier sent them."""

    message_sid: str
    sender: str
    """`From`: the person."""
    receiver: str
    """`To`: one of our senders."""
    messaging_service: str
    body: str
    opt_out_type: str
    """The carrier's own verdict (`OptOutType`), or empty."""


@dataclass(frozen=True, slots=True)
class InboundAnswer:
    """`text` empty: answer with an empty `<Response/>`."""

    intent: str
    text: str
    opt_out_ids: tuple[str, ...] = ()
    in_force: bool = True
