"""Encryption of the carrier's answers that are kept for repeats: a day at most, one for each attempt."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from itertools import count

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dialgate.app.errors import UnfitStoreError

_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32


class AnswerCipher:
    """AES-256-GCM. `master_keys`: 32 bytes each, at least one; the first writes, all read.

    Each process writes under a key of its own, made from the master key and a salt that stands before each answer, so
    that a mere counter never gives the same nonce twice.
    """

    def __init__(self, master_keys: Sequence[bytes]) -> None:
        self._masters = tuple(master_keys)
        self._salt = os.urandom(_SALT_BYTES)
        self._own = _derived(self._masters[0], self._salt)
        self._numbers = count()

    def seal(self, answer: bytes) -> bytes:
        nonce = next(self._numbers).to_bytes(_NONCE_BYTES, "big")
        return self._salt + nonce + self._own.encrypt(nonce, answer, None)

    def open(self, sealed: bytes) -> bytes:
        """Errors: `UnfitStoreError` if none of the keys wrote it, as this version writes."""
        salt, nonce = sealed[:_SALT_BYTES], sealed[_SALT_BYTES : _SALT_BYTES + _NONCE_BYTES]
        for master in self._masters:
            try:
                return _derived(master, salt).decrypt(nonce, sealed[_SALT_BYTES + _NONCE_BYTES :], None)
            except (InvalidTag, ValueError):
                continue
        raise UnfitStoreError("No key in security.master_keys opens a kept answer: it is not repeated.")


@lru_cache(64)
def _derived(master: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), _KEY_BYTES, salt, b"dialgate answers").derive(master))
