"""The tenants, keys and caller IDs as this gate knows them: a copy, refreshed when the directory's version moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.errors import LedgerUnavailableError

if TYPE_CHECKING:
    from dialgate.app.queries import Directory, DirectorySnapshot, Tenant


class DirectoryCopy:
    """A revoked key is caught by a guard even while this copy is old; an unknown one is looked for once more."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._copy: DirectorySnapshot | None = None

    @property
    def now(self) -> DirectorySnapshot:
        """The last good copy. Errors: `LedgerUnavailableError` before the first."""
        if self._copy is None:
            raise LedgerUnavailableError("The directory of tenants and keys has not been read yet. Try again.")
        return self._copy

    async def tenant(self, name: str) -> Tenant | None:
        """Looked for once more where this copy does not have it: another gate may just have made it. Errors: as for
        `refresh`.
        """
        found = self.now.tenants.get(name)
        if found is None and await self.refresh():
            found = self.now.tenants.get(name)
        return found

    async def refresh(self) -> bool:
        """True if something had changed. Errors: `LedgerUnavailableError`; the last good copy stays."""
        if self._copy is not None and await self._directory.version() == self._copy.version:
            return False
        self._copy = await self._directory.snapshot()
        return True
