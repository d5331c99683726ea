"""`dialgate import twilio`: what people told the carrier before there was a gate, and what no webhook told since."""

from __future__ import annotations

import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.flows.asking import Dialer
from tests.flows.conftest import NewTenant
from tests.flows.test_command_line import begin, dialgate
from tests.flows.test_opt_out_by_text import opt_outs, refusals, suppressed
from tests.waiting import until

PEOPLE = 40
GONE = {(400, 21610, "suppressed"), (400, 990103, "suppressed")}


async def untold(dialer: Dialer, number: str, words: str, days_ago: float, keywords: str = "none") -> str:
    """A person wrote to the tenant's sender so long ago, and no webhook told of it."""
    fault = {"kind": "drop_webhook", "match": {"to": dialer.sender}}
    async with dialer.session.post(f"{dialer.carrier}/simulator/faults", json=fault) as response:
        assert 201 == response.status
    sent = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
    told = await dialer.write(number, words, date_sent=sent, keywords=keywords)
    assert told["status"] is None
    return str(told["message_sid"])


async def imported(dialer: Dialer, *words: str) -> dict[str, Any]:
    told: dict[str, Any] = (
        await dialgate(dialer, "import", "twilio", "--tenant", dialer.tenant, "--format", "json", *words)
    ).json
    return told


async def test_the_past_is_taken_in_as_people_left_it(new_tenant: NewTenant) -> None:
    """A dry run changes nothing; the import refuses on both channels, with the person's own time; STARTs are heeded,
    and a second import changes nothing.
    """
    shop = await new_tenant("none")
    left, back, never, talker = (shop.running.new_number() for _ in range(4))
    sid = await untold(shop, left, "TD", 40)
    for words, days_ago in (("START", 20), ("stop", 30)):
        await untold(shop, back, words, days_ago)
    for words, days_ago in (("STOP", 5), ("START", 10), ("Unsubscribe", 15)):
        await untold(shop, never, words, days_ago)
    await untold(shop, talker, "see you at five", 3)
    dry = await imported(shop, "--since", "60d", "--dry-run")
    before = [await suppressed(shop, number) for number in (left, back, never, talker)]
    first = await imported(shop, "--since", "60d")
    after = [await suppressed(shop, number) for number in (left, back, never, talker)]
    assert ([False] * 4, [True, False, True, False]) == (before, after)
    counts = {"stop": 4, "start": 2, "none": 1}
    assert [counts] * 2 == [{name: told["counts"][name] for name in counts} for told in (dry, first)]
    assert GONE == await refusals(shop, left)
    assert [("sms", sid, 40)] == [
        (source, evidence, (datetime.now(UTC) - datetime.fromisoformat(f"{str(at)[:19]}+00:00")).days)
        for source, evidence, at in shop.running.serve.rows(
            "SELECT source, evidence, occurred_at FROM ledger WHERE id = ?", f"{sid}.{shop.tenant}"
        )
    ]
    again = await imported(shop, "--since", "60d")
    assert (0, True, 2) == (again["counts"]["stop"], await suppressed(shop, never), await opt_outs(shop, never))
    assert not await suppressed(shop, back)


async def test_an_import_that_was_ended_goes_on(new_tenant: NewTenant) -> None:
    """Ctrl-C in the middle and the same command again: as if nothing had been."""
    shop = await new_tenant("none")
    people = [shop.running.new_number() for _ in range(PEOPLE)]
    for number in people:
        await untold(shop, number, "STOP", 2)

    async def some() -> bool:
        return any([await suppressed(shop, number) for number in people])

    process = await begin(shop, "import", "twilio", "--tenant", shop.tenant, "--since", "3d")
    await until(some, "the import has begun")
    with suppress(ProcessLookupError):  # a fast machine may have done it all
        process.send_signal(signal.SIGINT)
    await process.communicate()
    await imported(shop, "--since", "3d")
    assert [1] * len(people) == [await opt_outs(shop, number) for number in people]


async def test_whom_the_carrier_refused_is_refused_here(new_tenant: NewTenant) -> None:
    """Somebody told the carrier alone, longer ago than is read: what it did not deliver since is on its list."""
    shop = await new_tenant("none")
    number = shop.running.new_number()
    await untold(shop, number, "STOP", 40, keywords="default")
    asked = await shop.write(number, "HELP", keywords="none")
    assert [21610] == [reply["error_code"] for reply in asked["replies"]]
    told = await imported(shop, "--since", "1d")
    assert (1, True, GONE) == (
        told["counts"]["refused_by_carrier"],
        await suppressed(shop, number),
        await refusals(shop, number),
    )


async def test_only_operators_import(new_tenant: NewTenant) -> None:
    """A tenant's own key is told that it may not."""
    shop = await new_tenant("none")
    said = await shop.ask("POST", "/v1/carrier/import", json={"since": "2026-01-01T00:00:00Z"})
    assert 403 == said.status
