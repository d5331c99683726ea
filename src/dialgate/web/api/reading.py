"""Strict reading of foreign input: content types, sizes, JSON, forms, queries. It knows no route and no model."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ValidationError

from dialgate.app.errors import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

M = TypeVar("M", bound=BaseModel)

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 64


async def read_body(request: web.Request, model: type[M], media: Sequence[str], most_bytes: int) -> M:
    """Errors: `BadRequestError` with what is wrong and where; 413 for a body over `most_bytes`."""
    kind = _media_type(request.headers.get("Content-Type", ""))
    if kind not in media:
        raise BadRequestError(f"Send the body as {' or '.join(media)}, in UTF-8.")
    announced_bytes = request.content_length or 0
    if announced_bytes > most_bytes:
        raise web.HTTPRequestEntityTooLarge(most_bytes, announced_bytes)
    body = await request.read()
    if len(body) > most_bytes:
        raise web.HTTPRequestEntityTooLarge(most_bytes, len(body))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequestError("The body is not UTF-8.") from None
    return _of_form(text, model) if kind == FORM else _of_json(text, model)


def read_query(request: web.Request, model: type[M]) -> M:
    """Every name at most once, and only those that the route knows."""
    if not request.query_string:
        return cast("M", _without_query(model))
    return _of_pairs(list(request.query.items()), model, "query parameter")


@cache
def _without_query(model: type[BaseModel]) -> BaseModel:
    """One for all requests: what was asked is frozen."""
    return _of_pairs((), model, "query parameter")


def read_pairs(text: str) -> list[tuple[str, str]]:
    """Errors: `BadRequestError`."""
    if not text:
        return []
    try:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadRequestError("The form cannot be read: write name=value, joined by &, percent-encoded.") from None


def _of_form(text: str, model: type[M]) -> M:
    return _of_pairs(read_pairs(text), model, "field")


def _of_pairs(pairs: Sequence[tuple[str, str]], model: type[M], what: str) -> M:
    values = _once(pairs, what)
    try:
        return model.model_validate_strings(values)
    except ValidationError as error:
        raise BadRequestError(_sentence(error)) from None


def _of_json(text: str, model: type[M]) -> M:
    """Read twice: once for names that occur twice, which the second reader would pass over."""
    try:
        json.loads(text, object_pairs_hook=lambda pairs: _once(pairs, "name"), parse_constant=_no_constant)
    except RecursionError:
        raise BadRequestError("The body is nested too deeply.") from None
    except ValueError as error:
        raise BadRequestError(f"The body is not JSON: {error}.") from None
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise BadRequestError(_sentence(error)) from None


def _once(pairs: Sequence[tuple[str, object]], what: str) -> Mapping[str, object]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise BadRequestError(f"A {what} occurs twice. Say each once.")
    return names


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


def _media_type(header: str) -> str:
    """Empty for one that is not plain UTF-8."""
    kind, _, parameters = header.partition(";")
    if parameters.strip().lower() not in {"", "charset=utf-8", 'charset="utf-8"'}:
        return ""
    return kind.strip().lower()


def _sentence(error: ValidationError) -> str:
    """Where and what, never the value."""
    found = []
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        where = ".".join(str(part) for part in one["loc"])
        what = "is not known here" if one["type"] in {"extra_forbidden", "unexpected_keyword_argument"} else one["msg"]
        found.append(f"{where}: {what.removeprefix('Value error, ')}" if where else what.removeprefix("Value error, "))
    return "; ".join(found)[:2_000]
