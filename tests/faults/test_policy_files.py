"""The files of the policy change, well or badly, under a gate that serves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.processes import ROOT, Serve
from tests.waiting import until

TEXT_IN_FLORIDA = {
    "channel": "sms",
    "to": "+13055550123",
    "from": "",
    "dry_run": True,
    "at": "2026-11-23T20:30:00-05:00",
}
"""At half past eight in the evening."""
ROW = 'us_fl_hours, channels: [voice, sms], purposes: [marketing], windows: {daily: [["08:00", "20:00"'


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(ROOT / "config", tmp_path_factory.mktemp("policy") / "config"))


@pytest.fixture(scope="module")
def serve(config: Path) -> Iterator[Serve]:
    with Serve(workers=1, settings={"DIALGATE_POLICY__DIR": str(config / "policies")}) as running:
        yield running


async def test_a_bad_file_is_named_and_changes_nothing_and_a_good_one_is_followed(serve: Serve, config: Path) -> None:
    """No restart: the last good version judges on while the mistake stands, and the mended one from then on."""
    us = config / "policies" / "us.yaml"
    text = us.read_text(encoding="utf-8")
    assert ROW in text
    sid, _, secret = (serve.files / "cli.key").read_text().strip().partition(":")
    headers = {"Authorization": aiohttp.encode_basic_auth(sid, secret)}
    async with aiohttp.ClientSession(serve.url, headers=headers) as session:

        async def ask(path: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
            async with session.request("POST" if body else "GET", path, **body) as answer:
                return await answer.json()

        async def policy() -> dict[str, Any]:
            return next(one for one in (await ask("/readyz"))["checks"] if one["name"] == "policy")

        async def judged() -> tuple[list[str], str]:
            said = await ask("/v1/decisions?tenant=default", json=TEXT_IN_FLORIDA)
            return [reason["detail"].partition(":")[0] for reason in said["reasons"]], said["checked"]["policy_version"]

        async def told() -> bool:
            return "us.yaml" in (await policy())["problem"]

        async def followed() -> bool:
            return await judged() != before

        await ask("/v1/tenants", json={"name": "default", "region": "US"})
        before = await judged()
        us.write_text(text + "  US-FL: {}\n", encoding="utf-8")
        await until(told, "the mistake is told")
        assert before == await judged()
        us.write_text(text.replace(ROW, ROW.replace("20:00", "20:45")), encoding="utf-8")
        await until(followed, "the mended file is in force")
        after, healed = await judged(), await policy()
    assert (["us_fl_hours"], [], "") == (before[0], after[0], healed["problem"])
    assert before[1] != after[1]
