"""The page on dialplans, as an administrator would try it: every shell line and both scripts, with the real curl."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.asking import BUSY, Auth, Dialer
from tests.processes import ROOT, free_port
from tests.waiting import until

PAGE = (ROOT / "docs" / "howto" / "asterisk.md").read_text(encoding="utf-8")
LINES = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SCRIPTS = dict(re.findall(r"^```sh (gate-\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
KEY, ASK, LOOK, TELL, OPT_OUT = LINES


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    out: str


@dataclass(frozen=True, slots=True)
class Shell:
    dialer: Dialer
    home: Path
    environment: Mapping[str, str]

    async def run(self, script: str, *arguments: str, **more: str) -> Said:
        """As `sh` runs it, in a directory of its own."""
        pipe = asyncio.subprocess.PIPE
        environment = {**self.environment, **more}
        process = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", script, "sh", *arguments), cwd=self.home, env=environment, stdout=pipe, stderr=pipe
        )
        out, _ = await process.communicate()
        return Said(process.returncode or 0, out.decode())

    async def ask(self, script: str, *arguments: str, **more: str) -> Said:
        """Again, while the gate has no time."""

        async def once() -> list[Said]:
            said = await self.run(script, *arguments, **more)
            return [] if BUSY in said.out or "gate_unavailable" in said.out else [said]

        return (await until(once, "the gate has time for this"))[0]

    async def keep(self, name: str, key: Auth) -> None:
        assert 0 == (await self.run(KEY, KEY_SID=key[0], KEY_SECRET=key[1])).status
        (self.home / "curl.conf").rename(self.home / name)


@pytest.fixture
async def shell(demo: Dialer, tmp_path: Path) -> Shell:
    environment = {
        "PATH": os.environ["PATH"],
        "DIALGATE_URL": demo.url,
        "DIALGATE_CURL": str(tmp_path / "curl.conf"),
        "FROM": demo.sender,
        "TO": demo.running.new_number(),
    }
    shell = Shell(demo, tmp_path, environment)
    await shell.keep("agent.conf", await demo.key("agent"))
    await shell.keep("curl.conf", await demo.key("dialer"))
    return shell


def test_every_shell_line_is_tried() -> None:
    """A line that is added to the page has to be added here."""
    assert (5, {"gate-ask", "gate-tell"}, 7) == (len(LINES), set(SCRIPTS), PAGE.count("```sh"))


async def test_the_lines_of_the_page_do_what_it_says(shell: Shell, demo: Dialer) -> None:
    """Look, ask, tell, and opt out: after that the answer is block."""
    looked = await shell.ask(LOOK)
    asked = await shell.ask(ASK)
    assert ("allow -\n", "allow") == (looked.out, asked.out.split()[0])
    told = await shell.ask(TELL, DECISION=asked.out.split()[1])
    assert '"result":"settled"' in told.out
    assert 0 == (await shell.ask(OPT_OUT)).status
    refused = await shell.ask(ASK)
    assert (["block", "suppressed", "-"], 0) == ([refused.out.split()[n] for n in (0, 2, 3)], refused.status)
    assert 0o600 == (shell.home / "curl.conf").stat().st_mode & 0o777


async def test_the_scripts_ask_and_tell(shell: Shell, demo: Dialer) -> None:
    """The decision's id goes from the one to the other; the switch's own word becomes the outcome."""
    number = demo.running.new_number()
    asked = await shell.ask(SCRIPTS["gate-ask"], number, demo.sender)
    verdict, decision = asked.out.split()
    told = await shell.ask(SCRIPTS["gate-tell"], decision, "BUSY")
    assert ("allow", True) == (verdict, '"result":"settled"' in told.out)

    async def settled() -> list[str]:
        return [event["status"] for event in (await demo.record(decision))["events"] if event["kind"] == "settled"]

    assert ["busy"] == await until(settled, "the outcome is on record")


@pytest.mark.parametrize(
    "more",
    [
        {"DIALGATE_URL": f"http://127.0.0.1:{free_port()}"},
        {"DIALGATE_CURL": "/nowhere/curl.conf"},
        {"DIALGATE_URL": "http://127.0.0.1:1/not-a-gate"},
    ],
    ids=["no gate", "no key", "something else"],
)
async def test_a_silent_gate_blocks(shell: Shell, demo: Dialer, more: dict[str, str]) -> None:
    """Without a decision nobody is called."""
    said = await shell.run(SCRIPTS["gate-ask"], demo.running.new_number(), demo.sender, **more)
    assert Said(0, "block - gate_silent -") == said


async def test_a_key_that_was_revoked_blocks(shell: Shell, demo: Dialer) -> None:
    """A refusal of the gate's in another shape is no allow either."""
    await shell.keep("curl.conf", ("SK" + "0" * 32, "wrong"))
    said = await shell.run(SCRIPTS["gate-ask"], demo.running.new_number(), demo.sender)
    assert "block - gate_silent -" == said.out
