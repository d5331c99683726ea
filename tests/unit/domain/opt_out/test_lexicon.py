"""All that replies are understood by."""

from __future__ import annotations

import pytest

from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import understand
from tests.fakes.lexicon import shipped

OWN = shipped().with_words({Intent.STOP: ["Basta Acme", "9"], Intent.START: ["Acme on", "stop"]})


def test_a_tenants_words_count_as_whole_messages() -> None:
    """And for this tenant alone."""
    assert [Intent.STOP, Intent.NONE] == [understand(text, "US", OWN).intent for text in ("BASTA acme!", "9 please")]
    assert Intent.NONE is understand("9", "US", shipped()).intent


def test_a_tenant_takes_no_word_away() -> None:
    """A refusal stays one, whatever a tenant's own words say."""
    assert [Intent.STOP, Intent.START] == [understand(text, "US", OWN).intent for text in ("STOP", "acme on")]
    renamed = shipped().with_words({Intent.START: ["stop calling me"]})
    assert Intent.STOP is understand("stop calling me", "US", renamed).intent


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({Intent.START: ["Yes!"]}, "'Yes!' never starts"),
        ({Intent.STOP: ["!"]}, "no letter"),
        ({Intent.NONE: ["x"]}, "mean"),
    ],
)
def test_words_that_cannot_be_are_refused(words: dict[Intent, list[str]], told: str) -> None:
    """YES lifts nothing."""
    with pytest.raises(ValueError, match=told):
        shipped().with_words(words)
