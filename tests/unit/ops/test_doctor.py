"""Every dependency and every setting that will hurt, each with its mend."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from dialgate.app.gate import Check
from dialgate.app.queries import CallerId, CarrierKeywords
from dialgate.domain.ids import GateId
from dialgate.ops.doctor import examined, in_directory, in_settings, in_stores, machine
from dialgate.ops.tools import Stores, Tools
from dialgate.settings import Carrier, Data, Server, Settings, Twilio
from tests.fakes.api_gate import WritableDirectory
from tests.fakes.journal_tools import AT
from tests.fakes.native_api import CommandLine, NativeApi
from tests.fakes.one_gate import OneGate
from tests.fakes.open_stores import opened
from tests.fakes.web_gate import ACCOUNT, OTHER_ACCOUNT, tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

REAL = Twilio(account_sid="AC1", auth_tokens=(SecretStr("t"),))


def problems(found: Iterable[Check]) -> dict[str, str]:
    return {check.name: check.problem for check in found if check.problem}


def test_this_machine_is_fit() -> None:
    """Python, libraries, the C extension and time zones are there, with their versions."""
    found = {check.name: check for check in machine()}
    assert {} == problems(found.values())
    assert "aiohttp 3" in found["libraries"].detail


def test_settings_that_will_hurt_are_named(tmp_path: Path) -> None:
    """No credentials; no token, so no STOP; an address that the carrier cannot reach."""
    none = problems(in_settings(Settings(data=Data(dir=tmp_path))))
    keyed = Twilio(account_sid="AC1", api_key_sid="SK1", api_key_secret=SecretStr("s"))
    silent = problems(in_settings(Settings(carrier=Carrier(twilio=keyed))))
    assert {"carrier", "public_url"} == set(none)
    assert "no STOP can arrive" in silent["carrier"]


def test_good_settings_have_no_problem() -> None:
    """A real carrier, a token and an outside address."""
    server = Server(public_url="https://gate.example.com")
    assert {} == problems(in_settings(Settings(carrier=Carrier(twilio=REAL), server=server)))


def test_secrets_that_others_can_read_are_named(tmp_path: Path) -> None:
    """With the command that mends it."""
    (tmp_path / "cli.key").touch(mode=0o644)
    (tmp_path / "secrets.toml").touch(mode=0o600)
    found = problems(in_settings(Settings(data=Data(dir=tmp_path))))
    assert f"Others can read it: chmod 600 {tmp_path}/cli.key" == found["cli.key"]
    assert "secrets.toml" not in found


async def test_gates_that_keep_others_waiting_are_named() -> None:
    """Which gate has not confirmed the newest generation."""
    gate = OneGate()
    await gate.register.enlist(GateId("slow"), "dir", 0, AT)
    assert {"gates": "Still to confirm generation 1: slow."} == problems(await in_stores(opened(gate)))


async def test_an_index_that_is_not_open_is_named() -> None:
    """Being loaded, or not to be reached: then it says how to start what is missing."""
    gate = OneGate()
    await gate.store.begin("nonce")
    closed = problems(await in_stores(opened(gate)))
    gate.store_trouble.down = True
    gone = problems(await in_stores(opened(gate)))
    assert closed["index"].startswith("Not open")
    assert gone["index"].endswith("dialgate serve.")


async def test_tenants_without_and_with_shared_senders_are_named() -> None:
    """Whose replies would count for everybody, and which opt-outs count for several."""
    directory = WritableDirectory(
        tenants={name: tenant(name, account, "t") for name, account in (("acme", ACCOUNT), ("other", OTHER_ACCOUNT))},
        callers=[CallerId("acme", "+12025550100", CarrierKeywords.DEFAULT)],
    )
    found = list(in_directory(await directory.snapshot(), loopback=True))
    assert ["tenant other"] == list(problems(found))
    directory.callers.append(CallerId("other", "+12025550100", CarrierKeywords.NONE))
    shared = [
        check.detail for check in in_directory(await directory.snapshot(), loopback=True) if "sender" in check.name
    ]
    assert ["owned by acme, other: an opt-out sent to it counts for each of them"] == shared


async def test_switches_of_tenants_are_printed() -> None:
    """The open policy is a problem with a real carrier only; what else tenants set is always shown."""
    directory = WritableDirectory(
        tenants={
            "open": tenant("open", ACCOUNT, "t", open_policy=True),
            "narrow": replace(tenant("narrow", OTHER_ACCOUNT, "t"), policy={"calling_hours": {}, "duplicate": {}}),
        },
        callers=[CallerId(name, f"+1202555010{n}", CarrierKeywords.NONE) for n, name in enumerate(("open", "narrow"))],
    )
    snapshot = await directory.snapshot()
    assert {} == problems(in_directory(snapshot, loopback=True))
    assert ["tenant open"] == list(problems(in_directory(snapshot, loopback=False)))
    details = [check.detail for check in in_directory(snapshot, loopback=True)]
    opened = "open policy (simulated carrier only), put back: nothing"
    assert [opened, "tightens: calling_hours, duplicate"] == details[-2:]


async def test_it_examines_what_it_can(api: NativeApi, tmp_path: Path) -> None:
    """A bad settings file ends it with its sentence; stores that are down do not."""
    line = CommandLine(api)
    missing = await examined(line.tools, tmp_path / "none.toml")
    (tmp_path / "good.toml").write_text(f'[data]\ndir = "{tmp_path}"\n[server]\nlisten = "127.0.0.1:9"\n')
    down = problems(await examined(line.tools, tmp_path / "good.toml"))
    assert "There is no settings file" in missing[-1].problem
    assert "SQL does not answer." == down["stores"]


async def test_it_asks_the_stores_and_the_gate(tmp_path: Path) -> None:
    """What the stores say of themselves is in it."""
    (tmp_path / "good.toml").write_text(f'[data]\ndir = "{tmp_path}"\n[server]\nlisten = "127.0.0.1:9"\n')
    gate = OneGate()

    @asynccontextmanager
    async def open_stores(_config: Path | None) -> AsyncIterator[Stores]:
        yield opened(gate)

    async def upgrade(_config: Path | None) -> str:
        return ""

    tools = Tools(lambda *_: None, lambda *_: None, open_stores, upgrade)
    found = {check.name: check for check in await examined(tools, tmp_path / "good.toml")}
    assert ("as it should be", True) == (found["ledger"].detail, found["gate"].problem.startswith("No gate answers at"))


def test_a_demonstration_has_its_carrier(tmp_path: Path) -> None:
    """Beside `serve --demo` nobody is told to set credentials of a carrier that the demonstration brings itself."""
    (tmp_path / "demo.env").touch(mode=0o600)
    assert {} == problems(in_settings(Settings(data=Data(dir=tmp_path))))
