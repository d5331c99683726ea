"""An attempt is made in the name of one of the tenant's own senders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialgate.domain.reasons import Reason
from dialgate.domain.rules.caller_id import caller_id
from tests.fakes.no_rows import FACTS
from tests.fakes.one_gate import SENDER, attempt
from tests.fakes.policies import facts

SERVICE = "MG" + "0" * 32
TOLD = replace(facts(), caller_ids=frozenset({SENDER, SERVICE, "12345"}))


@pytest.mark.parametrize("calling", [SENDER, SERVICE, "12345", f"whatsapp:{SENDER}"])
def test_own_senders_may_be_used(calling: str) -> None:
    """Numbers, messaging services and short codes, with the scheme of a channel."""
    assert [] == list(caller_id(replace(attempt(), calling=calling), TOLD))


@pytest.mark.parametrize(
    "calling", [" ", "+12025550199", "12025550100", f"client:{SENDER}", f"whatsapp:whatsapp:{SENDER}"]
)
def test_other_senders_may_not(calling: str) -> None:
    """Somebody else's number, or another spelling."""
    (block,) = caller_id(replace(attempt(), calling=calling), TOLD)
    assert (Reason.CALLER_ID_NOT_ALLOWED, "caller_id") == (block.reason, block.rule)
    assert "Use one of those." in block.detail


@pytest.mark.parametrize(("more", "count"), [((SENDER,), 0), (("",), 0), ((SENDER, "+12025550199"), 1)])
def test_every_sender_that_is_named_counts(more: tuple[str, ...], count: int) -> None:
    """A second sender beside an own one is no way round."""
    assert count == len(list(caller_id(replace(attempt(), calling=SENDER, other_senders=more), TOLD)))


def test_who_names_no_sender_uses_none() -> None:
    """An update of a call has the sender that the call was made with."""
    assert [] == list(caller_id(replace(attempt(), calling=""), TOLD))


def test_a_tenant_without_senders_has_none_to_use() -> None:
    """An empty list permits nothing."""
    assert 1 == len(list(caller_id(attempt(), replace(TOLD, caller_ids=frozenset()))))


def test_under_an_open_base_the_rule_is_put_back_by_name() -> None:
    """Else any sender will do."""
    other = replace(attempt(), calling="+12025550199")
    assert [] == list(caller_id(other, facts(base="open")))
    assert 1 == len(list(caller_id(other, facts(base="open", caller_id={}))))
    assert [] == list(caller_id(other, FACTS))
