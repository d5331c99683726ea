"""`/docs`: the OpenAPI document as one plain page, without scripts and without anything from outside."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from dialgate.web.api.document import described

if TYPE_CHECKING:
    from collections.abc import Sequence

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "code{font-family:ui-monospace,monospace}summary{cursor:pointer;padding:.4rem 0}"
    "details{border-bottom:1px solid #ddd}details details{border:0;margin-left:1rem}"
    "td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}"
    ".m{display:inline-block;width:4.5rem;font-weight:600}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}details{border-color:#444}}"
)
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)


@cache
def page() -> str:
    document = described()
    routes = [_route(path, method, what) for path, one in document["paths"].items() for method, what in one.items()]
    shapes = [_shape(name, one) for name, one in sorted(document["components"]["schemas"].items())]
    info = document["info"]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{escape(info['description'])}</p>"
        '<p>HTTP Basic with an API key. The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>'
        f"<h2>Calls</h2>{''.join(routes)}<h2>Shapes</h2>{''.join(shapes)}</html>"
    )


def _route(path: str, method: str, what: dict[str, Any]) -> str:
    parameters = [
        (one["name"], _type(one["schema"]), one["schema"].get("description", ""), one["in"])
        for one in what["parameters"]
    ]
    body = [(media, _type(one["schema"])) for media, one in what.get("requestBody", {}).get("content", {}).items()]
    answers = [
        (status, one["description"], ", ".join(f"{media}: {_type(c['schema'])}" for media, c in one["content"].items()))
        for status, one in what["responses"].items()
    ]
    return (
        f"<details><summary><code><span class=m>{method.upper()}</span>{escape(path)}</code> {escape(what['summary'])}"
        f"</summary><p>{escape(what['description'])}</p>{_table('Parameters', parameters)}{_table('Body', body)}"
        f"{_table('Answers', answers)}</details>"
    )


def _shape(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (field, _type(one), "required" if field in required else "", one.get("description", ""))
        for field, one in schema.get("properties", {}).items()
    ]
    rows = rows or [("", _type(schema), "", "")]
    return f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>{_table("", rows)}</details>'


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("const") or schema.get("type", "any"))


def _table(title: str, rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<h4>{title}</h4><table>{lines}</table>" if title else f"<table>{lines}</table>"
