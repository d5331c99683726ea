"""Secrets at rest."""

from __future__ import annotations

import pytest

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.sql.cipher import Cipher

OLD, NEW = b"o" * 32, b"n" * 32


def test_what_was_sealed_comes_back() -> None:
    """The same keys open it; the sealed text shows nothing, and is never twice the same."""
    cipher = Cipher([OLD])
    sealed = [cipher.seal("秘密 token") for _ in range(2)]
    assert ["秘密 token"] * 2 == [cipher.unseal(text) for text in sealed]
    assert sealed[0] != sealed[1]
    assert not any("token" in text for text in sealed)


def test_the_first_key_writes_and_all_read() -> None:
    """After a change of keys old secrets still open, and new ones need the new key."""
    both = Cipher([NEW, OLD])
    assert "a" == both.unseal(Cipher([OLD]).seal("a"))
    assert "b" == Cipher([NEW]).unseal(both.seal("b"))


def test_what_was_locked_opens_under_each_key_and_stands_in_an_address_as_it_is() -> None:
    """Locked content needs no escaping in a URL, opens while its key is kept, and no longer."""
    for size in range(5):
        locked = Cipher([OLD]).lock(b"\xff" * size)
        assert locked.replace("-", "").replace("_", "").isalnum()
        assert b"\xff" * size == Cipher([NEW, OLD]).unlock(locked)
        assert None is Cipher([NEW]).unlock(locked)


FORGERIES = {"empty": "", "short": "x", "foreign": Cipher([NEW]).seal("a"), "cut": Cipher([OLD]).seal("a")[:-4]}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_what_no_key_wrote_does_not_open(forged: str) -> None:
    """A foreign, cut or changed secret is an error in words, never a wrong token."""
    with pytest.raises(UnfitStoreError):
        Cipher([OLD]).unseal(forged)


@pytest.mark.parametrize(
    "forged", [*FORGERIES.values(), "é", "a", "=", "\udc00"], ids=[*FORGERIES, "letter", "one", "sign", "surrogate"]
)
def test_what_no_key_locked_is_nobodys(forged: str) -> None:
    """Whatever stands in an address that the gate did not make opens to nothing, and raises nothing."""
    assert None is Cipher([OLD]).unlock(forged)
