"""The addresses port: the state of a call sealed into the address itself, or, where it is too long for that, kept
sealed in SQL under its digest.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from sqlalchemy import delete, select

from dialgate.app.call_state import CallState, packed, unpacked
from dialgate.app.front import Wanted
from dialgate.app.ports import Clock
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.database import Database, insert_new
from dialgate.stores.sql.schema import address as addresses

MAX_TOKEN_CHARS = 1_800
"""Common servers and proxies take 2,000 characters of an address and more; how many the carrier takes is not written
anywhere we know. A guess on the safe side (docs/carrier-facts.md)."""

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{65,{MAX_TOKEN_CHARS}}}", re.ASCII)


class SqlAddresses:
    def __init__(self, database: Database, cipher: Cipher, public_url: str, clock: Clock) -> None:
        self._database = database
        self._cipher = cipher
        self._root = f"{public_url.rstrip('/')}/twilio"
        self._clock = clock

    async def address(self, state: CallState) -> str:
        content = packed(state)
        token = self._cipher.lock(content)
        if len(token) > MAX_TOKEN_CHARS:
            token = await self._keep(content, token, state.expires_at_s)
        return f"{self._root}/{'voice' if state.wanted is Wanted.DOCUMENT else 'callback'}/{token}"

    async def state(self, token: str) -> CallState | None:
        if _DIGEST.fullmatch(token):
            token = await self._kept(token)
        elif _TOKEN.fullmatch(token) is None:
            return None
        content = self._cipher.unlock(token)
        try:
            state = unpacked(content) if content is not None else None
        except ValueError:  # sealed by us, for something else
            return None
        return state if state is not None and state.expires_at_s > self._clock.now().timestamp() else None

    async def sweep(self) -> None:
        await self._database.execute(delete(addresses).where(addresses.c.expires_at <= self._clock.now()))

    async def _keep(self, content: bytes, sealed: str, expires_at_s: int) -> str:
        """The content holds a decision id, which nobody guesses; so nobody guesses its digest."""
        digest = hashlib.sha256(content).hexdigest()
        expires_at = datetime.fromtimestamp(expires_at_s, UTC)
        row = {"digest": digest, "sealed": sealed, "expires_at": expires_at}
        await self._database.execute(insert_new(self._database.backend, addresses).values(row))
        return digest

    async def _kept(self, digest: str) -> str:
        rows = await self._database.rows(select(addresses.c.sealed).where(addresses.c.digest == digest))
        return next((str(row.sealed) for row in rows), "")
