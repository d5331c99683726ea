"""Each official SDK has its page, which says of what it is true and how that was found out."""

from __future__ import annotations

import json
import re
from importlib.metadata import version

import pytest

from tests.house import tree

PAGES = tree.ROOT / "docs" / "sdk"
RUN, READ = "run in `make test`", "not run"
SDKS = {
    "python": ("twilio-python", RUN),
    "node": ("twilio-node", RUN),
    "php": ("twilio-php", READ),
    "ruby": ("twilio-ruby", READ),
    "go": ("twilio-go", READ),
    "java": ("twilio-java", READ),
    "csharp": ("twilio-csharp", READ),
}


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SDKS)
def test_a_page_names_its_version_and_how_it_was_checked(name: str) -> None:
    """In its first sentence, and in the table of all of them alike."""
    sdk, checked = SDKS[name]
    first = page(name).split("\n\n")[1]
    named = re.search(rf"{sdk} (\d+\.\d+\.\d+)", first)
    assert named is not None
    assert checked in first
    (row,) = [line for line in page("README").splitlines() if f"[{name}.md]" in line]
    assert (True, True) == (f"{sdk} {named[1]}" in row, checked in row)


@pytest.mark.parametrize("name", SDKS)
def test_no_page_leaves_a_way_round(name: str) -> None:
    """Each rewrites every host of the carrier, whatever edge or region is in it, and refuses all others."""
    text = page(name)
    assert [True] * 3 == [words in text for words in (".twilio.com", "not an address of the carrier", "/c/")]
    assert "api.twilio.com" not in "".join(re.findall(r"```\w+\n(.*?)```", text, re.DOTALL))


def test_those_that_are_run_name_the_version_that_runs() -> None:
    """The locked ones."""
    package = json.loads((tree.ROOT / "tests/sdk_node/package-lock.json").read_text())["packages"][
        "node_modules/twilio"
    ]
    assert (True, True) == (
        f"twilio-python {version('twilio')}" in page("python"),
        f"twilio-node {package['version']}" in page("node"),
    )
