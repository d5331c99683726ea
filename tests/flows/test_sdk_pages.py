"""The pages on the SDKs for Python and Node, as a reader would try them: copied out and run."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.asking import BUSY, LISTED_S, Dialer
from tests.processes import ROOT
from tests.waiting import until

PAGES = ROOT / "docs" / "sdk"
NODE = Path(sys.executable).parent / "node"
NOWHERE = "not an address of the carrier: example.com"
EDGES: dict[str, dict[str, str]] = {
    "plain": {},
    "region": {"TWILIO_REGION": "au1"},
    "edge": {"TWILIO_EDGE": "sydney"},
    "both": {"TWILIO_EDGE": "sydney", "TWILIO_REGION": "au1"},
}
OTHER_PYTHON = 'GateHttpClient("http://127.0.0.1:1").request("GET", "https://example.com/")'
OTHER_NODE = 'new GateClient("http://127.0.0.1:1").request({ method: "get", uri: "https://example.com/" })'


@dataclass(frozen=True, slots=True)
class Ran:
    status: int
    out: str
    complaint: str


def snippet(page: str, language: str, place: int = 0) -> str:
    text = (PAGES / page).read_text(encoding="utf-8")
    return str(re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[place])


async def run(dialer: Dialer, file: Path, source: str, more: dict[str, str], number: str) -> Ran:
    await asyncio.to_thread(file.write_text, source, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    environment |= {
        "DIALGATE_URL": dialer.url,
        "TWILIO_ACCOUNT_SID": dialer.account,
        "TWILIO_AUTH_TOKEN": dialer.auth[1],
        "FROM": dialer.sender,
        "TO": number,
        "NODE_PATH": str(ROOT / "tests" / "sdk_node" / "node_modules"),
        **more,
    }
    pipe = asyncio.subprocess.PIPE
    program = sys.executable if file.suffix == ".py" else str(NODE)
    process = await asyncio.create_subprocess_exec(
        program, str(file), env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )
    out, complaint = await process.communicate()
    return Ran(process.returncode or 0, out.decode().strip(), complaint.decode())


async def patient(dialer: Dialer, file: Path, source: str, more: dict[str, str], number: str) -> Ran:
    """As a reader does whose gate had no time."""

    async def once() -> list[Ran]:
        ran = await run(dialer, file, source, more, number)
        return [] if BUSY in ran.complaint else [ran]

    return (await until(once, "the gate has time for this"))[0]


@pytest.mark.parametrize("more", EDGES.values(), ids=EDGES)
@pytest.mark.parametrize(
    ("page", "language", "name"), [("python.md", "python", "p.py"), ("node.md", "javascript", "n.js")]
)
async def test_the_page_reaches_the_gate(
    demo: Dialer, tmp_path: Path, page: str, language: str, name: str, more: dict[str, str]
) -> None:
    """With any edge or region set: the message goes through the gate, in the campaign of the prefix."""
    number = demo.running.new_number()
    ran = await patient(demo, tmp_path / name, snippet(page, language), more, number)
    assert (0, True) == (ran.status, ran.out.startswith("SM")), ran.complaint
    assert [ran.out] == [one["sid"] for one in await demo.reached(number=number)]
    (row,) = await until(lambda: demo.listing(to=number), "it is on record", LISTED_S)
    assert ("spring", "allow") == (row["campaign"], row["verdict"])


@pytest.mark.parametrize(
    ("page", "language", "name", "other"),
    [("python.md", "python", "p.py", OTHER_PYTHON), ("node.md", "javascript", "n.js", OTHER_NODE)],
)
async def test_the_page_lets_nothing_pass_to_others(
    demo: Dialer, tmp_path: Path, page: str, language: str, name: str, other: str
) -> None:
    """Whatever is not meant for the carrier is an error, not a request."""
    source = snippet(page, language).replace("__main__", "__never__").replace("require.main === module", "false")
    ran = await run(demo, tmp_path / name, f"{source}\n{other}\n", {}, demo.running.new_number())
    assert (1, True) == (ran.status, NOWHERE in ran.complaint)


@pytest.mark.parametrize("more", EDGES.values(), ids=EDGES)
async def test_the_short_way_reaches_the_gate_or_fails_loudly(
    demo: Dialer, tmp_path: Path, more: dict[str, str]
) -> None:
    """An edge or region makes a host of it that nobody has; nothing goes round the gate."""
    number = demo.running.new_number()
    ran = await patient(demo, tmp_path / "short.py", snippet("python.md", "python", 1), more, number)
    seen = [one["sid"] for one in await demo.reached(number=number)]
    assert (bool(more), [] if more else [ran.out]) == (ran.status != 0, seen), ran.complaint
