"""People refuse while no gate hears them: what their webhooks could not tell is read back from the carrier."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from tests.dialing import Outside
from tests.faults.scene import REFUSED
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.processes import Serve

PEOPLE, DEEP_PEOPLE = 60, 1_000
WITHIN_S = 120.0
AT_ONCE = 20
AGO = timedelta(minutes=2)
"""A younger message may still come by its webhook."""


async def refuse(seen: Outside, number: str, words: str) -> int | None:
    """What the gate answered; None: nobody heard it."""
    sent = (datetime.now(UTC) - AGO).isoformat()
    sms = {"from": number, "to": seen.demo["DEMO_FROM"], "body": words, "date_sent": sent, "keywords": "none"}
    url = f"{seen.serve.carrier.url}/simulator/messages"
    async with seen.session.post(url, json=sms, headers={"Accept": "application/json"}) as response:
        answered: int | None = (await response.json())["status"]
    return answered


def silenced(serve: Serve, numbers: Sequence[str]) -> set[str]:
    rows = serve.rows("SELECT member FROM ledger WHERE kind = 'opt_out' AND source = 'sms' AND tenant = 'demo'")
    return {str(member) for (member,) in rows} & set(numbers)


async def read_back(serve: Serve, numbers: Sequence[str]) -> None:
    async def all_of_them() -> bool:
        return len(silenced(serve, numbers)) == len(set(numbers))

    await until(all_of_them, "every refusal is on record", WITHIN_S)


async def told(seen: Outside, path: str) -> str:
    async with seen.session.get(f"{seen.serve.url}/{path}") as response:
        return await response.text()


async def test_what_was_said_while_no_gate_was_up(serve: Serve, seen: Outside, *, deep: bool) -> None:
    """Every one of them is refused on both channels soon after the start, a webhook that was lost before it included,
    and operators hear that webhooks are missing.
    """
    lost = seen.new_number()
    await seen.fault("drop_webhook", match={"to": seen.demo["DEMO_FROM"]})
    assert await refuse(seen, lost, "TD") is None
    serve.kill()
    people = [seen.new_number() for _ in range(DEEP_PEOPLE if deep else PEOPLE)]
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        assert {None} == set(await asyncio.gather(*(refuse(seen, number, "退订") for number in some)))
    serve.launch()
    serve.wait_ready()
    await read_back(serve, [lost, *people])
    for number in (lost, *people[::20]):
        attempts = [await seen.patient(partial(ask, number)) for ask in (seen.call, seen.text)]
        assert REFUSED == ([one.status for one in attempts], [one.reasons for one in attempts])
    metrics, ready = await told(seen, "metrics"), await told(seen, "readyz")
    assert (True, True) == ('dialgate_missed_messages_total{kind="stop"}' in metrics, "read back up to" in ready)
