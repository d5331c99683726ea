"""What a document is once it is read."""

from __future__ import annotations

from dataclasses import dataclass

from dialgate.domain.attempt import Channel

TEXT = ""
"""The place of an element's text, where other places are names of attributes."""


@dataclass(frozen=True, slots=True)
class Element:
    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    """In the order in which they were written; no name twice."""
    children: tuple[Element | str, ...] = ()
    """Texts are never empty and never stand side by side, so that a text is all there is between two elements."""

    def value(self, place: str) -> str:
        """Of an attribute, or the whole text at `TEXT`; "" where there is none."""
        if place == TEXT:
            return "".join(child for child in self.children if isinstance(child, str))
        return next((value for name, value in self.attributes if name == place), "")


@dataclass(frozen=True, slots=True)
class Document:
    """Made only by `read` and `rewrite`: what the table of terms says has been checked, and every http(s) address is
    absolute.
    """

    root: Element
    channel: Channel
    """`VOICE`: the carrier follows it on a call; `SMS`: as the answer to a message."""
