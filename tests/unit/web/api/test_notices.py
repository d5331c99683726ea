"""Notices on `/v1`: listed, shown with every attempt, told again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialgate.app.telling import Notice, Tried, made
from tests.fakes.api_gate import ADMIN, COMPLIANCE, OPERATOR, OPS, ApiGate, Http, say
from tests.fakes.journal_tools import AT

NUMBER = "+14155552671"


def notice(name: str, tenant: str = "acme") -> Notice:
    return made("opt_out", name, tenant, AT, {"number": NUMBER, "opt_outs": [name]}, AT)


@pytest.fixture
def kept(gate: ApiGate) -> ApiGate:
    gate.notices.kept |= {one.id: one for one in (notice("o1"), notice("o2"), notice("b1", "other"))}
    return gate


async def give_up(gate: ApiGate, id_: str) -> None:
    await gate.notices.tried(gate.notices.kept[id_], Tried(AT, 503, "no"), None)


async def test_a_listing_is_of_the_tenant_and_masked(kept: ApiGate, http: Http) -> None:
    """Newest first, page by page; an operator sees those of all tenants, and whole numbers who may see them."""
    first = await say(http, "GET", "/v1/notices?limit=1", pair=OPS)
    rest = await say(http, "GET", f"/v1/notices?limit=9&cursor={first.json['next']}", pair=OPS)
    every = await say(http, "GET", "/v1/notices?unmask=true", pair=OPERATOR)
    ids = [item["id"] for item in (*first.json["items"], *rest.json["items"])]
    assert (["opt_out.o2", "opt_out.o1"], None, 3) == (ids, rest.json["next"], len(every.json["items"]))
    assert (False, NUMBER) == (NUMBER in first.text + rest.text, every.json["items"][0]["body"]["number"])
    assert 403 == (await say(http, "GET", "/v1/notices?unmask=true", pair=OPS)).status


async def test_a_listing_is_narrowed(kept: ApiGate, http: Http) -> None:
    """By what became of them, and by kind; nonsense is refused."""
    await give_up(kept, "opt_out.o1")
    said = [
        await say(http, "GET", f"/v1/notices?{query}", pair=OPS)
        for query in ("state=given_up", "state=waiting&kind=opt_out", "kind=opt_in", "state=lost", "cursor=forged")
    ]
    assert [["opt_out.o1"], ["opt_out.o2"], []] == [[item["id"] for item in one.json["items"]] for one in said[:3]]
    assert [400, 400] == [one.status for one in said[3:]]


async def test_one_tells_every_attempt(kept: ApiGate, http: Http) -> None:
    """With the status of the answer and what was wrong; those of another tenant are not there."""
    await give_up(kept, "opt_out.o1")
    said = await say(http, "GET", "/v1/notices/opt_out.o1", pair=COMPLIANCE)
    assert ("given_up", [(503, "no")]) == (
        said.json["state"],
        [(one["status"], one["problem"]) for one in said.json["attempts"]],
    )
    assert [404, 404] == [
        (await say(http, "GET", f"/v1/notices/{id_}", pair=COMPLIANCE)).status for id_ in ("opt_out.b1", "opt_out.o9")
    ]


async def test_one_is_told_again(kept: ApiGate, http: Http) -> None:
    """It waits from now on; nobody has another tenant's told again."""
    await give_up(kept, "opt_out.o1")
    said = await say(http, "POST", "/v1/notices/opt_out.o1/replay", pair=ADMIN)
    assert ((200, 1), "waiting") == ((said.status, said.json["replayed"]), kept.notices.kept["opt_out.o1"].state)
    assert 404 == (await say(http, "POST", "/v1/notices/opt_out.b1/replay", pair=ADMIN)).status


async def test_all_that_were_given_up_are_told_again(kept: ApiGate, http: Http) -> None:
    """Since a time, of the own tenant."""
    for id_ in ("opt_out.o1", "opt_out.b1"):
        await give_up(kept, id_)
    late = {"since": (AT + timedelta(seconds=1)).isoformat()}
    said = [
        await say(http, "POST", "/v1/notices/replay", body, pair=ADMIN) for body in (late, {"since": AT.isoformat()})
    ]
    assert [0, 1] == [one.json["replayed"] for one in said]
    assert ["waiting", "given_up"] == [kept.notices.kept[id_].state for id_ in ("opt_out.o1", "opt_out.b1")]
