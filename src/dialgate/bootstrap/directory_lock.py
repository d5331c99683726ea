"""One `serve` per data directory."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from dialgate.bootstrap.keys import write_private
from dialgate.settings import SettingsError


class DataDirectory:
    """Held for the life of the process that serves; the kernel lets go of it when that process dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Errors: `SettingsError` if it cannot be made or another process serves from it (its pid is named)."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self.path / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SettingsError(
                f"The data directory {self.path} cannot be used: {error.strerror}. Set data.dir."
            ) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(self._descriptor, 32, 0).decode().strip() or "unknown"
            os.close(self._descriptor)
            raise SettingsError(
                f"Another dialgate serves from {self.path} (pid {pid}). Stop it, or set data.dir to another directory."
            ) from None
        try:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)
        except OSError as error:
            os.close(self._descriptor)
            raise SettingsError(f"The data directory {self.path} cannot be written: {error.strerror}.") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)


def directory_id(path: Path) -> str:
    """Names the data directory in SQL: a gate of the same directory may adopt what a dead one left there."""
    file = path / "directory.id"
    if not file.exists():
        write_private(file, secrets.token_hex(16) + "\n")
    return file.read_text().strip()
