"""A tenant's auth token is changed while its programs go on."""

from __future__ import annotations

import pytest

from tests.fakes.api_gate import ApiGate, Http, say
from tests.fakes.web_gate import TOKEN

TOKENS, PROMOTE = "/v1/tokens?tenant=acme", "/v1/tokens/promote?tenant=acme"


def active(gate: ApiGate) -> tuple[str, ...]:
    return gate.written.tenants["acme"].auth_tokens


async def test_a_second_token_is_accepted_and_signs_only_when_promoted(gate: ApiGate, http: Http) -> None:
    """The first of them signs; it is shown once, and nothing else of the tenant changes."""
    made = await say(http, "POST", TOKENS)
    token = made.json["auth_token"]
    between = active(gate)
    promoted = await say(http, "POST", PROMOTE)
    assert (201, 200, (TOKEN, token), (token,)) == (made.status, promoted.status, between, active(gate))
    assert {"tenant", "account_sid"} == promoted.json.keys()


@pytest.mark.parametrize("place", [TOKENS, PROMOTE])
async def test_there_are_never_more_than_two_nor_none(gate: ApiGate, http: Http, place: str) -> None:
    """A third is refused, and so is a promotion where there is nothing to promote."""
    if place == TOKENS:
        await say(http, "POST", TOKENS)
    before = active(gate)
    assert (409, before) == ((await say(http, "POST", place)).status, active(gate))
