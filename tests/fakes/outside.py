"""Tenants' servers that answer as they are told, and addresses of the gate that are kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dialgate.app.call_state import CallState, Cookie
from dialgate.app.errors import DialgateError, LedgerUnavailableError
from dialgate.app.front import Pairs, Wanted
from dialgate.app.outside import OutsideError, Told
from dialgate.app.queries import Tenant

ROOT = "https://gate.example.com"
EMPTY_TWIML = Told(200, b"<Response/>", "text/xml", "")


@dataclass(frozen=True, slots=True)
class AskedOutside:
    """One request to a tenant's server."""

    tenant: str
    method: str
    url: str
    fields: Pairs
    cookies: tuple[Cookie, ...]
    json: bytes
    token: str
    headers: Pairs = ()


@dataclass(slots=True)
class ToldOutside:
    """Implements `Outside`. Gives `answers` in turn, the last one for ever."""

    answers: list[Told | OutsideError] = field(default_factory=lambda: [EMPTY_TWIML])
    asked: list[AskedOutside] = field(default_factory=list)

    objections: dict[str, str] = field(default_factory=dict)
    """By address, why it is never asked."""

    def objection(self, tenant: Tenant, url: str) -> str:
        return self.objections.get(url, "")

    async def ask(
        self,
        tenant: Tenant,
        method: str,
        url: str,
        fields: Pairs,
        cookies: Sequence[Cookie] = (),
        *,
        json: bytes = b"",
        token: str = "",
    ) -> Told:
        return self._answer(AskedOutside(tenant.name, method, url, fields, tuple(cookies), json, token))

    async def tell(self, tenant: Tenant, url: str, json: bytes, headers: Pairs = ()) -> Told:
        return self._answer(AskedOutside(tenant.name, "POST", url, (), (), json, "", headers))

    def _answer(self, asked: AskedOutside) -> Told:
        self.asked.append(asked)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OutsideError):
            raise answer
        return answer


@dataclass(slots=True)
class MemoryAddresses:
    """Implements `Addresses`; nothing expires."""

    kept: list[CallState] = field(default_factory=list)
    swept: int = 0
    down: bool = False
    """No address can be read."""
    error: DialgateError | None = None
    """Raised by every new address."""

    async def address(self, state: CallState) -> str:
        if self.error is not None:
            raise self.error
        self.kept.append(state)
        place = "voice" if state.wanted is Wanted.DOCUMENT else "callback"
        return f"{ROOT}/twilio/{place}/t{len(self.kept) - 1}"

    async def state(self, token: str) -> CallState | None:
        if self.down:
            raise LedgerUnavailableError("The ledger did not answer.")
        number = token.removeprefix("t")
        return self.kept[int(number)] if number.isdigit() and int(number) < len(self.kept) else None

    async def sweep(self) -> None:
        self.swept += 1
