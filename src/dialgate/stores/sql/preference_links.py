"""The links port of the preference page: the whole link sealed into its own token, nothing kept anywhere."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dialgate.app.preferences import Link
from dialgate.domain import scope
from dialgate.domain.numbers import E164

_KEY_BYTES = 64
_PURPOSE = b"dialgate preference links"
RESUMES = "r"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,1000}", re.ASCII)


class SealedLinks:
    """AES-256-SIV (RFC 5297) under keys of its own, made from the master keys: no token of another purpose opens here,
    nor one of these elsewhere. It needs no nonce and adds 16 bytes, for messages are short; the same link is the same
    token. `master_keys`: 32 bytes each, at least one; the first writes, all read.
    """

    def __init__(self, master_keys: Sequence[bytes]) -> None:
        self._keys = [AESSIV(HKDF(SHA256(), _KEY_BYTES, None, _PURPOSE).derive(key)) for key in master_keys]

    def token(self, link: Link) -> str:
        until = f"{RESUMES if link.resumes else ''}{int(link.expires_at.timestamp()):x}"
        content = f"{until}/{link.number.removeprefix('+')}/{link.scope.name}"
        return urlsafe_b64encode(self._keys[0].encrypt(content.encode(), None)).decode().rstrip("=")

    def link(self, token: str) -> Link | None:
        sealed = _decoded(token)
        if sealed is None:
            return None
        for key in self._keys:
            try:
                return _read(key.decrypt(sealed, None).decode())
            except (InvalidTag, ValueError):
                continue
        return None


def _decoded(token: str) -> bytes | None:
    """One spelling for each: what the last letter holds beyond the last byte must be empty."""
    if _TOKEN.fullmatch(token) is None or len(token) % 4 == 1:
        return None
    sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return sealed if urlsafe_b64encode(sealed).decode().rstrip("=") == token else None


def _read(content: str) -> Link:
    """Errors: `ValueError` for what another version wrote."""
    until, digits, name = content.split("/", 2)
    expires_at = datetime.fromtimestamp(int(until.removeprefix(RESUMES), 16), UTC)
    return Link(scope.read(name), E164(f"+{digits}"), expires_at, until.startswith(RESUMES))
