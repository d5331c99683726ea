"""A gate's copy of tenants and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from dialgate.app.directory import DirectoryCopy
from dialgate.app.errors import LedgerUnavailableError
from tests.fakes.web_gate import MemoryDirectory, tenant

if TYPE_CHECKING:
    from dialgate.app.queries import Directory


class Gone(MemoryDirectory):
    """Does not answer from the second question on."""

    async def version(self) -> int:
        raise LedgerUnavailableError("SQL is down")


def copy_of(directory: MemoryDirectory) -> DirectoryCopy:
    return DirectoryCopy(cast("Directory", directory))


async def test_before_the_first_reading_nobody_is_known() -> None:
    """A gate that has read nothing says so, rather than that there is nobody."""
    with pytest.raises(LedgerUnavailableError):
        str(copy_of(MemoryDirectory()).now)


async def test_it_is_read_again_when_it_has_changed() -> None:
    """A new tenant is known after a refresh; an unchanged directory is not read again."""
    directory = MemoryDirectory()
    copy = copy_of(directory)
    assert (True, False) == (await copy.refresh(), await copy.refresh())
    directory.tenants.append(tenant("third", "AC3", "token"))
    assert (True, True) == (await copy.refresh(), "third" in copy.now.tenants)


async def test_the_last_good_copy_stays() -> None:
    """SQL down makes nobody unknown."""
    copy = copy_of(Gone())
    await copy.refresh()
    with pytest.raises(LedgerUnavailableError):
        await copy.refresh()
    assert {"acme", "other"} == set(copy.now.tenants)


async def test_a_tenant_that_is_not_known_is_looked_for_once_more() -> None:
    """Another gate may have made it a moment ago; whoever is in nobody's directory is nobody."""
    directory = MemoryDirectory()
    copy = copy_of(directory)
    await copy.refresh()
    directory.tenants.append(tenant("third", "AC3", "token"))
    found = [await copy.tenant(name) for name in ("acme", "third", "fourth")]
    assert ["acme", "third", None] == [one and one.name for one in found]
