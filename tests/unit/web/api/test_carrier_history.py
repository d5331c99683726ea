"""The carrier's list of messages over `/v1`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from dialgate.domain.numbers import mask
from tests.fakes.api_gate import ADMIN, ASKED, COMPLIANCE, NUMBER, ApiGate, Http, say
from tests.fakes.journal_tools import AT

PATH = "/v1/carrier/import"
SINCE = "2026-02-01T00:00:00Z"
NONE = {"stop": 0, "start": 0, "help": 0, "none": 0, "review": 0}
NONE |= {"refused_by_carrier": 0, "already_known": 0, "unowned": 0}


def row(number: int, body: str, at: datetime = AT - timedelta(days=3), **more: object) -> Mapping[str, object]:
    said = {"sid": f"SM{number:032x}", "direction": "inbound", "from": NUMBER, "to": ASKED["from"], "body": body}
    return {**said, "date_sent": format_datetime(at), **more}


@pytest.fixture
def gate(gate: ApiGate) -> ApiGate:
    rows = [row(1, "TD"), row(2, "see you at five"), row(3, "Your offer", direction="outbound-api")]
    gate.naming_carrier.documents["Messages.json"] = {"messages": rows}
    return gate


async def test_a_history_is_taken_in(gate: ApiGate, http: Http) -> None:
    """With what was found, by kind; asked again it is known."""
    first = await say(http, "POST", PATH, {"since": SINCE})
    again = await say(http, "POST", PATH, {"since": SINCE})
    expected = {
        "done": True,
        "since": SINCE,
        "until": "2026-03-02T03:00:00Z",
        "reached": SINCE,
        "waiting": 0,
        "listed": 3,
        "counts": {**NONE, "stop": 1, "none": 1},
        "examples": [],
    }
    assert (expected, {**NONE, "already_known": 2}) == (first.json, again.json["counts"])
    assert [f"SM{1:032x}.acme"] == list(gate.sql.rows)


async def test_a_dry_run_shows_what_it_would_take_in(gate: ApiGate, http: Http) -> None:
    """Masked, and nothing is recorded."""
    said = await say(http, "POST", PATH, {"since": SINCE, "dry_run": True})
    example = {"sent_at": "2026-02-27T03:00:00Z", "number": mask(NUMBER), "kind": "stop"}
    assert [{**example, "tenants": ["acme"], "text": "TD"}] == said.json["examples"]
    assert {} == gate.sql.rows


async def test_one_tenants_history_can_be_asked_for(gate: ApiGate, http: Http) -> None:
    """What concerns others is left."""
    said = await say(http, "POST", f"{PATH}?tenant=other", {"since": SINCE})
    unknown = await say(http, "POST", f"{PATH}?tenant=nobody", {"since": SINCE})
    assert (200, NONE, 404, {}) == (said.status, said.json["counts"], unknown.status, gate.sql.rows)


async def test_an_end_before_its_beginning_is_refused(gate: ApiGate, http: Http) -> None:
    """It would be done at once, and look like all."""
    said = await say(http, "POST", PATH, {"since": SINCE, "until": "2026-01-31T00:00:00Z"})
    assert (400, {}) == (said.status, gate.sql.rows)


async def test_without_the_carrier_the_caller_comes_again(gate: ApiGate, http: Http) -> None:
    """Nothing of it is lost."""
    gate.naming_carrier.documents.clear()
    assert 502 == (await say(http, "POST", PATH, {"since": SINCE})).status


@pytest.mark.parametrize("key", [ADMIN, COMPLIANCE])
async def test_it_is_for_operators_alone(gate: ApiGate, http: Http, key: tuple[str, str]) -> None:
    """The carrier account is everybody's."""
    assert (403, {}) == ((await say(http, "POST", PATH, {"since": SINCE}, pair=key)).status, gate.sql.rows)
