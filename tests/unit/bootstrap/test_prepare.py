"""What is made ready once, before any gate starts."""

from __future__ import annotations

import asyncio
import base64
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from dialgate.app.errors import StoreUnavailableError, UnfitStoreError
from dialgate.app.queries import DirectorySnapshot, Role
from dialgate.bootstrap.demo import NUMBERS, POLICY, TENANT, Demo
from dialgate.bootstrap.prepare import OPERATOR_KEY, prepare
from dialgate.bootstrap.stores import Stores, open_stores
from dialgate.domain.ledger import OptOut
from dialgate.domain.numbers import E164
from dialgate.settings import Settings, SettingsError
from dialgate.stores.sql.sqlite_file import NAME
from tests.fakes.web_gate import tenant
from tests.sql_backends import Place
from tests.unit.bootstrap.conftest import MakeSettings

T = TypeVar("T")
HERE: dict[str, object] = {"twilio": {"base_url": "http://127.0.0.1:8081"}}
KEY_SID = "SK" + "1" * 32


@pytest.fixture(autouse=True)
def ledger(sqlite_place: Place) -> Place:
    """Migrated, so that no test waits for that."""
    return sqlite_place


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    values = {
        "DIALGATE_KEY_SID": KEY_SID,
        "DIALGATE_KEY_SECRET": "keysecret",
        "TWILIO_ACCOUNT_SID": "AC" + "2" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        **NUMBERS,
    }
    return Demo(values, new=True, file=tmp_path / "demo.env")


def asked(settings: Settings, question: Callable[[Stores], Awaitable[T]]) -> T:
    async def ask() -> T:
        async with open_stores(settings) as stores:
            return await question(stores)

    return asyncio.run(ask())


def directory(settings: Settings) -> DirectorySnapshot:
    return asked(settings, lambda stores: stores.directory.snapshot())


def refused_numbers(settings: Settings) -> list[OptOut]:
    number = E164(NUMBERS["DEMO_TO_REFUSED"])
    return asked(settings, lambda stores: stores.ledger.opt_outs_of(TENANT, number))


def key_file(settings: Settings) -> tuple[str, str]:
    sid, _, secret = (settings.data.dir / OPERATOR_KEY).read_text().strip().partition(":")
    return sid, secret


def test_the_operators_key_is_made_once_for_its_owner_alone(settings: MakeSettings, tmp_path: Path) -> None:
    """The command line finds the same key after each start, and nobody else on the machine can read it."""
    prepare(settings(), None)
    first = key_file(settings())
    prepare(settings(), None)
    assert (first, 0o600) == (key_file(settings()), stat.S_IMODE((tmp_path / OPERATOR_KEY).stat().st_mode))
    assert [first[0]] == list(directory(settings()).keys)


def test_the_operators_key_opens_everything_and_is_kept_hashed(settings: MakeSettings) -> None:
    """It belongs to no tenant and has every role; its secret stands in its file alone."""
    prepare(settings(), None)
    sid, secret = key_file(settings())
    key = directory(settings()).keys[sid]
    hashed = asked(settings(), lambda stores: _hashed(stores, secret))
    assert ("", Role.OPERATOR, hashed) == (key.tenant, key.role, key.secret_hash)
    assert secret not in key.secret_hash


async def _hashed(stores: Stores, secret: str) -> str:
    return stores.keys.hash_secret(secret)


def test_a_ledger_that_lost_the_operators_key_gets_it_again(settings: MakeSettings, tmp_path: Path) -> None:
    """A new or older ledger behind the same data directory locks nobody out."""
    prepare(settings(), None)
    before = key_file(settings())
    for file in tmp_path.glob(f"{NAME}*"):
        file.unlink()
    prepare(settings(), None)
    assert (before, [before[0]]) == (key_file(settings()), list(directory(settings()).keys))


def test_an_empty_ledger_gets_its_schema(settings: MakeSettings, tmp_path: Path) -> None:
    """The embedded file is made and upgraded without being asked."""
    (tmp_path / NAME).unlink()
    prepare(settings(), None)
    assert 0 == asked(settings(), lambda stores: stores.ledger.view()).head


def test_a_demonstration_is_seeded_once(settings: MakeSettings, demo: Demo) -> None:
    """A tenant with the open policy, its key, its sender and a refused number; a second start adds nothing."""
    for _ in range(2):
        prepare(settings(carrier=HERE), demo)
    known = directory(settings())
    assert ([TENANT], [NUMBERS["DEMO_FROM"]]) == (list(known.tenants), list(known.callers))
    assert (True, Role.COMPLIANCE) == (known.tenants[TENANT].open_policy, known.keys[KEY_SID].role)
    assert ["demo-refused"] == [opt_out.id for opt_out in refused_numbers(settings())]


def test_a_seeding_that_was_cut_short_is_completed(settings: MakeSettings, demo: Demo) -> None:
    """With the tenant there and nothing else, the next start makes the key and the refused number."""
    alone = tenant(TENANT, demo.values["TWILIO_ACCOUNT_SID"], "token", open_policy=True)
    asked(settings(), lambda stores: stores.directory.create_tenant(alone, ()))
    prepare(settings(carrier=HERE), demo)
    assert POLICY == directory(settings()).tenants[TENANT].policy
    assert KEY_SID in directory(settings()).keys
    assert 1 == len(refused_numbers(settings()))


def test_no_open_policy_before_a_real_carrier(settings: MakeSettings, demo: Demo) -> None:
    """A tenant without the packs, whatever it has put back, is refused by name as soon as somebody could be called."""
    prepare(settings(carrier=HERE), demo)
    with pytest.raises(SettingsError, match=r"only a carrier on this machine may see: demo\."):
        prepare(settings(), None)
    prepare(settings(carrier=HERE), None)


def test_another_pepper_is_refused(settings: MakeSettings) -> None:
    """With it every suppressed number would read as absent."""
    prepare(settings(), None)
    other = base64.b64encode(b"1" * 32).decode()
    key = base64.b64encode(bytes(32)).decode()
    with pytest.raises(UnfitStoreError, match=r"security\.pepper is not the one this ledger began with"):
        prepare(settings(security={"pepper": other, "master_keys": [key]}), None)


def test_without_a_guard_store_nothing_is_made(settings: MakeSettings, tmp_path: Path) -> None:
    """A store that cannot be checked is not served from."""
    with pytest.raises(StoreUnavailableError):
        prepare(settings(guard_store={"url": f"unix://{tmp_path}/none"}), None)
    assert not (tmp_path / OPERATOR_KEY).exists()
