"""Others are told by a running gate: the tenant's own server, and partners that follow its refusals."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.flows.asking import Auth, Dialer
from tests.flows.conftest import NewTenant
from tests.flows.office import Request, office
from tests.flows.test_command_line import dialgate
from tests.flows.test_replies import UNSURE
from tests.processes import ROOT
from tests.waiting import until

PAGE = ROOT / "docs" / "howto" / "notices.md"
EVERYTHING = {"channel": "*", "purpose": "*", "campaign": "*"}


def shown_code() -> dict[str, Any]:
    """The functions that the page gives to whoever receives."""
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)  # noqa: S102 - our own page: what it shows must work
    return names


def genuine_notice(request: Request, token: str) -> bool:
    return bool(shown_code()["notice_is_genuine"](request.url, request.headers, request.body, token))


def genuine_push(request: Request, secret: str) -> bool:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return bool(shown_code()["push_is_genuine"](headers, request.body.encode(), secret))


@asynccontextmanager
async def partner(dialer: Dialer, name: str, **more: object) -> AsyncIterator[dict[str, Any]]:
    """Gone afterwards: whoever lags is named by a gate that others look at too."""
    asked = {"name": name, **more}
    made = await dialer.native("POST", "partners", params={"tenant": dialer.tenant}, json=asked, shown_once=True)
    assert 201 == made.status, made.text
    dialer.running.tokens |= {secret for secret in (made.json["signing_secret"], made.json["key_secret"]) if secret}
    try:
        yield made.json
    finally:
        gone = await dialer.native("DELETE", f"partners/{name}", params={"tenant": dialer.tenant})
        assert 200 == gone.status, gone.text


async def feed(dialer: Dialer, name: str, auth: Auth, after: int = 0) -> dict[str, Any]:
    heard = await dialer.ask("GET", f"/v1/feeds/{name}?after={after}", auth=auth)
    assert 200 == heard.status, heard.text
    page: dict[str, Any] = heard.json
    return page


async def acknowledge(dialer: Dialer, name: str, auth: Auth, position: int) -> int:
    return (await dialer.ask("POST", f"/v1/feeds/{name}/acknowledge", auth=auth, json={"position": position})).status


async def test_an_opt_out_by_text_reaches_the_tenants_server(new_tenant: NewTenant) -> None:
    """Signed with the tenant's own token; the opt-in after it too; and nobody else's."""
    async with office({}) as server:
        more = {"notice_url": f"{server.url}/told?a=b", "allow_private_urls": True}
        dialer, other = await new_tenant(**more), await new_tenant(**more)
        number = dialer.running.new_number()
        await dialer.write(number, "TD", date_sent="2026-03-02T03:00:00Z")
        await server.hears("/told")
        await dialer.write(number, "START", date_sent="2026-03-02T03:00:01Z")
        told = await server.hears("/told", 2)
    bodies = [json.loads(one.body) for one in told]
    assert [("opt_out", number, dialer.tenant), ("opt_in", number, dialer.tenant)] == [
        (body["kind"], body["number"], body["tenant"]) for body in bodies
    ]
    assert (EVERYTHING, [EVERYTHING]) == (bodies[0]["scope"], bodies[1]["released"])
    assert bodies[0]["opt_outs"] == bodies[1]["opt_outs"]
    assert [True, True] == [genuine_notice(one, dialer.auth[1]) for one in told]
    assert [False, False] == [genuine_notice(one, other.auth[1]) for one in told]


async def test_a_reply_that_a_person_must_decide_is_told(new_tenant: NewTenant) -> None:
    """With what the gate made of it, never with the words; an opt-in follows when somebody says that it was none."""
    async with office({}) as server:
        dialer = await new_tenant(keywords="none", notice_url=f"{server.url}/told", allow_private_urls=True)
        number = dialer.running.new_number()
        await dialer.write(number, UNSURE, keywords="none")
        by_kind = {body["kind"]: body for body in map(json.loads, bodies_of(await server.hears("/told", 2)))}
        review = by_kind["review"]
        assert (number, True, True) == (review["number"], review["held"], 0 < review["confidence"] < 1)
        assert [review["review"]] == by_kind["opt_out"]["opt_outs"]
        assert 200 == (await dialer.native("POST", f"reviews/{review['review']}", json={"verdict": "none"})).status
        told = await server.hears("/told", 3)
    last = json.loads(told[2].body)
    assert (["opt_in", [review["review"]]], [EVERYTHING]) == ([last["kind"], last["opt_outs"]], last["released"])
    assert not any(UNSURE in body for body in bodies_of(told))


def bodies_of(requests: list[Request]) -> list[str]:
    return [one.body for one in requests]


async def test_a_server_that_was_away_is_told_afterwards(new_tenant: NewTenant) -> None:
    """Under the same id, until it has taken it, and every attempt is listed; replayed, it comes once more."""
    async with office({"/told": 503}) as server:
        dialer = await new_tenant(notice_url=f"{server.url}/told", allow_private_urls=True)
        await dialer.write(dialer.running.new_number(), "TD")
        await server.hears("/told")
        server.answers["/told"] = 204
        first, second = (json.loads(one.body) for one in await server.hears("/told", 2))
        path = f"notices/{first['id']}"

        async def delivered() -> dict[str, Any] | None:
            said: dict[str, Any] = (await dialer.native("GET", path)).json
            return said if said["state"] == "delivered" else None

        said = await until(delivered, "it is delivered")
        assert said is not None
        assert (first, [503, 204]) == (second, [one["status"] for one in said["attempts"]])
        listed = await dialgate(dialer, "notice", "list", "--tenant", dialer.tenant, "--format", "json")
        assert [(first["id"], "delivered")] == [(one["id"], one["state"]) for one in listed.json]
        assert 0 == (await dialgate(dialer, "notice", "replay", first["id"])).status
        assert first == json.loads((await server.hears("/told", 3))[2].body)


async def said_by_readiness(dialer: Dialer) -> bool:
    """Each gate looks for itself, once a second, and stays in service."""
    ready = await dialer.ask("GET", "/readyz", anonymous=True)
    assert 200 == ready.status, ready.text
    (check,) = [one for one in ready.json["checks"] if one["name"] == "partners"]
    return not check["ok"] and f"desk of {dialer.tenant}" in check["problem"]


async def test_a_partner_that_does_not_follow_may_not_dial(new_tenant: NewTenant) -> None:
    """It turns up in `/readyz`, in the metrics and in the list; its key is refused, and works after the
    acknowledgement.
    """
    dialer = await new_tenant()
    async with partner(dialer, "desk", max_lag_s=1, suspends=True) as made:
        pulls: Auth = (made["key_sid"], made["key_secret"])
        dials = await dialer.key("dialer", partner="desk")
        assert 201 == (await dialer.text(dialer.running.new_number(), auth=dials)).status
        number = dialer.running.new_number()
        await dialer.write(number, "TD")

        async def refused() -> bool:
            heard = await dialer.text(dialer.running.new_number(), auth=dials)
            return heard.status == 403 and heard.refusal == (403, 990306, "key_suspended") and "desk" in heard.text

        assert await until(refused, "its key is refused")
        assert await until(lambda: said_by_readiness(dialer), "every gate names it")
        metrics = (await dialer.ask("GET", "/metrics", anonymous=True)).text
        lag = rf'dialgate_partner_lag_seconds{{partner="desk",tenant="{dialer.tenant}"}} ([0-9.]+)'
        (listed,) = (await dialgate(dialer, "partner", "list", "--tenant", dialer.tenant, "--format", "json")).json
        assert float(re.findall(lag, metrics)[0]) > 1
        assert ("suspended", 0, 1) == (listed["state"], listed["position"], listed["behind"])
        assert 201 == (await dialer.text(dialer.running.new_number())).status
        page = await feed(dialer, "desk", pulls)
        assert 200 == await acknowledge(dialer, "desk", pulls, page["next"])

        async def dials_again() -> bool:
            return (await dialer.text(dialer.running.new_number(), auth=dials)).status == 201

        assert await until(dials_again, "its key works again")
        assert [number] == [item["number"] for item in page["items"]]


async def test_a_lift_is_a_release_and_nothing_of_others_is_in_a_feed(new_tenant: NewTenant) -> None:
    """By number and scope, in order; a position that the feed never gave is refused."""
    dialer, other = await new_tenant(), await new_tenant()
    async with partner(dialer, "desk") as made:
        auth: Auth = (made["key_sid"], made["key_secret"])
        number = dialer.running.new_number()
        await dialer.write(number, "TD", date_sent="2026-03-02T03:00:00Z")
        await other.write(other.running.new_number(), "TD")
        await dialer.write(number, "START", date_sent="2026-03-02T03:00:01Z")

        async def both() -> dict[str, Any] | None:
            page = await feed(dialer, "desk", auth)
            return page if len(page["items"]) > 1 else None

        page = await until(both, "the lift is in the feed")
        assert page is not None
        found = [(item["action"], item["number"], item["scope"]) for item in page["items"]]
        assert [("block", number, EVERYTHING), ("release", number, EVERYTHING)] == found
        assert 409 == await acknowledge(dialer, "desk", auth, page["head"] + 1)
        foreign = await dialer.ask("GET", f"/v1/feeds/desk?tenant={other.tenant}", auth=auth)
        assert (403, 404) == (
            foreign.status,
            (await dialer.native("GET", "feeds/desk", params={"tenant": other.tenant})).status,
        )


async def test_a_push_is_signed_and_its_taking_is_the_acknowledgement(new_tenant: NewTenant) -> None:
    """By Standard Webhooks; what is not taken comes again, the same under the same id."""
    async with office({"/feed": 500}) as server:
        dialer = await new_tenant(allow_private_urls=True)
        async with partner(dialer, "crm", push_url=f"{server.url}/feed") as made:
            number = dialer.running.new_number()
            await dialer.write(number, "TD")
            await server.hears("/feed")
            server.answers["/feed"] = 204
            first, second = await server.hears("/feed", 2)

            async def taken() -> bool:
                (one,) = (await dialer.native("GET", "partners", params={"tenant": dialer.tenant})).json["items"]
                return (one["state"], one["behind"], one["problem"]) == ("ok", 0, "")

            assert await until(taken, "it is acknowledged")
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert [number] == [item["number"] for item in json.loads(first.body)["items"]]
    assert ([True, True], False) == (
        [genuine_push(one, made["signing_secret"]) for one in (first, second)],
        genuine_push(first, "whsec_b3RoZXI="),
    )
    assert "X-Twilio-Signature" not in first.headers
