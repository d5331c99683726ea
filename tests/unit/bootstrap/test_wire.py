"""The carrier's side, from settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import BasicAuth, web
from aiohttp.test_utils import TestServer

from dialgate.app.front import Asked, Route
from dialgate.bootstrap.wire import carrier_of, front_of
from dialgate.settings import Settings, SettingsError

ACCOUNT, KEY = "AC" + "c" * 32, "SK" + "d" * 32
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
POLICIES = Path(__file__).parents[3] / "config" / "policies"
MESSAGE = b"To=%2B14155552671&From=%2B14155550100&Body=Hello&NewThing=yes"


def settings(twilio: dict[str, object], policies: Path = POLICIES) -> Settings:
    return Settings.model_validate(
        {"carrier": {"twilio": {"account_sid": ACCOUNT, **twilio}}, "policy": {"dir": policies}}
    )


async def credentials(**twilio: object) -> list[tuple[str, str]]:
    """The path that the carrier is asked, and who it is asked as."""
    heard: list[tuple[str, str]] = []

    async def hear(request: web.Request) -> web.Response:
        login = BasicAuth.decode(request.headers["Authorization"])
        heard.append((request.path, f"{login.login}:{login.password}"))
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/{rest:.*}", hear)
    async with TestServer(app) as server:
        carrier = carrier_of(settings({"base_url": str(server.make_url("")).rstrip("/"), **twilio}))
        await carrier.read("Calls.json", ())
        await carrier.close()
    return heard


def asked(**twilio: object) -> Asked:
    front = front_of(settings(twilio))
    route = front.route("POST", PATH.replace("Calls", "Messages"))
    assert isinstance(route, Route)
    read = front.read(route, "application/x-www-form-urlencoded", MESSAGE)
    assert isinstance(read, Asked)
    return read


async def test_an_api_key_goes_before_the_account() -> None:
    """A restricted key is what an operator should give, so where there is one nothing else is shown to the carrier."""
    given: dict[str, object] = {"api_key_sid": KEY, "api_key_secret": "s", "auth_tokens": ["first"]}
    assert [(PATH, f"{KEY}:s")] == await credentials(**given)


async def test_without_a_key_it_is_the_account_with_the_first_token() -> None:
    """The second token only verifies webhooks while the first is being changed."""
    assert [(PATH, f"{ACCOUNT}:first")] == await credentials(auth_tokens=["first", "second"])


def test_a_new_parameter_passes_only_where_the_operator_says_so() -> None:
    """The project's own table refuses what it does not know, and the setting adds to it."""
    (refused,) = asked().found
    assert "NewThing" in refused.detail
    assert () == asked(inert_parameters=["NewThing"]).found


@pytest.mark.parametrize("text", ["", "calls = [", "[calls.create]\ndecides = []"], ids=["empty", "broken", "half"])
def test_parameters_that_cannot_be_read_name_their_file(tmp_path: Path, text: str) -> None:
    """A gate that does not know which parameter decides does not start, and says where to look."""
    (tmp_path / "operations.toml").write_text((POLICIES.parent / "operations.toml").read_text())
    (tmp_path / "parameters.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"parameters\.toml: ."):
        front_of(settings({}, tmp_path / "policies"))


@pytest.mark.parametrize("missing", ["operations", "parameters"])
def test_missing_tables_are_named(tmp_path: Path, missing: str) -> None:
    """As any that cannot be read."""
    for name in {"operations", "parameters"} - {missing}:
        (tmp_path / f"{name}.toml").write_text("")
    with pytest.raises(SettingsError, match=rf"{missing}\.toml: .*No such file"):
        front_of(settings({}, tmp_path / "policies"))
