"""Reviews: listed without what was written, unless somebody may see it and says so; decided once."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from structlog.testing import capture_logs

from dialgate.app.queries import Role
from dialgate.app.reviews import Doubt
from dialgate.domain.numbers import E164
from tests.fakes.api_gate import ADMIN, COMPLIANCE, KEYS, NUMBER, OPERATOR, OPS, ApiGate, Http, say
from tests.fakes.journal_tools import AT

REVIEWS = "/v1/reviews"
WRITTEN = "i guess this is not for me"


async def asked(gate: ApiGate, *sids: str, tenant: str = "acme", held: bool = True) -> None:
    for sid in sids:
        doubt = Doubt(sid, E164(NUMBER), "+14155550100", WRITTEN, "en", "model: 1", 0.71234, AT)
        await gate.inside.hearing.reviewing.ask(doubt, tenant, held=held)
    await gate.ship()


async def ids(http: Http, query: str, pair: tuple[str, str] = OPS) -> list[str]:
    return [one["id"] for one in (await say(http, "GET", f"{REVIEWS}{query}", pair=pair)).json["items"]]


@pytest.fixture
async def known(gate: ApiGate, http: Http) -> ApiGate:
    """The directory has been read."""
    await gate.inside.directory.refresh()
    return gate


async def test_nothing_that_was_written_is_shown_by_default(known: ApiGate, http: Http) -> None:
    """The number is masked, and there is no text."""
    await asked(known, "SM1")
    said = await say(http, "GET", REVIEWS, pair=OPS)
    (review,) = said.json["items"]
    assert (200, None, True, 0.712, "") == (
        said.status,
        review["text"],
        review["held"],
        review["confidence"],
        review["verdict"],
    )
    assert ([], None) == ([part for part in (NUMBER, WRITTEN) if part in said.text], said.json["next"])


async def test_who_may_unmask_sees_it_on_record(known: ApiGate, http: Http) -> None:
    """Compliance and operators; others are refused."""
    await asked(known, "SM1")
    with capture_logs() as logs:
        said = await say(http, "GET", f"{REVIEWS}?unmask=true", pair=COMPLIANCE)
    assert (NUMBER, WRITTEN) == (said.json["items"][0]["number"], said.json["items"][0]["text"])
    assert [KEYS[Role.COMPLIANCE][0]] == [entry["key"] for entry in logs if entry["event"] == "unmasked"]
    refused = [(await say(http, "GET", f"{REVIEWS}?unmask=true", pair=pair)).status for pair in (OPS, ADMIN)]
    assert [403, 403] == refused


async def test_pages_and_states(known: ApiGate, http: Http) -> None:
    """Open ones by default; a tenant sees its own; a cursor leads on."""
    await asked(known, "SM1", "SM2", "SM3")
    await asked(known, "SM4", tenant="other")
    await say(http, "POST", f"{REVIEWS}/SM2.acme", {"verdict": "stop"}, pair=COMPLIANCE)
    assert ["SM1.acme", "SM3.acme"] == await ids(http, "")
    assert ["SM2.acme"] == await ids(http, "?state=decided")
    assert 3 == len(await ids(http, "?state=all"))
    assert ["SM4.other"] == await ids(http, "?tenant=other", OPERATOR)
    first = (await say(http, "GET", f"{REVIEWS}?limit=1", pair=OPS)).json
    assert ["SM3.acme"] == await ids(http, f"?limit=1&cursor={quote(first['next'])}")
    assert 400 == (await say(http, "GET", f"{REVIEWS}?cursor=forged", pair=OPS)).status


@pytest.mark.parametrize(("verdict", "suppressed"), [("stop", True), ("none", False)])
async def test_a_verdict_does_what_it_says(known: ApiGate, http: Http, verdict: str, *, suppressed: bool) -> None:
    """The opt-out that held stays or is lifted, on record with the key; the log names nobody."""
    await asked(known, "SM1")
    with capture_logs() as logs:
        said = await say(http, "POST", f"{REVIEWS}/SM1.acme", {"verdict": verdict}, pair=COMPLIANCE)
    key = KEYS[Role.COMPLIANCE][0]
    assert (200, verdict, key, None) == (said.status, said.json["verdict"], said.json["decided_by"], said.json["text"])
    number = (await say(http, "GET", f"/v1/numbers/{NUMBER}", pair=COMPLIANCE)).json
    assert suppressed is number["suppressed"]
    assert [("acme", "SM1.acme", verdict, key)] == [
        (entry["tenant"], entry["review"], entry["verdict"], entry["key"])
        for entry in logs
        if entry["event"] == "review decided"
    ]
    assert NUMBER not in f"{said.text}{logs}"


async def test_durable_alone_is_accepted(known: ApiGate, http: Http) -> None:
    """A refusal that is not in force yet is a 202."""
    await asked(known, "SM1", held=False)
    known.store_trouble.down = True
    assert 202 == (await say(http, "POST", f"{REVIEWS}/SM1.acme", {"verdict": "stop"}, pair=COMPLIANCE)).status


async def test_the_second_to_decide_is_told(known: ApiGate, http: Http) -> None:
    """The same verdict again is the first one's; another is a conflict."""
    await asked(known, "SM1")
    said = [
        await say(http, "POST", f"{REVIEWS}/SM1.acme", {"verdict": verdict}, pair=pair)
        for verdict, pair in (("none", COMPLIANCE), ("none", OPERATOR), ("stop", OPERATOR))
    ]
    assert [200, 200, 409] == [one.status for one in said]
    assert said[0].json == said[1].json


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/SM9.acme", {"verdict": "stop"}, 404),
        ("/SM4.other", {"verdict": "stop"}, 404),
        ("/SM1.acme", {"verdict": "maybe"}, 400),
        ("/SM1.acme", {}, 400),
        ("/SM1.acme?tenant=other", {"verdict": "stop"}, 403),
    ],
)
async def test_what_is_not_there_or_not_said_is_not_decided(
    known: ApiGate, http: Http, path: str, body: dict[str, str], status: int
) -> None:
    """Neither a review of another tenant nor a word that is no verdict."""
    await asked(known, "SM1")
    await asked(known, "SM4", tenant="other")
    assert status == (await say(http, "POST", f"{REVIEWS}{path}", body, pair=COMPLIANCE)).status
    assert 2 == len(await ids(http, "", OPERATOR))
