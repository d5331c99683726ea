"""The shapes that are read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from pydantic import ValidationError

from dialgate.app.settle import FINAL
from dialgate.web.api.asked import DecisionAsked, FilterQuery, OutcomeAsked, OutcomeStatus

ASKED = {"channel": "sms", "to": "+14155552671", "from": "1", "dry_run": "true"}


def test_times_become_utc() -> None:
    """A time with any offset is the same instant in UTC."""
    asked = DecisionAsked.model_validate_strings(ASKED | {"at": "2026-03-02t20:00:00.5+08:00"})
    assert datetime(2026, 3, 2, 12, 0, 0, 500_000, tzinfo=UTC) == asked.at


@pytest.mark.parametrize("time", ["2026-03-02", "2026-03-02T12:00:00", "1772452800", "2026-02-30T00:00:00Z", "now"])
def test_a_time_without_its_offset_is_no_time(time: str) -> None:
    """What could be meant in two ways is refused."""
    with pytest.raises(ValidationError):
        FilterQuery.model_validate_strings({"since": time})


def test_another_time_is_for_dry_runs() -> None:
    """Only a dry run may be judged as at another time."""
    with pytest.raises(ValidationError, match="dry_run"):
        DecisionAsked.model_validate_strings(ASKED | {"dry_run": "false", "at": "2026-03-02T12:00:00Z"})


def test_outcomes_are_ends() -> None:
    """Every status that an outcome may have ends the attempt, and every end may be told."""
    assert sorted(FINAL) == sorted(get_args(OutcomeStatus))
    assert "occurred_at" in OutcomeAsked.model_json_schema()["required"]
