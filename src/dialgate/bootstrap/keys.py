"""The pepper and the master keys: given by settings, or made at the first start and kept in the data directory."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from dialgate.settings import KEY_BYTES, Settings, SettingsError, key_bytes

FILE = "secrets.toml"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    pepper: bytes
    master: tuple[bytes, ...]
    """The first writes, all read."""

    @property
    def pepper_id(self) -> str:
        """Names the pepper without telling it."""
        return hmac.new(self.pepper, b"pepper id", hashlib.sha256).hexdigest()[:16]

    def hash_secret(self, secret: str) -> str:
        """HMAC-SHA256 under the pepper, hex. Secrets of 256 random bits need no slow hash."""
        return hmac.new(self.pepper, b"secret:" + secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def read_keys(settings: Settings) -> Keys:
    """What settings give goes before what the file holds. Errors: `SettingsError`."""
    given = settings.security
    if given.pepper.get_secret_value() and given.master_keys:
        return Keys(key_bytes(given.pepper), tuple(key_bytes(key) for key in given.master_keys))
    if settings.ledger.url.get_secret_value() or settings.guard_store.url.get_secret_value():
        raise SettingsError(
            "With an external ledger or guard store, security.pepper and security.master_keys must be given, the same "
            "on every gate; make each with: openssl rand -base64 32"
        )
    kept = _kept(settings.data.dir / FILE)
    return Keys(
        key_bytes(given.pepper) if given.pepper.get_secret_value() else kept.pepper,
        tuple(key_bytes(key) for key in given.master_keys) or kept.master,
    )


def _kept(path: Path) -> Keys:
    if not path.exists():
        _make(path)
    try:
        said = tomllib.loads(path.read_text())
        written = [said.get("pepper", ""), *(said.get("master_keys") or [""])]
        pepper, *master = (key_bytes(SecretStr(str(key))) for key in written)
    except (OSError, TypeError, ValueError) as error:
        raise SettingsError(
            f"{path} cannot be read ({error}). Put back your copy of it: without it nothing opens."
        ) from None
    return Keys(pepper, tuple(master))


def _make(path: Path) -> None:
    """Written beside, flushed and renamed, so that a crash leaves either none or a whole one."""
    pepper, master = (base64.b64encode(os.urandom(KEY_BYTES)).decode() for _ in range(2))
    text = (
        "# Made at the first start. Keep a copy in a safe place: without the pepper nothing opens,\n"
        f'# without the master key no account token can be read.\npepper = "{pepper}"\nmaster_keys = ["{master}"]\n'
    )
    write_private(path, text)


def write_private(path: Path, text: str) -> None:
    """A file that only its owner reads (0600), whole or not at all, on disk when this returns."""
    beside = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
