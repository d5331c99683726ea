"""The OpenAPI document."""

from __future__ import annotations

from openapi_spec_validator import validate

from dialgate.web.api.catalogue import ROUTES
from dialgate.web.api.document import described
from tests.fakes.api_gate import ASKED, DIALER, OPS, ApiGate, Http, say


def test_it_is_valid_openapi() -> None:
    """Any tool that reads OpenAPI 3.1 can read it."""
    validate(described())
    assert described()["openapi"].startswith("3.1")


def test_it_names_every_route_and_nothing_else() -> None:
    """What is served is described, and what is described is served."""
    paths = described()["paths"]
    said = sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)
    assert sorted(f"{route.method} {route.path}" for route in ROUTES) == said


def test_operations_have_names_of_their_own() -> None:
    """Generated clients get one function for each call."""
    names = [one["operationId"] for methods in described()["paths"].values() for one in methods.values()]
    assert sorted(set(names)) == sorted(names)


def test_every_operation_says_how_it_fails() -> None:
    """Each can answer that it was not understood, not permitted, not possible now, or broken."""
    for methods in described()["paths"].values():
        for one in methods.values():
            assert {"400", "401", "403", "500", "503"} <= set(one["responses"])


async def test_it_is_served(http: Http) -> None:
    """Everybody may read it; it holds nothing secret."""
    said = await say(http, "GET", "/openapi.json", pair=None)
    assert (200, described()) == (said.status, said.json)


async def test_answers_keep_to_it(gate: ApiGate, http: Http) -> None:
    """What is really answered has exactly the fields that the document promises."""
    schemas = described()["components"]["schemas"]
    decision = await say(http, "POST", "/v1/decisions", ASKED, pair=DIALER)
    await gate.ship()
    record = await say(http, "GET", f"/v1/decisions/{decision.json['id']}", pair=OPS)
    page = await say(http, "GET", "/v1/decisions", pair=OPS)
    problem = await say(http, "GET", "/v1/decisions?limit=x", pair=OPS)
    told = {"DecisionAnswer": decision, "DecisionShown": record, "DecisionPage": page, "Problem": problem}
    for name, said in told.items():
        assert set(schemas[name]["required"]) <= set(said.json) <= set(schemas[name]["properties"])
