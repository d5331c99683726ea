"""Connection overrides are honoured within the gate's limits, and nonsense changes nothing."""

from __future__ import annotations

import pytest

from dialgate.carriers.twilio.overrides import Overrides, overrides


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", Overrides()),
        ("rc=3&rp=4xx,5xx", Overrides(retries=3, retry_on=frozenset({"4xx", "5xx"}))),
        ("rc=99&ct=90000&rt=90000&tt=90000", Overrides(retries=5, connect_s=10.0, answer_s=10.0, whole_s=12.0)),
        ("ct=1&rt=250&tt=2000", Overrides(connect_s=0.1, answer_s=0.25, whole_s=2.0)),
        ("e=ashburn&sni=y", Overrides()),
        ("rc=-1&ct=abc&rt=１２&tt=", Overrides()),
        ("section-2", Overrides()),
        ("&".join(f"a{number}=1" for number in range(40)), Overrides()),
        ("rc=2&rc=3", Overrides(retries=3)),
    ],
)
def test_a_fragment_says_how_to_ask(fragment: str, expected: Overrides) -> None:
    """Retries, what is retried, and milliseconds for connecting, answering and the whole."""
    assert expected == overrides(fragment)


def test_without_a_word_only_a_connection_is_tried_again() -> None:
    """As the carrier does; `all` is every failure, but never what may not be asked at all."""
    plain, every = Overrides(), overrides("rp=all")
    assert [True, False, False, False] == [plain.retried(kind) for kind in ("ct", "rt", "5xx", "")]
    assert [True, True, True, False] == [every.retried(kind) for kind in ("ct", "rt", "5xx", "")]
