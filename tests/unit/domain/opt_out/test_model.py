"""The letters of a reply are weighed the same way wherever they are weighed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.domain.opt_out.model import Hint, by_letters, compile_model, grams, probability, sigmoid

ROOT = Path(__file__).parents[4]
SHIPPED = ROOT / "config" / "reply_model.json"
LEARNT = [ROOT / "tests" / "data" / "replies" / f"{part}.jsonl" for part in ("development", "learning")]
PLAIN = {"offset": 0.5, "letters": 2.0, "unsaid": -1.0, "agreeing": 3.0, "shielded": -4.0}
SMALL: dict[str, Any] = {
    "version": "1",
    "learnt_from": "",
    "bias": -1.0,
    "act": 0.9,
    "ask": 0.6,
    "hints": dict.fromkeys(Hint, PLAIN),
    "weights": {"no": 3.0, " m": 1.0},
}


def test_letters_of_what_occurs_are_added() -> None:
    """Three n-grams, one of them known: the bias and its share."""
    model = compile_model(SMALL | {"weights": {"a": 9.0, " a": 2.0}})
    assert {" a", "a ", " a "} == grams("a")
    assert by_letters("a", model) == pytest.approx(-1 + 2 / 3**0.5)


def test_what_the_grammar_says_is_weighed_on_top() -> None:
    """Each hint by its own weights: e - 1 words that belong to no refusal, two rules that agree, one shield."""
    model = compile_model(SMALL | {"hints": dict.fromkeys(Hint, PLAIN) | {Hint.STOP: PLAIN | {"offset": 9.5}}})
    letters = by_letters("a", model)
    assert sigmoid(0.5 + 2 * letters) == probability("a", model, Hint.NOTHING)
    assert sigmoid(9.5 + 2 * letters - 1.0986122886681098 + 3 - 4) == pytest.approx(
        probability("a", model, Hint.STOP, unsaid=2, agreeing=2, shielded=True)
    )
    assert probability("a", model, Hint.STOP, agreeing=3) == probability("a", model, Hint.STOP, agreeing=9)


def test_ideographs_count_alone() -> None:
    """A word of one character is a word."""
    assert "滚" in grams("滚")
    assert "a" not in grams("a")


def test_of_a_long_text_the_head_and_the_tail_are_read() -> None:
    """Ten thousand characters cost what two hundred do."""
    assert len(grams("stop " + "x" * 10_000 + " bye")) < 500
    assert {"stop ", " bye "} <= grams("stop " + "x" * 10_000 + " bye")


@given(st.text(max_size=300))
def test_any_text_has_a_probability(text: str) -> None:
    """Whatever it is written in."""
    assert 0 <= probability(text, compile_model(SMALL), Hint.NOTHING) <= 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bias": "1"}, "must be a number"),
        ({"bias": True}, "must be a number"),
        ({"weights": {"a": float("nan")}}, "must be a number"),
        ({"ask": 0}, "0 < ask"),
        ({"ask": 0.95}, "0 < ask"),
        ({"more": 1}, "must have exactly"),
        ({"hints": {"stop": PLAIN}}, "hints must be exactly"),
        ({"hints": {hint: {"offset": 1.0} for hint in Hint}}, "weights of a hint"),
    ],
)
def test_a_broken_file_says_what_is_wrong(change: dict[str, Any], said: str) -> None:
    """A gate with half a model does not start."""
    with pytest.raises(ValueError, match=said):
        compile_model(SMALL | change)


def test_the_shipped_model_is_of_the_lines_as_they_are() -> None:
    """Who changes a line that it learns from makes the model anew."""
    learnt_from = compile_model(json.loads(SHIPPED.read_text(encoding="utf-8"))).learnt_from
    assert hashlib.sha256(b"".join(part.read_bytes() for part in LEARNT)).hexdigest() == learnt_from
