"""The stores of one gate in memory, as commands get them that open stores themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dialgate.app.gate import Check
from dialgate.ops.tools import Stores
from dialgate.settings import Settings
from tests.fakes.api_gate import WritableDirectory
from tests.fakes.one_gate import OneGate

if TYPE_CHECKING:
    from dialgate.app.queries import Directory


def opened(gate: OneGate, directory: WritableDirectory | None = None, settings: Settings | None = None) -> Stores:
    async def inspect() -> tuple[Check, ...]:
        return (Check("ledger", "", "as it should be"),)

    return Stores(
        settings=settings or Settings(),
        ledger=gate.ledger,
        register=gate.register,
        directory=cast("Directory", directory or WritableDirectory()),
        guards=gate.store,
        inspect=inspect,
    )
