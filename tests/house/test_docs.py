"""The documents agree with the code and with each other."""

from __future__ import annotations

import re
from pathlib import Path

from dialgate.domain.reasons import Reason
from tests.house import tree

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAMED_PATH = re.compile(r"`((?:src|tests|docs|config|docker)/[\w./-]+)`")
REASON_LINE = re.compile(r"^[|\-*# ]*`([a-z_]+)`", re.MULTILINE)


def test_each_reason_has_its_line() -> None:
    """Whoever meets a reason code finds one line on what it means and what to do."""
    missing = sorted({reason.value for reason in Reason} - _explained())
    assert [] == missing, tree.mend("give these reasons a line in docs/reasons.md that starts with the code", missing)


def test_no_line_explains_a_reason_that_is_gone() -> None:
    """The list of reasons holds nothing that dialgate never says."""
    unknown = sorted(_explained() - {reason.value for reason in Reason})
    assert [] == unknown, tree.mend("delete these lines from docs/reasons.md, or add the reason", unknown)


def test_links_resolve() -> None:
    """A link between documents leads to a file, and to a heading in it."""
    broken = [
        f"{tree.name(path)}: {target}"
        for path in _documents()
        for target in LINK.findall(path.read_text())
        if "://" not in target and not target.startswith("mailto:") and not _leads_somewhere(path, target)
    ]
    assert [] == broken, tree.mend("mend these links", broken)


def test_named_files_exist() -> None:
    """A document that names a file of the tree names it as it is called today."""
    gone = [
        f"{tree.name(path)}: {said}"
        for path in _documents()
        for said in NAMED_PATH.findall(path.read_text())
        if not (tree.ROOT / said).exists()
    ]
    assert [] == gone, tree.mend("name these files as they are called", gone)


def _documents() -> list[Path]:
    return [path for path in tree.files() if path.suffix == ".md"]


def _explained() -> set[str]:
    return set(REASON_LINE.findall((tree.ROOT / "docs" / "reasons.md").read_text()))


def _leads_somewhere(source: Path, target: str) -> bool:
    file, _, heading = target.partition("#")
    path = source.parent / file if file else source
    return path.exists() and (not heading or heading in _headings(path))


def _headings(path: Path) -> set[str]:
    """As the hosts of Markdown write them in addresses: lower case, words joined by hyphens."""
    titles = re.findall(r"^#+ +(.+?) *$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
