"""Each tenant is judged by the last good policy and by its own, worked out once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from dialgate.app.policies import Policies, is_open, written
from dialgate.app.queries import CallerId, CarrierKeywords, DirectorySnapshot, OwnDestination, Tenant
from dialgate.domain.numbers import E164
from tests.fakes.journal_tools import AT
from tests.fakes.no_rows import NO_ROWS
from tests.fakes.policies import shipped
from tests.fakes.web_gate import tenant

ACME = tenant("acme", "AC1", "token")
AGENT, LINE = E164("+12025550141"), E164("+12025550142")


def policies(*, open_allowed: bool = True) -> Policies:
    return Policies(shipped(), open_allowed=open_allowed)


def directory(*tenants: Tenant, **more: Any) -> DirectorySnapshot:  # noqa: ANN401 - fields
    return DirectorySnapshot(1, {one.name: one for one in tenants}, {}, {}, **{"callers": {}, **more})


def test_facts_are_worked_out_once() -> None:
    """Until the directory or the policy changes."""
    told, before = policies(), directory(ACME)
    first = told.facts(ACME, before)
    assert told.facts(ACME, before) is first
    assert told.facts(ACME, directory(ACME)) is not first
    told.replace(NO_ROWS)
    assert (NO_ROWS.version, shipped().version) == (told.facts(ACME, before).policy_version, first.policy_version)


def test_each_tenant_has_its_own_senders_and_destinations() -> None:
    """Those of others, and destinations that were removed, are none of them."""
    bolt = tenant("bolt", "AC2", "token")
    callers = {name: (CallerId(owner, name, CarrierKeywords.NONE),) for name, owner in (("1", "acme"), ("2", "bolt"))}
    both = {"1": (*callers["1"], CallerId("bolt", "1", CarrierKeywords.NONE)), "2": callers["2"]}
    own = (_own("acme", AGENT), _own("acme", LINE, removed_at=AT), _own("bolt", LINE))
    told, known = policies(), directory(ACME, bolt, callers=both, destinations=own)
    facts = [told.facts(one, known) for one in (ACME, bolt)]
    assert [{"1"}, {"1", "2"}] == [one.caller_ids for one in facts]
    assert [{AGENT}, {LINE}] == [one.own_destinations for one in facts]


def test_an_older_tenant_value_does_not_count() -> None:
    """Whoever asked before the directory changed is judged by what the directory says now."""
    newer = replace(ACME, policy={"base": "open"})
    assert not policies().facts(ACME, directory(newer)).policy.packs


def test_a_policy_that_does_not_compile_refuses_its_tenant() -> None:
    """In words, with the packs as they are, and nobody else is concerned."""
    broken = replace(ACME, policy={"suppression": "off"})
    facts = policies().facts(broken, directory(broken))
    assert "policy: suppression is unknown" in facts.problem
    assert facts.policy.packs


def test_an_open_base_needs_a_simulated_carrier() -> None:
    """With rules put back or not, in the old way of writing it or the new: another gate may have let it in."""
    hours = {"calling_hours": {"windows": {"daily": [["00:00", "24:00"]]}}}
    tenants = [
        replace(ACME, open_policy=True),
        replace(ACME, policy={"base": "open"}),
        replace(ACME, policy={"base": "open", **hours}),
    ]
    problems = [
        policies(open_allowed=allowed).facts(one, directory(one)).problem
        for one in tenants
        for allowed in (True, False)
    ]
    assert [False, True] * 3 == ["only for a simulated carrier" in problem for problem in problems]
    assert [True, False] * 3 == [not problem for problem in problems]


def test_the_open_policy_of_an_earlier_tenant_stands_beside_its_policy() -> None:
    """It was kept as a flag; what it says is the same."""
    assert [True, False] == [is_open(written(replace(ACME, open_policy=one))) for one in (True, False)]


def _own(tenant: str, number: E164, removed_at: datetime | None = None) -> OwnDestination:
    return OwnDestination(tenant, number, "", "SK1", AT, removed_at=removed_at)
