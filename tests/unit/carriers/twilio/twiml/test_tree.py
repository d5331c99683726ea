"""What an element says of itself."""

from __future__ import annotations

from dialgate.carriers.twilio.twiml.tree import TEXT, Element


def test_a_text_is_read_whole() -> None:
    """The text of an element is all of its text, not what stands before its first child."""
    element = Element("Say", (), ("Hello ", Element("break"), "there"))
    assert "Hello there" == element.value(TEXT)


def test_an_attribute_that_is_not_there_is_empty() -> None:
    """Absent and empty are the same to whoever asks for a value."""
    element = Element("Dial", (("action", "/next"), ("record", "")))
    assert ["/next", "", ""] == [element.value(name) for name in ("action", "record", "timeout")]
