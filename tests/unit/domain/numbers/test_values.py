"""The values that a called party can be."""

from __future__ import annotations

from dialgate.domain.numbers import Number, parse


def test_what_may_be_forwarded_is_our_own_spelling_with_the_scheme_kept() -> None:
    """A WhatsApp number stays a WhatsApp number, and nothing of the asked spelling survives."""
    number = parse("WhatsApp: +1 (415) 555-2671", None)
    assert isinstance(number, Number)
    assert "whatsapp:+14155552671" == number.address
