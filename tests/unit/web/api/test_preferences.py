"""Links to the preference page, for messages that will hold one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialgate.app.preferences import Link
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from tests.fakes.api_gate import AGENT, COMPLIANCE, DIALER, NUMBER, OPERATOR, OPS, ApiGate, Http, say

PATH = "/v1/preferences/link"


async def opened(gate: ApiGate, url: str) -> Link:
    found = await gate.inside.hearing.preferences.opened(url.partition("?")[0].rpartition("/")[2])
    assert found is not None
    return found[0]


@pytest.mark.parametrize("pair", [DIALER, AGENT])
async def test_a_link_is_made_for_the_keys_own_tenant(gate: ApiGate, http: Http, pair: tuple[str, str]) -> None:
    """Of the number in any spelling and of the kind of message that was named; half a year long."""
    body = {"to": "(415) 555-2671", "channel": "sms", "purpose": "marketing", "campaign": "spring"}
    said = await say(http, "POST", PATH, body, pair=pair)
    link = await opened(gate, said.json["url"])
    expires_at = datetime.fromisoformat(said.json["expires_at"])
    assert (200, Scope("acme", "sms", "marketing", "spring"), E164(NUMBER), expires_at) == (
        said.status,
        link.scope,
        link.number,
        link.expires_at,
    )
    assert gate.clock.now().replace(microsecond=0) + timedelta(days=180) == expires_at


async def test_only_who_may_lift_makes_a_link_that_resumes(gate: ApiGate, http: Http) -> None:
    """A dialer and an agent could open what they made."""
    pairs = (DIALER, AGENT, COMPLIANCE)
    urls = [(await say(http, "POST", PATH, {"to": NUMBER}, pair=pair)).json["url"] for pair in pairs]
    assert [False, False, True] == [(await opened(gate, url)).resumes for url in urls]


async def test_it_can_say_which_language_and_how_long(gate: ApiGate, http: Http) -> None:
    """The address names the language, so that whoever opens it reads the one of the message."""
    said = await say(http, "POST", PATH, {"to": NUMBER, "lang": "zh", "days": 1}, pair=DIALER)
    days = (await opened(gate, said.json["url"])).expires_at - gate.clock.now()
    assert (True, True) == (said.json["url"].endswith("?lang=zh"), days <= timedelta(days=1))


async def test_nothing_is_recorded(gate: ApiGate, http: Http) -> None:
    """A link is a value: a hundred of them leave no trace, and need no SQL."""
    gate.sql_trouble.down = True
    assert 200 == (await say(http, "POST", PATH, {"to": NUMBER}, pair=DIALER)).status
    assert [] == gate.journal.records


async def test_an_operator_names_the_tenant(gate: ApiGate, http: Http) -> None:
    """Without one there is nobody whose page it could be."""
    named = await say(http, "POST", f"{PATH}?tenant=other", {"to": NUMBER}, pair=OPERATOR)
    assert "other" == (await opened(gate, named.json["url"])).scope.tenant
    assert 400 == (await say(http, "POST", PATH, {"to": NUMBER}, pair=OPERATOR)).status


async def test_another_tenants_page_is_refused(http: Http) -> None:
    """A key speaks for its own tenant, and a reader's key for nobody."""
    assert [403, 403] == [
        (await say(http, "POST", f"{PATH}?tenant=other", {"to": NUMBER}, pair=DIALER)).status,
        (await say(http, "POST", PATH, {"to": NUMBER}, pair=OPS)).status,
    ]


@pytest.mark.parametrize(
    "wrong", [{"to": "12"}, {}, {"days": 0}, {"days": 731}, {"lang": "de"}, {"campaign": "a/b"}, {"channel": "*"}]
)
async def test_what_cannot_be_read_is_refused(http: Http, wrong: dict[str, object]) -> None:
    """No link leads to a page that nobody meant."""
    body = ({"to": NUMBER} if wrong else {}) | wrong
    assert 400 == (await say(http, "POST", PATH, body, pair=DIALER)).status
