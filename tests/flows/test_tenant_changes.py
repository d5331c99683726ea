"""A tenant that is changed while the gate runs: every gate goes by it a moment later."""

from __future__ import annotations

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.test_command_line import dialgate
from tests.waiting import until


async def call_from(dialer: Dialer, sender: str) -> int:
    number = dialer.running.new_number()
    return (await dialer.post("Calls.json", [("To", number), ("From", sender), ("Twiml", "<Response/>")])).status


async def test_a_sender_that_is_added_can_call_and_one_that_is_removed_cannot(new_tenant: NewTenant) -> None:
    """By the command line, without a restart; the sender that was there before stays."""
    dialer = await new_tenant()
    fresh = dialer.running.new_number()

    async def answers(wanted: int) -> None:
        async def so() -> bool:
            return [await call_from(dialer, fresh) for _ in range(4)] == [wanted] * 4

        await until(so, f"each gate answers {wanted}")

    await answers(403)
    for option, wanted in (("--caller-id", 201), ("--remove-caller-id", 403)):
        assert 0 == (await dialgate(dialer, "tenant", "update", dialer.tenant, option, fresh)).status
        await answers(wanted)
    assert 201 == await call_from(dialer, dialer.sender)
    assert 1 == (await dialgate(dialer, "tenant", "update", dialer.tenant, "--remove-caller-id", fresh)).status
