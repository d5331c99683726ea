"""What a person does who has the link to their preference page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from dialgate.app.errors import ForbiddenError, JournalUnavailableError, LedgerUnavailableError
from dialgate.app.preferences import PREFERENCES, Choice, Link, Preferences, offered
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import E164
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import NUMBER, TENANT, opt_out
from tests.fakes.web_gate import WebGate
from tests.unit.carriers.twilio.front.wire import PUBLIC_URL

TEXT = Scope(TENANT, "sms", "marketing", "spring")
LINK = Link(TEXT, NUMBER, AT + timedelta(days=180), resumes=True)
TOKEN = "a token"


@pytest.fixture
async def gate() -> WebGate:
    gate = WebGate()
    await gate.inside.directory.refresh()
    return gate


@pytest.fixture
def preferences(gate: WebGate) -> Preferences:
    return gate.inside.hearing.preferences


async def stopped(preferences: Preferences, *choices: Choice) -> None:
    for choice in choices:
        assert (await preferences.stop(preferences.said(LINK, choice, TOKEN))).in_force


async def held(preferences: Preferences) -> Sequence[tuple[str, str]]:
    return [(one.actor, one.scope.name) for one in await preferences.holding(LINK)]


async def test_a_link_opens_with_what_it_was_made_for(preferences: Preferences) -> None:
    """Below the public URL, to the tenant, number and kind of message that it was made for, until it expires."""
    url, expires_at = preferences.url(TEXT, NUMBER, 180, resumes=True)
    root, _, token = url.rpartition("/")
    opened = await preferences.opened(token)
    assert opened is not None
    assert (f"{PUBLIC_URL}/p", expires_at, LINK, TENANT) == (root, AT + timedelta(days=180), opened[0], opened[1].name)


async def test_an_expired_link_opens_to_nothing(gate: WebGate, preferences: Preferences) -> None:
    """Until the second at which it expires it works, from then on it does not."""
    token = preferences.url(TEXT, NUMBER, 1)[0].rpartition("/")[2]
    gate.pass_s(86_399)
    assert await preferences.opened(token)
    gate.pass_s(1)
    assert None is await preferences.opened(token)


@pytest.mark.parametrize("scope", [Scope("nobody"), Scope("late")])
async def test_a_tenant_of_another_gate_is_looked_for_once(
    gate: WebGate, preferences: Preferences, scope: Scope
) -> None:
    """A tenant that was made elsewhere a moment ago has its page at once; one that never was has none."""
    url, _ = preferences.url(scope, NUMBER, 1)
    gate.directory.tenants.append(replace(gate.directory.tenants[0], name="late"))
    opened = await preferences.opened(url.rpartition("/")[2])
    assert (scope.tenant == "late") is (opened is not None)


async def test_without_sql_an_unknown_tenant_has_no_page(gate: WebGate, preferences: Preferences) -> None:
    """A link cannot make the gate fail: what it cannot look up it does not know."""
    url, _ = preferences.url(Scope("late"), NUMBER, 1)
    gate.sql_trouble.down = True
    assert None is await preferences.opened(url.rpartition("/")[2])


@pytest.mark.parametrize(
    ("choice", "scope", "days"),
    [
        (Choice.ALL, Scope(TENANT), None),
        (Choice.CHANNEL, Scope(TENANT, "sms"), None),
        (Choice.PURPOSE, Scope(TENANT, "*", "marketing"), None),
        (Choice.CAMPAIGN, Scope(TENANT, "*", "*", "spring"), None),
        (Choice.SNOOZE_30, Scope(TENANT), 30),
        (Choice.SNOOZE_90, Scope(TENANT), 90),
    ],
)
def test_each_choice_is_one_opt_out(preferences: Preferences, choice: Choice, scope: Scope, days: int | None) -> None:
    """Of everything or of the one part that was chosen, with the digest of the link as evidence, never the link."""
    said = preferences.said(LINK, choice, TOKEN)
    assert (scope, Source.FORM, PREFERENCES, None if days is None else AT + timedelta(days=days)) == (
        said.scope,
        said.source,
        said.actor,
        said.ends_at,
    )
    assert (64, False) == (len(said.evidence), TOKEN in said.evidence)


def test_a_part_is_offered_only_where_the_link_names_it() -> None:
    """Nobody can narrow a stop to something that the message did not say."""
    always = {Choice.ALL, Choice.SNOOZE_30, Choice.SNOOZE_90}
    assert (always, always | {Choice.PURPOSE}) == (set(offered(Scope("a"))), set(offered(Scope("a", "*", "survey"))))


async def test_a_repeat_is_harmless(preferences: Preferences) -> None:
    """Two presses are two rows that say the same."""
    await stopped(preferences, Choice.ALL, Choice.ALL)
    assert [(PREFERENCES, "acme/*/*/*")] * 2 == await held(preferences)


async def test_nothing_is_acknowledged_without_the_journal(gate: WebGate, preferences: Preferences) -> None:
    """What is not durable is no stop, and says so."""
    gate.journal.broken = True
    with pytest.raises(JournalUnavailableError):
        await stopped(preferences, Choice.ALL)


async def test_resume_takes_back_all_that_was_said_here(gate: WebGate, preferences: Preferences) -> None:
    """By one lift that names each, on record as said on the page; told again, it does nothing."""
    await stopped(preferences, Choice.ALL, Choice.SNOOZE_30, Choice.CHANNEL)
    for _ in range(2):
        await preferences.resume(LINK, TOKEN)
    (lift,) = [row.what for row in gate.sql.in_order() if not isinstance(row.what, OptOut)]
    assert ([], 3, PREFERENCES) == (
        await held(preferences),
        len(getattr(lift, "names", ())),
        getattr(lift, "actor", ""),
    )


@pytest.mark.parametrize(
    "other",
    [
        opt_out("by text", evidence="SM1"),
        replace(opt_out("by form"), source=Source.FORM, actor="SK1"),
        replace(opt_out("by agent"), source=Source.AGENT, actor="SK1"),
        replace(opt_out("by letter"), source=Source.REGULATOR, actor=PREFERENCES),
        replace(opt_out("another tenant"), scope=Scope("other"), source=Source.FORM, actor=PREFERENCES),
        replace(opt_out("another number"), number=E164("+12025550124"), source=Source.FORM, actor=PREFERENCES),
    ],
    ids=lambda one: one.id,
)
async def test_resume_takes_back_nothing_else(gate: WebGate, preferences: Preferences, other: OptOut) -> None:
    """What was said another way, to another tenant or of another number stays, whatever the page is asked."""
    await gate.ledger.record_opt_out(other)
    await stopped(preferences, Choice.ALL)
    await preferences.resume(LINK, TOKEN)
    assert [other] == list(gate.sql.opted_out(gate.sql.head).values())


async def test_a_link_that_a_dialer_may_have_made_takes_nothing_back(preferences: Preferences) -> None:
    """Whoever makes a link can open it: what a person stopped on the page is not a dialer's to lift."""
    await stopped(preferences, Choice.ALL)
    with pytest.raises(ForbiddenError):
        await preferences.resume(replace(LINK, resumes=False), TOKEN)
    assert [(PREFERENCES, Scope(TENANT).name)] == await held(preferences)


async def test_a_stop_after_resume_holds(preferences: Preferences) -> None:
    """The order of the rows decides, whatever the clocks say."""
    await stopped(preferences, Choice.ALL)
    await preferences.resume(LINK, TOKEN)
    await stopped(preferences, Choice.ALL)
    assert [(PREFERENCES, "acme/*/*/*")] == await held(preferences)


async def test_resume_needs_sql(gate: WebGate, preferences: Preferences) -> None:
    """Nothing is taken back while nobody can say what holds."""
    await stopped(preferences, Choice.ALL)
    gate.sql_trouble.down = True
    with pytest.raises(LedgerUnavailableError):
        await preferences.resume(LINK, TOKEN)
