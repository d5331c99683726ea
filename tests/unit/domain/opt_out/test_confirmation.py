"""The sentence that answers."""

from __future__ import annotations

import pytest
import yaml

from dialgate.domain.opt_out.confirmation import confirmation
from dialgate.domain.opt_out.keywords import SPOKEN, Intent, compile_keywords
from tests.house import tree

KEYWORDS = compile_keywords(yaml.safe_load((tree.ROOT / "config/keywords.yaml").read_text(encoding="utf-8")))
LANGUAGES = ["zh-Hans", "zh-Hant", "en", "fr", "es", "pt", "de", "it", "nl", "ja", "ko", "tr", "ar", "hi"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", SPOKEN)
def test_each_language_has_its_own_sentence(language: str, intent: Intent) -> None:
    """People are answered in the language they used, by the name of the sender, in at most two message segments."""
    text = confirmation(intent, language, "Acme", KEYWORDS)
    assert "Acme" in text
    assert len(text) <= 134
    assert language == "en" or text != confirmation(intent, "en", "Acme", KEYWORDS)


def test_an_unknown_language_is_answered_in_english() -> None:
    """Nobody goes without a confirmation."""
    assert "You will get no more calls or messages from Acme." == confirmation(Intent.STOP, "xx", "Acme", KEYWORDS)


def test_a_senders_name_is_text_and_nothing_else() -> None:
    """Braces and line breaks in a name neither fail nor change the sentence."""
    assert (
        "You will get no more calls or messages from {0} {sender_name} Ltd."
        == confirmation(Intent.STOP, "en", "{0}\n{sender_name} Ltd", KEYWORDS)
    )  # fmt: skip


def test_nothing_understood_is_not_answered() -> None:
    """Ordinary messages get no confirmation."""
    assert "" == confirmation(Intent.NONE, "en", "Acme", KEYWORDS)
