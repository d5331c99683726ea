"""The number that is judged is the number that is dialled, however it is written."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from pathlib import Path

import pytest

from tests.flows.asking import Dialer, Heard
from tests.flows.conftest import NewTenant
from tests.waiting import until

SPELLINGS = Path(__file__).resolve().parents[1] / "data" / "number_spellings.jsonl"
AT_ONCE = 20


def spellings() -> dict[str, list[tuple[str, str]]]:
    """By region: what is written, and the number it means or why it means none."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in SPELLINGS.read_text().splitlines():
        written, region, means = json.loads(line)
        found[region or ""].append((written, means))
    return found


async def _asked(dialer: Dialer, written: list[tuple[str, str]]) -> list[Heard]:
    """Calls and messages in turn."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(place: int, text: str) -> Heard:
        async with gate:
            return await (dialer.call(text) if place % 2 else dialer.text(text))

    return list(await asyncio.gather(*(ask(place, text) for place, (text, _) in enumerate(written))))


def _wrong(means: str, heard: Heard) -> bool:
    if not means.startswith("+"):
        return heard.status not in {400, 403}
    return heard.status != 400 or "suppressed" not in heard.json["details"]["reasons"] or not heard.decision


@pytest.mark.parametrize("region", sorted(spellings()))
async def test_no_spelling_of_a_suppressed_number_gets_through(new_tenant: NewTenant, region: str) -> None:
    """Each spelling of a number whose owner opted out is refused for that very reason and on record; whatever is no
    single number is refused too; the carrier hears of none of them.
    """
    dialer = await new_tenant(region=region)
    written = spellings()[region]
    compliance = await dialer.key("compliance")
    numbers = {means for _, means in written if means.startswith("+")}
    for number in numbers:
        told = await dialer.ask("POST", "/v1/opt-outs", auth=compliance, json={"to": number, "source": "form"})
        assert (201, True) == (told.status, told.json["in_force"])
    heard = await _asked(dialer, written)
    wrong = [(*said, one.text) for said, one in zip(written, heard, strict=True) if _wrong(said[1], one)]
    sent = [one for one in await dialer.reached() if dict(one["params"]).get("From") == dialer.sender]
    assert ([], []) == (wrong, sent)
    decisions = {one.decision for one in heard if one.decision}

    async def all_listed() -> bool:
        return decisions <= {row["id"] for row in await dialer.listing(tenant=dialer.tenant, verdict="block")}

    assert len(decisions) >= len([means for _, means in written if means.startswith("+")])
    assert await until(all_listed, "every refusal is listed", 10)
