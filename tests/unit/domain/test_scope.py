"""Scopes: an opt-out covers exactly the attempts that its scope names."""

from __future__ import annotations

import pytest

from dialgate.domain import scope
from dialgate.domain.scope import ALL, Scope


def test_an_opt_out_covers_everything_of_its_tenant_unless_it_says_less() -> None:
    """The default scope is all channels, all purposes, all campaigns of one tenant, and of no other."""
    assert Scope("acme").name == "acme/*/*/*"


@pytest.mark.parametrize("narrow", [Scope("acme"), Scope("acme", "sms"), Scope("acme", ALL, "survey", "spring 26/b")])
def test_a_name_is_read_back(narrow: Scope) -> None:
    """What the ledger keeps as text is the same scope again, a slash in the campaign included."""
    assert narrow == scope.read(narrow.name)


def test_every_scope_that_covers_an_attempt_is_asked() -> None:
    """All eight combinations of channel, purpose and campaign, the widest first, none twice."""
    names = [one.name for one in scope.covering("acme", "sms", "survey", "spring")]
    everything = {f"acme/{c}/{p}/{k}" for c in ("*", "sms") for p in ("*", "survey") for k in ("*", "spring")}
    assert ("acme/*/*/*", everything, 8) == (names[0], set(names), len(names))


def test_without_campaign_no_campaign_is_asked() -> None:
    """An attempt without a campaign is covered by the four scopes that name none."""
    assert {ALL} == {one.campaign for one in scope.covering("acme", "sms", "survey", "")}


def test_other_tenants_are_never_asked() -> None:
    """One tenant's opt-outs are not another's."""
    assert {"acme"} == {one.tenant for one in scope.covering("acme", "voice", "marketing", "spring")}
