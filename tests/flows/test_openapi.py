"""The document that `/openapi.json` gives, taken at its word with random questions."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.asking import Dialer, Running

EXAMPLES = 12
TENANT = "asked-at-random"
"""Whatever is done to it: all other tests live on the demonstration's tenant, whose token must not be renewed."""
Operation = tuple[str, str, dict[str, Any]]
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "+12025550123", TENANT, "zh", "true", "voice", "2026-03-02T03:00:00Z", "0", "\0", "%00", "../"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def _resolved(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    found: dict[str, Any] = whole["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema
    return found


def _valid(schema: dict[str, Any], whole: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of the right kind; not each of them passes every check."""
    schema = _resolved(schema, whole)
    if "anyOf" in schema:
        return st.one_of([_valid(one, whole) for one in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    match schema.get("type"):
        case "object" if "properties" in schema:
            fields = {name: _valid(one, whole) for name, one in schema["properties"].items()}
            required = {name: one for name, one in fields.items() if name in schema.get("required", [])}
            return st.fixed_dictionaries(
                required, optional={name: one for name, one in fields.items() if name not in required}
            )
        case "array":
            return st.lists(_valid(schema.get("items", {}), whole), min_size=1, max_size=3)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(min_value=1, max_value=100)
        case "null":
            return st.none()
        case _:
            return TEXTS


def _questions(operation: Operation, whole: dict[str, Any]) -> st.SearchStrategy[tuple[str, dict[str, str], Any]]:
    """Path, query and body."""
    _, template, described = operation
    parameters = described.get("parameters", [])
    inside = st.fixed_dictionaries({one["name"]: st.text(min_size=1, max_size=40) for one in _in(parameters, "path")})
    queries = {one["name"]: _valid(one["schema"], whole) | TEXTS for one in _in(parameters, "query")}
    asked = st.fixed_dictionaries({}, optional=queries)
    content = described.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    bodies = _valid(schema, whole) | VALUES if schema else st.none()
    return st.tuples(inside.map(lambda names: _path(template, names)), asked.map(_written), bodies)


def _in(parameters: list[dict[str, Any]], place: str) -> list[dict[str, Any]]:
    return [one for one in parameters if one["in"] == place]


def _path(template: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        template = template.replace(f"{{{name}}}", quote(value.encode("utf-8", "replace"), safe=""))
    return template


def _written(query: dict[str, Any]) -> dict[str, str]:
    return {
        name: (str(value).lower() if isinstance(value, bool) else str(value)).encode("utf-8", "replace").decode()
        for name, value in query.items()
    }


def _operations(whole: dict[str, Any]) -> list[Operation]:
    return [(method, path, one) for path, at in whole["paths"].items() for method, one in at.items()]


async def test_every_status_is_documented(demo: Dialer, running: Running) -> None:
    """Whatever is asked, valid or not, the answer is one of the statuses in the document and never the gate's own
    failure.
    """
    whole = (await demo.ask("GET", "/openapi.json", anonymous=True)).json
    operations = _operations(whole)
    loop = asyncio.get_running_loop()
    undocumented: list[str] = []
    await demo.native("POST", "tenants", json={"name": TENANT, "region": "US"}, shown_once=True)

    async def ask(operation: Operation, question: tuple[str, dict[str, str], Any]) -> None:
        path, query, body = question
        data = json.dumps(body).encode() if "requestBody" in operation[2] else None
        headers = {"Content-Type": "application/json"} if data is not None else {}
        heard = await demo.native(
            operation[0].upper(), path.removeprefix("/v1/"), params=query, data=data, headers=headers, shown_once=True
        )
        if str(heard.status) not in operation[2]["responses"] or heard.status >= 500:
            undocumented.append(f"{operation[0]} {path} {query} {body}: {heard.status} {heard.text[:200]}")

    def fuzz() -> None:
        @settings(max_examples=EXAMPLES * len(operations))
        @given(st.sampled_from(operations).flatmap(lambda one: st.tuples(st.just(one), _questions(one, whole))))
        def one_question(asked: tuple[Operation, tuple[str, dict[str, str], Any]]) -> None:
            asyncio.run_coroutine_threadsafe(ask(*asked), loop).result(60)

        one_question()

    await asyncio.to_thread(fuzz)
    assert [] == undocumented


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/healthz", "/metrics"])
async def test_what_everybody_may_read_needs_no_key(demo: Dialer, path: str) -> None:
    """Document, page, liveness and metrics are open, and load nothing from elsewhere."""
    heard = await demo.ask("GET", path, anonymous=True)
    assert (200, False) == (heard.status, any(word in heard.text for word in ('src="http', 'href="http', "@import")))
