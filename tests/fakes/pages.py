"""A page as a person without scripts meets it. Ours are well formed as XML too, so that nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, fromstring

LEADS = ("src", "srcset", "href", "action", "formaction", "data", "poster", "background")
NEVER = {"script", "img", "iframe", "link", "object", "embed", "base"}


@dataclass(frozen=True, slots=True)
class Page:
    root: Element

    def each(self, tag: str) -> list[str]:
        """What is read in each."""
        return [said(one) for one in self.root.iter(tag)]

    @property
    def lang(self) -> str:
        return self.root.get("lang", "")

    @property
    def title(self) -> str:
        return self.each("title")[0]

    @property
    def headings(self) -> list[str]:
        return self.each("h1") + self.each("h2")

    @property
    def items(self) -> list[str]:
        return self.each("li")

    @property
    def buttons(self) -> dict[str, str]:
        """What is read on each, by what it sends."""
        return {f"{one.get('name')}={one.get('value')}": said(one) for one in self.root.iter("button")}

    @property
    def links(self) -> dict[str, str]:
        return {said(one): one.get("href", "") for one in self.root.iter("a")}

    @property
    def text(self) -> str:
        return said(next(self.root.iter("main")))

    @property
    def wrong(self) -> list[str]:
        """What runs, or leads away from the page."""
        found = []
        for one in self.root.iter():
            found += [one.tag] * (one.tag in NEVER)
            found += [f"{one.tag} {name}" for name in one.attrib if name.startswith("on") or name == "style"]
            found += [f"{one.tag} {one.get(name)}" for name in LEADS if not one.get(name, "?").startswith("?")]
        return found


def said(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def read_page(html: str) -> Page:
    """Errors: `ParseError` for what is not closed, or closed twice."""
    assert html.startswith("<!DOCTYPE html>")
    return Page(fromstring(html.removeprefix("<!DOCTYPE html>")))  # noqa: S314 - the gate's own page
