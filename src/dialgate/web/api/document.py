"""The OpenAPI 3.1 document, made from the routes themselves."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from openapi_pydantic import OpenAPI
from openapi_pydantic.util import PydanticSchema, construct_open_api_with_schema_class
from pydantic import BaseModel

from dialgate.web.api.catalogue import ROUTES
from dialgate.web.api.shown import Problem

if TYPE_CHECKING:
    from dialgate.web.api.route import Answers, Route

PROBLEM = "application/problem+json"
ALWAYS = {
    400: "Something in the request cannot be read; `detail` says what mends it.",
    401: "No valid credentials.",
    403: "The key's role does not permit it, the key is of another tenant, or it was revoked.",
    500: "The gate failed unexpectedly.",
    503: "A store that this needs does not answer. Try again after `Retry-After` seconds.",
}
SOME = {
    404: "There is no such thing, or none that this key may know of.",
    409: "It contradicts what is already there.",
    413: "The body is larger than is accepted.",
    502: "The carrier did not answer, or refused what was asked of it.",
}
_IN_PATH = re.compile(r"\{(\w+)\}")


@cache
def document() -> bytes:
    """UTF-8 JSON."""
    return json.dumps(described(), ensure_ascii=False, indent=1).encode()


@cache
def described() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    whole = OpenAPI.model_validate(
        {
            "openapi": "3.1.1",
            "info": {
                "title": "dialgate",
                "version": version("dialgate"),
                "description": "Decisions, opt-outs and records. Times are UTC, RFC 3339; numbers E.164, masked unless "
                "the role may see them whole.",
            },
            "paths": paths,
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "basic"}}},
            "security": [{"key": []}],
        }
    )
    made = construct_open_api_with_schema_class(whole)
    found: dict[str, Any] = json.loads(made.model_dump_json(by_alias=True, exclude_unset=True, exclude_none=True))
    for schema in found["components"]["schemas"].values():
        if "enum" in schema:
            schema.pop("description", None)
    return found


def _operation(route: Route) -> dict[str, Any]:
    summary, _, description = route.words.partition("\n")
    operation: dict[str, Any] = {
        "operationId": _name(route),
        "summary": summary,
        "description": " ".join(description.split()) + _rights(route),
        "parameters": [*_in_path(route), *_in_query(route)],
        "responses": _responses(route),
    }
    if route.reads_body:
        schema: Any = PydanticSchema(schema_class=route.body)
        operation["requestBody"] = {"required": True, "content": {media: {"schema": schema} for media in route.media}}
    return operation


def _name(route: Route) -> str:
    words = re.findall(r"[a-z0-9]+", route.path.removeprefix("/v1"))
    return "_".join((route.method.lower(), *words))


def _rights(route: Route) -> str:
    return f" Needs the right to {' or '.join(right.value for right in route.rights)}."


def _in_path(route: Route) -> list[dict[str, Any]]:
    names = _IN_PATH.findall(route.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _in_query(route: Route) -> list[dict[str, Any]]:
    schema = route.query.model_json_schema(ref_template="#/components/schemas/{model}")
    required = schema.get("required", [])
    inlined = schema.get("$defs", {})
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _flat(one, inlined)}
        for name, one in schema["properties"].items()
    ]


def _flat(schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Without references and without null: a parameter that is absent is simply not written."""
    whole = schema
    for one in schema.get("anyOf", []):
        if one.get("type") != "null":
            whole = {**{key: value for key, value in schema.items() if key not in {"anyOf", "default"}}, **one}
    name = whole.pop("$ref", "").rpartition("/")[2] if "$ref" in whole else ""
    return {**{key: value for key, value in known.get(name, {}).items() if key != "description"}, **whole}


def _responses(route: Route) -> dict[str, Any]:
    failures = {**ALWAYS, **{status: SOME[status] for status in (*route.fails, *((413,) if route.reads_body else ()))}}
    responses = {str(status): _answer(answers) for status, answers in route.answers.items()}
    problem: dict[str, Any] = {"content": {PROBLEM: {"schema": PydanticSchema(schema_class=Problem)}}}
    responses.update({str(status): {"description": words, **problem} for status, words in sorted(failures.items())})
    return responses


def _answer(answers: Answers) -> dict[str, Any]:
    return {
        "description": "As asked.",
        "content": {media: {"schema": _schema(answers.model, media)} for media in answers.media},
    }


def _schema(model: type[BaseModel] | None, media: str) -> Any:  # noqa: ANN401 - a schema, or the promise of one
    if model is None or media.startswith("text/"):
        return {"type": "string"}
    return PydanticSchema(schema_class=model)
