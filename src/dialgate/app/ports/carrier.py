"""The carrier: what is asked of it, and its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class CarrierRequest:
    """One writing request, ready to be written: path below the account, form fields in the dialer's order."""

    path: str
    fields: tuple[tuple[str, str], ...]
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class CarrierAnswer:
    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()
    """Only `Retry-After` and the like that a dialer may see."""
    sid: str = ""
    """Of the resource, on 2xx."""


@dataclass(frozen=True, slots=True)
class CarrierStream:
    """Media on their way; to be read before its context ends."""

    status: int
    """200 or 206."""
    headers: tuple[tuple[str, str], ...]
    """Type, length, range and the like that a dialer may see."""
    chunks: AsyncIterator[bytes]


class Carrier(Protocol):
    async def send(self, request: CarrierRequest, begin: Callable[[], None]) -> CarrierAnswer:
        """POST. `begin` is called once, after connecting and before the first byte; what it raises stops the request.

        Errors: `CarrierUnreachableError` before any byte; `OutcomeUnknownError` after (no answer, a broken
        one, 2xx without a SID, neither 2xx nor 4xx).
        """
        ...

    async def read(self, path: str, query: Sequence[tuple[str, str]]) -> CarrierAnswer:
        """GET below the account. May be repeated. Errors: `CarrierUnreachableError` for whatever went wrong."""
        ...

    async def control(self, request: CarrierRequest) -> CarrierAnswer:
        """POST or DELETE of what exists, which reaches nobody and so needs no leave. Errors: as for `send`, but for the
        SID, which nobody asks for.
        """
        ...

    def stream(
        self, path: str, query: Sequence[tuple[str, str]], byte_range: str
    ) -> AbstractAsyncContextManager[CarrierStream | CarrierAnswer]:
        """GET of media below the account, wherever the carrier keeps them; an answer if it does not give them.
        `byte_range` as in the header; empty: all. Errors: `CarrierUnreachableError`, while the chunks are read too.
        """
        ...

    async def cancel(self, channel: str, carrier_sid: str) -> CarrierAnswer:
        """End a call in whatever state, or cancel a message that has not left. Idempotent, may be repeated. Errors:
        `CarrierUnreachableError` for whatever went wrong.
        """
        ...

    async def cancel_queued(self, call_sid: str) -> CarrierAnswer:
        """Cancel a call that has not been answered; a live one is refused and goes on. Idempotent, may be repeated.
        Errors: as for `cancel`.
        """
        ...

    async def date_sent(self, message_sid: str) -> datetime | None:
        """When the carrier says that a message was sent (UTC, whole seconds); None if it does not know the message.
        Errors: as for `read`.
        """
        ...
