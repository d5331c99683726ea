"""One gate for each test of a use case."""

from __future__ import annotations

import pytest

from tests.fakes.one_gate import OneGate


@pytest.fixture
def gate() -> OneGate:
    return OneGate()
