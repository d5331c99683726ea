"""What the page on replies shows is what happens."""

from __future__ import annotations

import re

import yaml

from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import Understanding, understand
from dialgate.domain.opt_out.wording import compile_replies
from tests.fakes.lexicon import shipped
from tests.house import tree

PAGE = tree.ROOT / "docs" / "howto" / "replies.md"
ROW = re.compile(r"^\| `([^`]+)` \| ([A-Z]{2}) \| ([a-z ]+) \| ([a-z]*) ?\|$", re.MULTILINE)
KEPT = {"sms": "refusal of texts", "voice": "refusal of calls", "": "refusal"}


def test_the_examples_are_understood_as_the_table_says() -> None:
    """Whoever reads the page may promise it to others."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    said = [(text, country, *outcome(understand(text, country, shipped()))) for text, country, _, _ in rows]
    assert (True, rows) == (len(rows) > 10, said)


def test_the_example_of_a_tenant_is_accepted() -> None:
    """Copied as it is, it is a tenant's own words and texts."""
    (written,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    replies = compile_replies(yaml.safe_load(written), "acme", "US", shipped().keywords)
    assert ("zap it", "no more acme") == replies.words[Intent.STOP]
    assert "Acme Bank, +1 202 555 0100." in replies.text(Intent.HELP, "en")


def outcome(found: Understanding) -> tuple[str, str]:
    if found.intent is Intent.NONE:
        return "left alone", ""
    if found.intent is not Intent.STOP:
        return found.intent.value, found.by.value
    return (KEPT[found.channel] if found.sure else "asked about"), found.by.value
