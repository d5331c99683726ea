"""The last words."""

from __future__ import annotations

import pytest

from dialgate.carriers.twilio.twiml import Document, apology, parties, read


@pytest.mark.parametrize(("language", "locale"), [("en", "en-US"), ("ZH-cn", "zh-CN"), ("fr", "en-US")])
def test_an_apology_is_spoken_and_ends_the_call(language: str, locale: str) -> None:
    """A person hears words in their language, English where there are none, and then the line is free."""
    found = read(apology(language), "text/xml", "")
    assert isinstance(found, Document)
    say, hangup = (child for child in found.root.children if not isinstance(child, str))
    assert (("Say", locale), "Hangup") == ((say.name, say.value("language")), hangup.name)
    assert say.value("")
    assert () == parties(found)
