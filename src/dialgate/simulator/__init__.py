"""A stateful stand-in for the carrier: REST resources that move, webhooks that are signed, people who answer.

It shares no code with the rest of dialgate, not even the signature, so that it cannot agree with a mistake made
there. It must not import any other part of the package.
"""

from __future__ import annotations

from dialgate.simulator.app import SIMULATOR, make_app, run
from dialgate.simulator.config import SharedKey, SimulatorConfig, Timing, seeded_ids

__all__ = ["SIMULATOR", "SharedKey", "SimulatorConfig", "Timing", "make_app", "run", "seeded_ids"]
