"""A page as a person without scripts meets it, read by the parser of the standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}
OUTSIDE = ("src", "srcset", "href", "action", "formaction", "data", "poster", "background")


@dataclass(slots=True)
class Page:
    """`buttons`: what is read on each, by the value that it sends. `wrong`: what no page of ours may hold."""

    lang: str = ""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    text: str = ""
    wrong: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.still_open: list[tuple[str, dict[str, str]]] = []
        self._said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.tags.append(tag)
        self.page.lang = self.page.lang or given.get("lang", "") if tag == "html" else self.page.lang
        self.page.wrong += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        self.page.wrong += [f"{tag} {given[name]}" for name in OUTSIDE if not given.get(name, "?").startswith("?")]
        if tag not in VOID:
            self.still_open.append((tag, given))
            self._said.append("")

    def handle_endtag(self, tag: str) -> None:
        if not self.still_open or self.still_open[-1][0] != tag:
            self.page.wrong.append(f"</{tag}> closes what is not open")
            return
        _, given = self.still_open.pop()
        said = self._said.pop()
        if tag == "title":
            self.page.title = said
        elif tag in {"h1", "h2"}:
            self.page.headings.append(said)
        elif tag == "li":
            self.page.items.append(said)
        elif tag == "button":
            self.page.buttons[f"{given['name']}={given['value']}"] = said
        elif tag == "a":
            self.page.links[said] = given["href"]
        if self._said and tag != "style":
            self._said[-1] += f" {said}" if tag == "small" else said

    def handle_data(self, data: str) -> None:
        if self._said:
            self._said[-1] += data
        if self.still_open and self.still_open[-1][0] not in {"style", "title"}:
            self.page.text += data + " "


def read_page(html: str) -> Page:
    """Whatever is not closed, runs, or leads elsewhere is in `wrong`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    page = reader.page
    page.wrong += [f"<{tag}> is never closed" for tag, _ in reader.still_open]
    page.wrong += sorted({"script", "img", "iframe", "link", "object", "embed"} & set(page.tags))
    return page
