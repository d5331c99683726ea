"""What every test shares: how hard to try.

`DIALGATE_TEST_PROFILE=deep` (make test-deep) raises examples, rounds and races; the default ends within minutes.
"""

from __future__ import annotations

import os
import zoneinfo

import pytest
from hypothesis import HealthCheck, settings

zoneinfo.reset_tzpath(to=())  # as every process of the gate begins: time zones from the package alone

PROFILE = os.environ.get("DIALGATE_TEST_PROFILE", "fast")

# No deadline: a promise does not depend on how busy the machine is. No database: a found example becomes a test.
settings.register_profile(
    "fast",
    max_examples=50,
    stateful_step_count=30,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", settings.get_profile("fast"), max_examples=2000, stateful_step_count=50)
settings.load_profile(PROFILE)


@pytest.fixture(scope="session")
def deep() -> bool:
    """Whether to run the long form of a test: 2,000 races instead of 200, 100 kills instead of 20."""
    return PROFILE == "deep"
