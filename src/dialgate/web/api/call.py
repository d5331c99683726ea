"""One authenticated request: the caller's rights, the tenant it speaks of, and how numbers are shown to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from dialgate.app.errors import BadRequestError, ForbiddenError, NotFoundError
from dialgate.domain.numbers import Number, endpoint, mask, parse
from dialgate.web.api.rights import RIGHTS, Right

if TYPE_CHECKING:
    from dialgate.app.gate import Gate
    from dialgate.app.queries import Tenant
    from dialgate.domain.numbers import E164, Callee
    from dialgate.web.auth import Caller

log = structlog.get_logger(__name__)

Show = Callable[[str], str]
"""How a called number is written for this caller."""


@dataclass(frozen=True, slots=True)
class Call:
    request: web.Request
    gate: Gate
    caller: Caller

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.caller.role]

    def need(self, *rights: Right) -> None:
        """Any one of them. Errors: `ForbiddenError`."""
        if not any(self.may(right) for right in rights):
            wanted = " or ".join(right.value for right in rights)
            raise ForbiddenError(f"A key with the role {self.caller.role} may not: {wanted}. Use a key that may.")

    async def meet(self, named: str) -> None:
        """A tenant that another gate made a moment ago is known afterwards; only operators can name one."""
        if self.caller.tenant is None and named and named not in self.gate.directory.now.tenants:
            await self.gate.directory.refresh()

    def tenant_name(self, named: str) -> str:
        """The tenant whose records are asked for; empty = all, for operator keys alone."""
        own = self.caller.tenant
        if own is None:
            return self.tenant(named).name if named else ""
        return self._own(own, named).name

    def tenant(self, named: str) -> Tenant:
        """The tenant that is acted for. Errors: `BadRequestError` where an operator key names none."""
        own = self.caller.tenant
        if own is not None:
            return self._own(own, named)
        if not named:
            raise BadRequestError("An operator key belongs to no tenant: name one with ?tenant=.")
        found = self.gate.directory.now.tenants.get(named)
        if found is None:
            raise NotFoundError("There is no tenant of that name. GET /v1/tenants lists them.")
        return found

    def number(self, written: str, tenant: str) -> E164:
        """Errors: `BadRequestError` with the mend."""
        known = self.gate.directory.now.tenants.get(tenant)
        found = parse(written, known.region if known else None)
        if not isinstance(found, Number):
            raise BadRequestError(found.message)
        return found.e164

    def callee(self, written: str, tenant: str) -> Callee:
        """A number in any spelling, or `sip:user@host` or `client:identity` exactly. Errors: as `number`."""
        found = endpoint(written)
        return found.address if found else self.number(written, tenant)

    def shows(self, *, unmask: bool) -> Show:
        """Errors: `ForbiddenError`. Who unmasked is on record in the log."""
        if not unmask:
            return mask
        self.need(Right.UNMASK)
        log.info("unmasked", key=self.caller.key_sid, path=self.request.rel_url.raw_path_qs.partition("?")[0])
        return str

    @staticmethod
    def _own(own: Tenant, named: str) -> Tenant:
        if named and named != own.name:
            raise ForbiddenError("This key belongs to another tenant than the one that was named. Leave ?tenant= out.")
        return own
