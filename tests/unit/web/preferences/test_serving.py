"""`/p/{token}` over HTTP: looking, choosing, and whatever goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dialgate.app.preferences import Link
from dialgate.app.records import Kind
from dialgate.domain.ledger import Source
from dialgate.domain.scope import Scope
from dialgate.stores.sql.preference_links import SealedLinks
from dialgate.web.preferences.page import HEADERS
from tests.fakes.journal_tools import AT
from tests.fakes.one_gate import NUMBER, opt_out
from tests.fakes.pages import read_page
from tests.fakes.web_gate import WebGate
from tests.unit.carriers.twilio.front.wire import FORM
from tests.unit.web.surface import Got, Http, ask

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMED = Scope("acme", "sms", "marketing", "spring")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a link."""

    http: Http
    path: str

    async def look(self, query: str = "", **headers: str) -> Got:
        return await ask(self.http, "GET", self.path + query, pair=None, headers=headers)

    async def choose(self, choice: str, query: str = "") -> Got:
        return await self.send(f"choice={choice}".encode(), query)

    async def send(self, body: bytes, query: str = "", headers: Mapping[str, str] | None = None) -> Got:
        return await ask(self.http, "POST", self.path + query, body=body, pair=None, headers=headers)


def person(http: Http, gate: WebGate, scope: Scope = NAMED, days: int = 180) -> Person:
    url, _ = gate.inside.hearing.preferences.url(scope, NUMBER, days, resumes=True)
    return Person(http, f"/p/{url.rpartition('/')[2]}")


def held(gate: WebGate) -> list[str]:
    return [one.scope.name for one in gate.sql.opted_out(gate.sql.head).values()]


async def test_looking_changes_nothing(gate: WebGate, http: Http) -> None:
    """However often a scanner, a preview or a person opens the link."""
    ann = person(http, gate)
    looks = [await ann.look() for _ in range(2)]
    head = await ask(http, "HEAD", ann.path, pair=None)
    assert ([200, 200, 200], [], []) == ([one.status for one in (*looks, head)], gate.journal.records, held(gate))


async def test_every_answer_has_the_headers(gate: WebGate, http: Http) -> None:
    """The page, what was chosen, what went wrong."""
    ann = person(http, gate)
    heard = [
        await ann.look(),
        await ann.choose("all"),
        await ann.choose("resume"),
        await ann.choose("x"),
        await ask(http, "GET", "/p/x", pair=None),
    ]
    assert [200, 200, 303, 400, 404] == [one.status for one in heard]
    assert [] == [one.status for one in heard if not HEADERS.items() <= one.headers.items()]


@pytest.mark.parametrize(
    ("choice", "scope"),
    [
        ("all", "acme/*/*/*"),
        ("channel", "acme/sms/*/*"),
        ("purpose", "acme/*/marketing/*"),
        ("campaign", "acme/*/*/spring"),
        ("snooze30", "acme/*/*/*"),
        ("snooze90", "acme/*/*/*"),
    ],
)
async def test_a_choice_is_in_force_when_it_is_answered(gate: WebGate, http: Http, choice: str, scope: str) -> None:
    """On record with where it came from; the page says so."""
    said = await person(http, gate).choose(choice)
    (record,) = gate.journal.of(Kind.OPT_OUT)
    assert (200, True, [scope]) == (said.status, "holds from now on" in said.text, held(gate))
    assert ("form", "preferences", 64, choice.startswith("snooze")) == (
        record.body["source"],
        record.body["actor"],
        len(record.body["evidence"]),
        record.body["ends_at"] is not None,
    )


async def test_a_second_press_is_answered_like_the_first(gate: WebGate, http: Http) -> None:
    """A double click is harmless."""
    ann = person(http, gate)
    assert [200, 200] == [(await ann.choose("all")).status for _ in range(2)]
    assert ["acme/*/*/*"] * 2 == held(gate)


async def test_what_holds_is_shown(gate: WebGate, http: Http) -> None:
    """Whoever opens the link later reads what they said, in their language."""
    ann = person(http, gate)
    await ann.choose("channel")
    assert ["Stopped: messages"] == read_page((await ann.look()).text).items
    assert ["已停止：短信"] == read_page((await ann.look("?lang=zh&utm_source=x&utm_source=y")).text).items
    heard = await ann.look(**{"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "zh-Hans" == read_page(heard.text).lang


async def test_resume_takes_back_and_leads_back(gate: WebGate, http: Http) -> None:
    """By a redirect, so that nobody takes a newer stop back by reloading."""
    ann = person(http, gate)
    await ann.choose("all")
    said = await ann.choose("resume", "?lang=zh")
    assert (303, "?lang=zh&done=1", []) == (said.status, said.headers["Location"], held(gate))
    assert "已完成" in (await ann.look(said.headers["Location"])).text


async def test_resume_leaves_what_was_said_another_way(gate: WebGate, http: Http) -> None:
    """And the page says that it stays, and how to take it back."""
    await gate.ledger.record_opt_out(replace(opt_out("by agent"), source=Source.AGENT, actor="SK1"))
    await gate.ledger.record_opt_out(opt_out("by text"))
    ann = person(http, gate)
    await ann.choose("all")
    await ann.choose("resume")
    text = (await ann.look()).text
    assert (2, True, True) == (len(held(gate)), "another way" in text, "START" in text)


async def test_the_tenants_own_name_is_shown(gate: WebGate, http: Http) -> None:
    """As people know it; its short name where it has no other."""
    assert "from acme<" in (await person(http, gate).look()).text
    gate.directory.tenants[0] = replace(gate.directory.tenants[0], replies={"name": "Acme Energy"})
    gate.directory.tenants.append(replace(gate.directory.tenants[1], name="third", account_sid="AC3"))
    await gate.inside.directory.refresh()
    assert "from Acme Energy<" in (await person(http, gate).look()).text


def broken_links(gate: WebGate) -> dict[str, str]:
    genuine = person_token(gate, Scope("acme"))
    return {
        "forged": "A" * 63,
        "cut": genuine[:-4],
        "of no tenant": person_token(gate, Scope("nobody")),
        "of another installation": SealedLinks([b"x" * 32]).token(
            Link(Scope("acme"), NUMBER, AT + timedelta(days=1)),
        ),
        "expired": SealedLinks([b"m" * 32]).token(Link(Scope("acme"), NUMBER, AT)),
        "escaped": "%00%ff",
        "long": "A" * 5_000,
    }


def person_token(gate: WebGate, scope: Scope) -> str:
    return gate.inside.hearing.preferences.url(scope, NUMBER, 1)[0].rpartition("/")[2]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_links_that_do_not_open_are_one_page(gate: WebGate, http: Http, method: str) -> None:
    """Forged, cut, foreign, expired: nobody can tell them apart, and nothing of the number or the tenant is told."""
    body = b"choice=all" if method == "POST" else None
    heard = {
        name: await ask(http, method, f"/p/{token}", body=body, pair=None) for name, token in broken_links(gate).items()
    }
    (text,) = {one.text for one in heard.values()}
    assert ({404}, []) == ({one.status for one in heard.values()}, gate.journal.records)
    assert [] == [word for word in ("acme", NUMBER[-4:], "nobody") if word in text]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"choice=", {}),
        (b"choice=everything", {}),
        (b"choice=all&choice=resume", {}),
        (b"choice=all&to=%2B12025550188", {}),
        (b"choice=%ff", {}),
        (b'{"choice": "all"}', {"Content-Type": "application/json"}),
        (b"choice=all", {"Content-Type": f"{FORM}; charset=gbk"}),
        (b"choice=all&" + b"x" * 5_000, {}),
    ],
)
async def test_what_no_button_sends_changes_nothing(
    gate: WebGate, http: Http, body: bytes, headers: dict[str, str]
) -> None:
    """Read strictly: one field, one known value, and a page that says what to do."""
    said = await person(http, gate).send(body, headers=headers)
    assert (True, True, []) == (said.status in {400, 413}, "one of the buttons" in said.text, gate.journal.records)


async def test_a_part_that_the_link_does_not_name_is_refused(gate: WebGate, http: Http) -> None:
    """Whoever writes the form by hand cannot make it mean something else."""
    bare = person(http, gate, Scope("acme"))
    assert [400, 400, 400] == [(await bare.choose(one)).status for one in ("channel", "purpose", "campaign")]
    assert [] == gate.journal.records


async def test_durable_only_says_that_it_will_hold(gate: WebGate, http: Http) -> None:
    """Nobody is told that it holds before it does."""
    gate.store_trouble.down = True
    said = await person(http, gate).choose("all")
    assert (202, True, False) == (said.status, "will hold in a moment" in said.text, "from now on" in said.text)


async def test_without_the_journal_nothing_is_promised(gate: WebGate, http: Http) -> None:
    """Try again, in both languages."""
    gate.journal.broken = True
    said = await person(http, gate).choose("all", "?lang=zh")
    assert (503, "1", True, True) == (
        said.status,
        said.headers["Retry-After"],
        "try again" in said.text,
        "请稍后重试" in said.text,
    )


async def test_without_sql_stops_hold_and_the_way_back_waits(gate: WebGate, http: Http) -> None:
    """Looking says that the state is not known; a stop goes through the journal; resume is tried later."""
    ann = person(http, gate)
    gate.sql_trouble.down = True
    look, stop, resume = await ann.look(), await ann.choose("all"), await ann.choose("resume")
    assert (200, True) == (look.status, "cannot be shown right now" in look.text)
    assert (200, True, 503) == (stop.status, "holds from now on" in stop.text, resume.status)


async def test_a_failure_that_nobody_thought_of_is_a_page_too(gate: WebGate, http: Http) -> None:
    """People get no JSON."""

    def fails() -> None:
        raise RuntimeError("unthought of")

    gate.sql_trouble.before["opt_outs_of"] = fails
    said = await person(http, gate).look()
    assert (503, True) == (said.status, "try again" in said.text)
