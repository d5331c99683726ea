"""What a called party can be: a number, a refusal in words, or an address that is no number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NewType

E164 = NewType("E164", str)
"""`+` and 7 to 15 digits, valid in its country's plan. Made only by `numbers.parse`."""

Address = NewType("Address", str)
"""`sip:user@host` or `client:identity`, in its only spelling. Made only by `numbers.endpoint`."""

Callee = E164 | Address
"""The name under which somebody is reserved, judged and on record."""

Refused = Literal[
    "missing", "invalid", "ambiguous", "short_code", "list", "extension", "letters", "characters", "scheme"
]


@dataclass(frozen=True, slots=True)
class Number:
    e164: E164
    region: str
    """ISO 3166-1 region of the plan, or "" for a number that belongs to no country (+800, +883)."""
    country_code: int
    scheme: str = ""
    """"", "whatsapp:" or "rcs:"."""

    @property
    def callee(self) -> Callee:
        return self.e164

    @property
    def address(self) -> str:
        """What may be forwarded: our own E.164, with its scheme."""
        return self.scheme + self.e164


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A SIP phone or a browser client. It may be called only where it is one of the tenant's own destinations."""

    address: Address

    @property
    def callee(self) -> Callee:
        return self.address


Reachable = Number | Endpoint
"""What rules may permit."""


@dataclass(frozen=True, slots=True)
class OtherDestination:
    scheme: str
    """"sip:", "client:", "app:" or "messenger:". Of the first two: not written exactly as an `Endpoint`."""
    address: str
    """What follows the scheme, as written."""


@dataclass(frozen=True, slots=True)
class NumberRefusal:
    reason: Refused
    message: str
    """A sentence that says what to mend; it never repeats the text."""
