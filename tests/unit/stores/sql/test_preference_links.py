"""Links to the preference page and what they carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialgate.app.preferences import Link
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from dialgate.stores.sql.cipher import Cipher
from dialgate.stores.sql.preference_links import SealedLinks

OLD, NEW, FOREIGN = b"o" * 32, b"n" * 32, b"f" * 32
LINK = Link(Scope("demo"), E164("+12025550199"), datetime(2027, 5, 20, 12, tzinfo=UTC))
NAMED = replace(LINK, scope=Scope("acme", "sms", "marketing", "spring-2027"))
LONGEST = replace(LINK, scope=Scope("a" * 63, "voice", "transactional", "春" * 64), number=E164("+" + "8" * 15))
RESUMING = replace(LINK, resumes=True)
WRITER = SealedLinks([OLD])


@pytest.mark.parametrize("link", [LINK, NAMED, LONGEST, RESUMING], ids=["plain", "named", "longest", "resuming"])
def test_any_gate_with_the_keys_reads_it(link: Link) -> None:
    """A link comes back whole, after a change of keys as well, and stands in a path as it is."""
    token = WRITER.token(link)
    assert link == SealedLinks([NEW, OLD]).link(token)
    assert token.replace("-", "").replace("_", "").isalnum()


def test_it_is_short_enough_for_a_message() -> None:
    """`/p/` and the token: about half of one message where nothing is named, and under 120 characters with a purpose
    and a campaign.
    """
    assert (66, True) == (len(f"/p/{WRITER.token(LINK)}"), len(f"/p/{WRITER.token(NAMED)}") < 120)


def test_the_same_link_is_the_same_token() -> None:
    """Who makes a link twice sends the same text twice; another number or end is another token throughout."""
    others = (replace(LINK, number=E164("+12025550198")), replace(LINK, expires_at=LINK.expires_at.replace(second=1)))
    tokens = [WRITER.token(one) for one in (LINK, LINK, *others)]
    assert (3, True) == (len(set(tokens)), all(tokens[0][:8] != one[:8] for one in tokens[2:]))


def test_it_tells_nothing_of_what_is_in_it() -> None:
    """Neither the number nor the tenant can be read in a token."""
    assert [] == [part for part in ("2025550199", "demo", "MjAyNTU1") if part in WRITER.token(LINK)]


GENUINE = WRITER.token(LINK)
FORGED = {
    "empty": "",
    "short": "x",
    "invented": "A" * 63,
    "cut": GENUINE[:-1],
    "cut in front": GENUINE[1:],
    "longer": GENUINE + "AAAA",
    "padded": GENUINE + "=",
    "changed": GENUINE[:30] + ("A" if GENUINE[30] != "A" else "B") + GENUINE[31:],
    "changed at its end": GENUINE[:-1] + chr(ord(GENUINE[-1]) + 1),
    "foreign": SealedLinks([FOREIGN]).token(LINK),
    "of a call": Cipher([OLD]).lock(b"69c0a2b1/12025550199/demo/*/*/*"),
    "another alphabet": "é" * 63,
    "a surrogate": "\udc00" * 63,
    "endless": "A" * 100_000,
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_what_was_not_made_here_for_this_is_nothing(forged: str) -> None:
    """Forged, cut, of another installation, of another purpose: none of them opens, and none raises."""
    assert None is WRITER.link(forged)


def test_a_link_is_no_address_of_a_call() -> None:
    """What opens the page opens nothing else."""
    assert None is Cipher([OLD]).unlock(GENUINE)
