"""Who is asking: HTTP Basic with an account pair, an `SK` key or an operator key. It knows no route and no right."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from dialgate.app.errors import BadRequestError, KeySuspendedError, UnauthorizedError
from dialgate.app.queries import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dialgate.app.gate import Gate
    from dialgate.app.queries import ApiKey, DirectorySnapshot, Tenant

LOOK_EVERY_S = 0.1
"""How often at most unknown credentials may make the gate look whether the directory has changed."""
REVOKED = "This API key was revoked. Ask an admin for a new one."
MOST_RECENT = 4_096
_VALIDATION = "Twilio-Client-Validation"
_MAX_CHARS = 512
_MEND = "Send HTTP Basic credentials: an account SID with its auth token, or an API key with its secret."


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller whose credentials held. Campaign and purpose are the key's defaults."""

    tenant: Tenant | None
    """None: an operator key, which belongs to no tenant."""
    key_sid: str
    """The API key's SID, or the account SID."""
    role: Role
    campaign: str = ""
    purpose: str = ""
    revoked: bool = False
    """It may do nothing; but an attempt that it makes goes on record with the reason."""
    partner: str = ""
    """Whose key it is, where it is none of the tenant's own."""


class Authentication:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._looking = asyncio.Lock()
        self._looked_at_s = float("-inf")
        self._recent: dict[bytes, Caller] = {}
        """Whose credentials held in `_recent_in`, by a digest of the header."""
        self._recent_in: DirectorySnapshot | None = None

    async def caller(self, headers: Mapping[str, str]) -> Caller:
        """Errors: as `holder`, and `KeySuspendedError` for the right secret of a revoked key."""
        caller = await self.holder(headers)
        refuse_revoked(caller)
        return caller

    async def holder(self, headers: Mapping[str, str]) -> Caller:
        """Whoever has the secret, of a revoked key too. Errors: `UnauthorizedError`; `BadRequestError` for a way of
        signing in that cannot pass a gate; `LedgerUnavailableError` before the directory was read once.
        """
        directory = self._gate.directory.now
        if directory is not self._recent_in or len(self._recent) > MOST_RECENT:
            self._recent, self._recent_in = {}, directory
        header = sha256(headers.get("Authorization", "").encode("utf-8", "surrogateescape")).digest()
        known = None if _VALIDATION in headers else self._recent.get(header)
        if known is None:
            known = await self._looked_up(headers)
            if self._gate.directory.now is directory:
                self._recent[header] = known
        return known

    async def _looked_up(self, headers: Mapping[str, str]) -> Caller:
        user, secret = _basic(headers)
        caller = self._known(self._gate.directory.now, user, secret)
        if caller is None:
            await self._look_again()
            caller = self._known(self._gate.directory.now, user, secret)
        if caller is None:
            raise UnauthorizedError(f"The credentials are wrong or unknown. {_MEND}")
        return caller

    async def _look_again(self) -> None:
        """What another gate made before this request came is known afterwards. Guessers share one look and wait for it,
        so that guessing does not load the ledger.
        """
        clock = self._gate.clock
        asked_at_s = clock.boottime_s()
        async with self._looking:
            if self._looked_at_s >= asked_at_s:
                return
            await asyncio.sleep(self._looked_at_s + LOOK_EVERY_S - asked_at_s)
            self._looked_at_s = clock.boottime_s()
            await self._gate.directory.refresh()

    def _known(self, directory: DirectorySnapshot, user: str, secret: str) -> Caller | None:
        tenant = directory.by_account.get(user)
        if tenant is not None:
            held = any(_same(secret, token) for token in tenant.auth_tokens)
            return Caller(tenant, user, Role.DIALER) if held else None
        key = directory.keys.get(user)
        held = _same(self._gate.hash_secret(secret), key.secret_hash if key else "")
        return _of_key(directory, key) if key is not None and held else None


def refuse_revoked(caller: Caller) -> None:
    """Errors: `KeySuspendedError`."""
    if caller.revoked:
        raise KeySuspendedError(REVOKED)


def _of_key(directory: DirectorySnapshot, key: ApiKey) -> Caller | None:
    revoked = key.revoked_at is not None
    if key.role is Role.OPERATOR:
        return Caller(None, key.sid, key.role, revoked=revoked)
    tenant = directory.tenants.get(key.tenant)
    return (
        None if tenant is None else Caller(tenant, key.sid, key.role, key.campaign, key.purpose, revoked, key.partner)
    )


def _same(given: str, expected: str) -> bool:
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def _basic(headers: Mapping[str, str]) -> tuple[str, str]:
    if _VALIDATION in headers:
        raise BadRequestError(
            "Public-key client validation signs the carrier's host name and cannot pass a gate. Switch it off."
        )
    scheme, _, encoded = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or len(encoded) > _MAX_CHARS:
        raise UnauthorizedError(f"There are no credentials that the gate can read. {_MEND}")
    try:
        user, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        raise UnauthorizedError(f"The Authorization header is not valid Basic authentication. {_MEND}") from None
    if not (user and colon and secret):
        raise UnauthorizedError(f"User or password is empty. {_MEND}")
    return user, secret
