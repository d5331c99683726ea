"""Encryption of what must be read again: the tenants' account tokens at rest, the state of calls in addresses."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from dialgate.app.errors import UnfitStoreError


class Cipher:
    """`master_keys`: 32 bytes each, at least one; the first writes, all read."""

    def __init__(self, master_keys: Sequence[bytes]) -> None:
        self._keys = MultiFernet([Fernet(urlsafe_b64encode(key)) for key in master_keys])

    def lock(self, content: bytes) -> str:
        """URL-safe; authenticated, so that nothing but what was locked here opens again."""
        return self._keys.encrypt(content).decode().rstrip("=")

    def unlock(self, locked: str) -> bytes | None:
        """None if none of the keys wrote it."""
        try:
            return self._keys.decrypt(locked + "=" * (-len(locked) % 4))
        except (InvalidToken, ValueError):
            return None

    def seal(self, text: str) -> str:
        return self._keys.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Errors: `UnfitStoreError` if none of the keys wrote it."""
        try:
            return self._keys.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise UnfitStoreError(
                "No key in security.master_keys opens what the directory holds: add the one that it was written with."
            ) from error
