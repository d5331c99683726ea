"""A tenant's own policy tightens the packs, or starts from an open base."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dialgate.domain.attempt import Channel, Purpose
from dialgate.domain.policy import CapRow, Standing, compile_tenant_policy
from tests.fakes.policies import MONDAY, at, number, shipped, tenant, to

CALLED = "+13055550123"
NOON = at(MONDAY, "12:00", "America/New_York")
WINDOWS = {"weekdays": [["09:00", "12:00"], ["14:00", "20:00"]], "sat": [["10:00", "12:00"]], "sun": [], "holidays": []}
LIMITS = [
    {"scope": "number", "at_most": 3, "window_s": 86_400},
    {"scope": "debt", "at_most": 7, "window_s": 604_800, "purposes": ["collection"]},
]


def standing(purpose: Purpose = Purpose.MARKETING, **policy: object) -> Standing:
    return tenant(**policy).standing(to(CALLED, NOON, purpose=purpose), number(CALLED))


def ids(found: Standing) -> tuple[list[str], list[str]]:
    return [row.row.id for row in found.schedule.rows], [cap.row.id for cap in found.caps]


def test_without_a_policy_the_packs_hold() -> None:
    """A tenant follows the rows of the called party's place."""
    own = tenant()
    assert (True, (), (), True, True) == (own.packs, own.hours, own.caps, own.duplicate, own.caller_id)
    assert (["us_hours", "us_fl_hours"], ["fl_3_24h"]) == ids(standing())


def test_a_policy_adds_to_the_packs() -> None:
    """Its windows and limits apply beside the packs'; the limits only to the purposes they name."""
    hours, caps = ids(standing(calling_hours={"windows": WINDOWS}, frequency_cap={"limits": LIMITS}))
    assert ["us_hours", "us_fl_hours", "tenant_hours"] == hours
    assert [
        "fl_3_24h",
        "tenant:number:86400s:sms+voice:collection+informational+marketing+survey+transactional",
    ] == caps
    collecting = ids(standing(Purpose.COLLECTION, frequency_cap={"limits": LIMITS}))[1]
    assert "tenant:debt:604800s:sms+voice:collection" in collecting


def test_an_open_base_drops_them() -> None:
    """No hours, no caps, no rule of duplicates or caller IDs."""
    own = tenant(base="open")
    assert (False, False) == (own.duplicate, own.caller_id)
    assert ([], []) == ids(standing(base="open"))


def test_single_rules_are_put_back() -> None:
    """With what is given, and with nothing of the packs."""
    own = tenant(base="open", duplicate={}, caller_id={})
    assert (True, True) == (own.duplicate, own.caller_id)
    hours, caps = ids(standing(base="open", calling_hours={"windows": WINDOWS}, frequency_cap={"limits": LIMITS[:1]}))
    assert (["tenant_hours"], 1) == (hours, len(caps))


def test_a_changed_limit_goes_on_with_its_counts() -> None:
    """From 3 to 2 a day: what was counted today still counts. Order does not matter either."""
    before = tenant(frequency_cap={"limits": LIMITS}).caps
    after = tenant(frequency_cap={"limits": [LIMITS[1], {**LIMITS[0], "at_most": 2}]}).caps
    assert {key(cap) for cap in before} == {key(cap) for cap in after}


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ({"base": "closed"}, "policy.base: 'closed' must be one of open"),
        ({"suppression": {}}, "policy: suppression is unknown"),
        ({"duplicate": {"window_s": 5}}, "policy.duplicate: window_s is unknown"),
        ({"calling_hours": {}}, "policy.calling_hours: windows is missing"),
        ({"calling_hours": {"windows": {"weekdays": []}}}, "policy.calling_hours.windows: sat is missing"),
        ({"frequency_cap": {"limits": [{"scope": "number"}]}}, "policy.frequency_cap.limits[0]: at_most is missing"),
        (
            {"frequency_cap": {"limits": [LIMITS[0], {**LIMITS[0], "at_most": 2}]}},
            "policy.frequency_cap.limits[1]: the same is limited twice; keep the smaller",
        ),
        (
            {"frequency_cap": {"limits": [{"scope": ["everyone", "number"], "at_most": 1, "window_s": 60}]}},
            "policy.frequency_cap.limits[0].scope: 'everyone' would count other tenants",
        ),
        ([], "policy: must be a mapping"),
    ],
)
def test_a_policy_with_a_mistake_is_refused(policy: Any, sentence: str) -> None:  # noqa: ANN401 - foreign data
    """The mistake is named with its place."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        compile_tenant_policy(policy, shipped())


def test_a_limit_for_one_channel_leaves_the_other() -> None:
    """A limit of calls counts no texts."""
    own = tenant(base="open", frequency_cap={"limits": [{**LIMITS[0], "channels": ["voice"]}]})
    found = [own.standing(to(CALLED, NOON, channel), number(CALLED)).caps for channel in (Channel.VOICE, Channel.SMS)]
    assert [1, 0] == list(map(len, found))


def key(cap: CapRow) -> str:
    one = to(CALLED, NOON, debt="1")
    return next(iter(cap.counts(one, CALLED, ("America/New_York",)))).key
