"""Callers are known by what they prove to hold."""

from __future__ import annotations

import asyncio
import base64

import pytest

from dialgate.app.errors import BadRequestError, KeySuspendedError, LedgerUnavailableError, UnauthorizedError
from dialgate.app.queries import Role
from dialgate.web.auth import Authentication, Caller
from tests.fakes.journal_tools import AT
from tests.fakes.web_gate import (
    ACCOUNT,
    OTHER_ACCOUNT,
    OTHER_TOKEN,
    SECOND_TOKEN,
    TOKEN,
    WebGate,
    key,
)

SK = "SK" + "1" * 32


def basic(user: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()}


async def caller(gate: WebGate, user: str, secret: str) -> Caller:
    return await Authentication(gate.inside).caller(basic(user, secret))


@pytest.mark.parametrize("token", [TOKEN, SECOND_TOKEN])
async def test_an_account_pair_is_a_dialer(gate: WebGate, token: str) -> None:
    """Each of a tenant's active tokens signs in, as the carrier's own would."""
    found = await caller(gate, ACCOUNT, token)
    assert found.tenant is not None
    assert ("acme", ACCOUNT, Role.DIALER) == (found.tenant.name, found.key_sid, found.role)


async def test_a_key_has_its_role_and_defaults(gate: WebGate) -> None:
    """A key made a moment ago by another gate is found, with campaign and purpose."""
    gate.directory.keys.append(key(SK, "secret", Role.AGENT))
    found = await caller(gate, SK, "secret")
    assert found.tenant is not None
    expected = ("acme", SK, Role.AGENT, "keycampaign", "survey")
    assert expected == (found.tenant.name, found.key_sid, found.role, found.campaign, found.purpose)


async def test_an_operator_key_belongs_to_no_tenant(gate: WebGate) -> None:
    """It names the tenant with each request."""
    gate.directory.keys.append(key(SK, "secret", Role.OPERATOR, owner=""))
    assert Caller(None, SK, Role.OPERATOR) == await caller(gate, SK, "secret")


@pytest.mark.parametrize(
    ("user", "secret"),
    [
        (ACCOUNT, "wrong"),
        (ACCOUNT, OTHER_TOKEN),
        (OTHER_ACCOUNT, TOKEN),
        (SK, "wrong"),
        (SK, ""),
        ("", "secret"),
        ("AC" + "f" * 32, TOKEN),
        ("acme", TOKEN),
    ],
)
async def test_a_wrong_secret_is_nobody(gate: WebGate, user: str, secret: str) -> None:
    """No secret of one account opens another."""
    gate.directory.keys.append(key(SK, "secret", Role.DIALER))
    with pytest.raises(UnauthorizedError):
        await caller(gate, user, secret)


async def test_a_key_of_a_tenant_that_is_gone_is_nobody(gate: WebGate) -> None:
    """A key without its tenant opens nothing."""
    gate.directory.keys.append(key(SK, "secret", Role.DIALER, owner="gone"))
    with pytest.raises(UnauthorizedError):
        await caller(gate, SK, "secret")


async def test_a_revoked_key_is_told_so_only_with_its_secret(gate: WebGate) -> None:
    """Whoever holds it learns why; whoever guesses learns nothing."""
    gate.directory.keys.append(key(SK, "secret", Role.DIALER, revoked_at=AT))
    with pytest.raises(KeySuspendedError):
        await caller(gate, SK, "secret")
    with pytest.raises(UnauthorizedError):
        await caller(gate, SK, "wrong")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic " + base64.b64encode(b"nocolon").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        "Basic " + "A" * 2_000,
        "Bearer " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode(),
        "Digest x",
    ],
)
async def test_other_ways_of_signing_in_are_refused_in_words(gate: WebGate, header: str) -> None:
    """Malformed, missing and foreign credentials are 401, never an error."""
    with pytest.raises(UnauthorizedError):
        await Authentication(gate.inside).caller({"Authorization": header})


async def test_client_validation_cannot_pass_a_gate(gate: WebGate) -> None:
    """A signature over the carrier's host is refused, because the carrier would refuse it later."""
    with pytest.raises(BadRequestError):
        await Authentication(gate.inside).caller({**basic(ACCOUNT, TOKEN), "Twilio-Client-Validation": "x"})


async def test_guessing_does_not_load_the_ledger(gate: WebGate) -> None:
    """Those who guess at the same time share one look at the directory."""
    authentication = Authentication(gate.inside)
    before = gate.directory.asked
    guesses = (authentication.caller(basic(SK, "guess")) for _ in range(8))
    found = await asyncio.gather(*guesses, return_exceptions=True)
    assert ([UnauthorizedError] * 8, 1) == ([type(one) for one in found], gate.directory.asked - before)


async def test_what_another_gate_made_is_known_at_once(gate: WebGate) -> None:
    """A key is found right after it was made elsewhere, however shortly before somebody guessed."""
    authentication = Authentication(gate.inside)
    with pytest.raises(UnauthorizedError):
        await authentication.caller(basic(SK, "secret"))
    gate.directory.keys.append(key(SK, "secret", Role.DIALER))
    assert SK == (await authentication.caller(basic(SK, "secret"))).key_sid


async def test_before_the_directory_was_read_nobody_can_be_known() -> None:
    """A gate that has just started asks callers to come again instead of turning them away."""
    with pytest.raises(LedgerUnavailableError):
        await caller(WebGate(), ACCOUNT, TOKEN)


async def test_who_was_known_is_known_by_the_newest_directory(gate: WebGate) -> None:
    """A key that held a moment ago is revoked for its next request, and beside it nobody else's secret holds."""
    authentication = Authentication(gate.inside)
    gate.directory.keys.append(key(SK, "secret", Role.DIALER))
    for _ in range(2):
        assert SK == (await authentication.caller(basic(SK, "secret"))).key_sid
    with pytest.raises(UnauthorizedError):
        await authentication.caller(basic(SK, "another"))
    gate.directory.keys.append(key(SK, "secret", Role.DIALER, revoked_at=AT))
    await gate.inside.directory.refresh()
    with pytest.raises(KeySuspendedError):
        await authentication.caller(basic(SK, "secret"))


async def test_who_was_known_cannot_pass_by_client_validation_either(gate: WebGate) -> None:
    """The way of signing in is looked at each time."""
    authentication = Authentication(gate.inside)
    await authentication.caller(basic(ACCOUNT, TOKEN))
    with pytest.raises(BadRequestError):
        await authentication.caller({**basic(ACCOUNT, TOKEN), "Twilio-Client-Validation": "x"})
