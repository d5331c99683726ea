"""What the gate asks of a tenant's own servers: documents and callbacks, in the carrier's name and manner; and how it
tells them, and the tenant's partners, what has happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialgate.app.call_state import Cookie
    from dialgate.app.front import Pairs
    from dialgate.app.queries import Tenant


@dataclass(frozen=True, slots=True)
class Told:
    """What a tenant's server answered in the end."""

    status: int
    body: bytes
    """At most 64 KiB, and one byte more where there was more: no document, but an answer. Empty for audio."""
    content_type: str
    url: str
    """Where it came from, redirects followed; relative addresses in it refer to this."""
    cookies: tuple[Cookie, ...] = ()
    """All that the call has now."""


class OutsideError(Exception):
    """The tenant's server gave no usable answer, or may not be asked. `str(error)` says which, for the tenant.

    Not retried here: the fallback address is the retry.
    """


class Outside(Protocol):
    def objection(self, tenant: Tenant, url: str) -> str:
        """Why this address is never asked, as far as it says so itself; empty if nothing in it speaks against it."""
        ...

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
        """As the carrier would ask: `fields` in the body of a POST or the query of a GET, signed with the tenant's
        first `auth_token`, the fragment kept back, up to 5 redirects followed with each address checked anew, 10 s
        for each answer and 12 s in all. Any status is an answer. `json`: the body of a POST in place of `fields`.
        `token`: the carrier's own `I-Twilio-Idempotency-Token`, which stays the same when it comes again. Errors:
        `OutsideError`.
        """
        ...

    async def tell(self, tenant: Tenant, url: str, json: bytes, headers: Pairs = ()) -> Told:
        """POST this body, once and there alone: a redirect is an answer like any other. Signed as in `ask`, or by
        `headers` in another manner. Errors: as `ask`.
        """
        ...
