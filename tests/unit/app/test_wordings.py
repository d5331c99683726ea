"""What each tenant answers with: compiled once a change, and never a reason not to answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from dialgate.app.queries import Tenant
from dialgate.app.wordings import Wordings
from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.understanding import understand
from tests.fakes.lexicon import shipped
from tests.fakes.web_gate import ACCOUNT, TOKEN, tenant


@pytest.fixture
def wordings() -> Wordings:
    return Wordings(shipped())


def acme(called: str = "acme", /, **replies: object) -> Tenant:
    return replace(tenant(called, ACCOUNT, TOKEN), replies=replies)


def test_a_change_counts_at_once(wordings: Wordings) -> None:
    """And what has not changed is not compiled again."""
    first = wordings.of(acme(name="Acme"))
    assert first is wordings.of(acme(name="Acme"))
    assert ("Acme", "Acme Bank") == (first.name, wordings.of(acme(name="Acme Bank")).name)


def test_what_is_no_longer_accepted_falls_silent(wordings: Wordings) -> None:
    """The words of all tenants hold; whoever runs the gate is told in the log."""
    with capture_logs() as logs:
        replies = wordings.of(acme(words={"start": ["stop"]}))
    assert ("acme", {}) == (replies.name, dict(replies.words))
    assert [("acme", True)] == [(entry["tenant"], "words.start" in entry["why"]) for entry in logs]


def test_what_is_set_is_checked(wordings: Wordings) -> None:
    """With the place of the mistake."""
    with pytest.raises(ValueError, match=r"replies\.name"):
        wordings.compiled({"name": ""}, "acme", "US")


def test_the_words_of_those_who_own_a_sender_count_together(wordings: Wordings) -> None:
    """Those of nobody else; where nobody has words of its own, the lexicon is that of all."""
    acmes, others = acme(words={"stop": ["zap it"]}), acme("other", words={"stop": ["zip it"], "help": ["huh huh"]})
    found = [
        [understand(text, "US", wordings.lexicon_of(owners)).intent for text in ("zap it", "zip it", "huh huh")]
        for owners in ((), (acmes,), (acmes, others))
    ]
    none, stop = Intent.NONE, Intent.STOP
    assert [[none, none, none], [stop, none, none], [stop, stop, Intent.HELP]] == found
    assert wordings.lexicon is wordings.lexicon_of((acme("third"),))
    assert wordings.lexicon_of((acmes,)) is wordings.lexicon_of((acmes,))


def test_only_a_word_that_all_owners_share_starts(wordings: Wordings) -> None:
    """What one tenant takes for a START lifts nothing of another that has the same sender."""
    acmes = acme(words={"start": ["zap it", "Zip it!"]})
    others, silent = acme("other", words={"start": ["zip it"]}), acme("third")
    found = [
        [understand(text, "US", wordings.lexicon_of(owners)).intent for text in ("zap it", "zip it")]
        for owners in ((acmes,), (acmes, others), (acmes, others, silent))
    ]
    none, start = Intent.NONE, Intent.START
    assert [[start, start], [none, start], [none, none]] == found


def test_a_word_that_is_taken_back_counts_no_longer(wordings: Wordings) -> None:
    """From the change on."""
    said = [
        understand("zap it", "US", wordings.lexicon_of((acme(words=words),))).intent
        for words in ({"stop": ["zap it"]}, {"help": ["zap it"]}, {})
    ]
    assert [Intent.STOP, Intent.HELP, Intent.NONE] == said
