"""Kept answers are read by whoever holds the keys, and by nobody else."""

from __future__ import annotations

import pytest

from dialgate.app.errors import UnfitStoreError
from dialgate.stores.guards.answers import AnswerCipher

OLD, NEW = b"o" * 32, b"n" * 32


def test_any_gate_with_the_key_opens_what_another_sealed() -> None:
    """Nothing of the answer shows, and equal answers look different."""
    one, other = AnswerCipher([NEW]), AnswerCipher([NEW])
    sealed = [one.seal(b"+14155552671"), one.seal(b"+14155552671"), other.seal(b"+14155552671")]
    assert ([b"+14155552671"] * 3, 3) == ([other.open(each) for each in sealed], len(set(sealed)))
    assert not any(b"1415" in each for each in sealed)


def test_a_replaced_key_still_reads() -> None:
    """The first key writes, all of them read."""
    sealed = AnswerCipher([OLD]).seal(b"answer")
    assert b"answer" == AnswerCipher([NEW, OLD]).open(sealed)


@pytest.mark.parametrize("change", [lambda s: s[:-1], lambda s: b"\x00" + s[1:], lambda s: s[:30] + b"\x00" + s[31:]])
def test_what_was_changed_is_not_opened(change: object) -> None:
    """Neither is what another key sealed, nor what is too short to be anything."""
    assert callable(change)
    sealed = AnswerCipher([NEW]).seal(b"answer")
    for bad in (change(sealed), AnswerCipher([OLD]).seal(b"answer"), b"", b"gAAAAA"):
        with pytest.raises(UnfitStoreError):
            AnswerCipher([NEW]).open(bad)
