"""A message that asks the gate for nothing is its tenant's: told to the tenant's own server, whose answer is judged
before the carrier follows it.

Keywords never come here: they are acted upon in `inbound`, and the tenant sees what became of them in `/v1`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from dialgate.app.call_state import ALIVE_S, CallState, Made
from dialgate.app.documents import Problem
from dialgate.app.errors import DialgateError
from dialgate.app.front import Wanted
from dialgate.app.outside import OutsideError
from dialgate.app.reaching import Course
from dialgate.domain.attempt import Channel, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dialgate.app.call_state import Addresses, Cookie
    from dialgate.app.directory import DirectoryCopy
    from dialgate.app.documents import Document, Documents
    from dialgate.app.front import Pairs
    from dialgate.app.gating import Gating
    from dialgate.app.inbound import InboundMessage
    from dialgate.app.outside import Outside
    from dialgate.app.ports import Clock
    from dialgate.app.queries import Tenant

log = structlog.get_logger(__name__)

OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class Written:
    """One genuine request of the carrier about a message from a person."""

    message: InboundMessage
    fields: Pairs
    """All of them, as they came."""
    request: str
    """The carrier's own name of the request, the same when it comes again; may be empty."""
    told: Callable[[Pairs, Tenant], Pairs]
    """The fields as a tenant hears them, in its own account name."""


class Answering:
    def __init__(
        self,
        *,
        addresses: Addresses,
        directory: DirectoryCopy,
        outside: Outside,
        documents: Documents,
        gating: Gating,
        clock: Clock,
    ) -> None:
        self.content_type = documents.content_type
        self._addresses = addresses
        self._directory = directory
        self._outside = outside
        self._documents = documents
        self._gating = gating
        self._clock = clock

    async def answer(self, written: Written, owners: Sequence[str]) -> bytes:
        """What the carrier is to follow; empty: nothing. `owners`: of the receiving sender; the first of them that has
        a webhook is told, and nobody else: two answers to one message would be one too many.
        """
        tenants = [self._directory.now.tenants.get(name) for name in owners]
        tenant = next((one for one in tenants if one is not None and one.sms_webhook), None)
        if tenant is None:
            return b""
        request = written.request or written.message.message_sid
        return await self._safely(written, self._begun(written.message, tenant), tenant, request)

    async def go_on(self, written: Written, token: str) -> bytes:
        """As `answer`, where an answer has redirected the carrier to a further document."""
        try:
            state = await self._addresses.state(token)
        except DialgateError as error:
            log.warning("no answer to a message", why=str(error))
            return b""
        tenant = await self._directory.tenant(state.made.tenant) if state is not None else None
        if state is None or tenant is None or state.wanted is not Wanted.DOCUMENT or state.made.channel != Channel.SMS:
            return b""
        return await self._safely(written, state, tenant, written.request and f"{written.request}\n{token}")

    def _begun(self, message: InboundMessage, tenant: Tenant) -> CallState:
        """No attempt of ours began it, so what answers it has no parent."""
        made = Made(
            decision_id="",
            tenant=tenant.name,
            key=tenant.account_sid,
            channel=Channel.SMS.value,
            number=message.sender,
            calling=self._own_sender(message, tenant),
            purpose=Purpose.INFORMATIONAL.value,
        )
        expires_at_s = int(self._clock.now().timestamp()) + ALIVE_S
        return CallState(made, Wanted.DOCUMENT, tenant.sms_webhook, "POST", expires_at_s)

    def _own_sender(self, message: InboundMessage, tenant: Tenant) -> str:
        """The receiving number, or the service that it belongs to where only that is the tenant's."""
        callers = self._directory.now.callers
        services = [one.tenant for one in callers.get(message.messaging_service, ())]
        numbers = (message.receiver, message.receiver.rpartition(":")[2])
        owners = {one.tenant for name in numbers for one in callers.get(name, ())}
        return message.messaging_service if tenant.name in services and tenant.name not in owners else message.receiver

    async def _safely(self, written: Written, state: CallState, tenant: Tenant, request: str) -> bytes:
        """The message itself has been dealt with: whatever goes wrong from here on is silence. `request`: the same
        only when the carrier asks for the same document again; empty where nothing tells that.
        """
        try:
            return await self._answered(written, state, tenant, request)
        except (OutsideError, DialgateError) as error:
            log.warning("no answer to a message", tenant=tenant.name, why=str(error))
        except Exception:
            log.exception("unexpected failure", tenant=tenant.name)
        return b""

    async def _answered(self, written: Written, state: CallState, tenant: Tenant, request: str) -> bytes:
        fields = written.told(written.fields, tenant)
        told = await self._outside.ask(tenant, state.method, state.url, fields, state.cookies, token=written.request)
        if told.status not in OK:
            raise OutsideError(f"The server answered with status {told.status}.")
        document = self._documents.read(told.body, told.content_type, told.url, tenant.account_sid, Channel.SMS)
        purpose = Purpose.MARKETING if isinstance(document, Problem) else _purpose(document, written.message)
        course = Course(_with(state, purpose, told.cookies), tenant, written.message.message_sid, request)
        found = document if isinstance(document, Problem) else await self._gating.served(document, course)
        if isinstance(found, Problem):
            log.info("answer to a message refused", tenant=tenant.name, reason=found.reason.value, why=found.message)
            await self._gating.put_on_record(found, course)
            return b""
        return found or b""


def _with(state: CallState, purpose: Purpose, cookies: tuple[Cookie, ...]) -> CallState:
    return replace(state, made=replace(state.made, purpose=purpose.value), cookies=cookies)


def _purpose(document: Document, message: InboundMessage) -> Purpose:
    """Whoever wrote a moment ago is answered at whatever hour it is: the answer is information that was asked for. A
    document that writes to anybody else says nothing of why, so it is what an attempt is that says nothing: marketing.
    """
    others = [one for one in document.parties if one.text and one.text != message.sender]
    return Purpose.MARKETING if others else Purpose.INFORMATIONAL
