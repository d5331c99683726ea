"""Strict reading of the project's own data."""

from __future__ import annotations

import pytest

from dialgate.domain.opt_out.reading import record, texts


def test_a_word_that_yaml_takes_for_a_truth_value_must_be_quoted() -> None:
    """No and off are words of refusals; unquoted they would vanish."""
    with pytest.raises(ValueError, match="stop: False must be a text; quote it"):
        texts([False], "stop")


@pytest.mark.parametrize(("data", "told"), [({}, "a is missing"), ({"a": 1, "b": 2}, "b is unknown")])
def test_fields_are_those_that_are_known(data: object, told: str) -> None:
    """A misspelt field is a mistake with a name."""
    with pytest.raises(ValueError, match=f"place: {told}"):
        record(data, "place", frozenset("a"))
