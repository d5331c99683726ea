"""One route as a value."""

from __future__ import annotations

from aiohttp import web

from dialgate.web.api.asked import KeyAsked, NoBody, TenantQuery
from dialgate.web.api.call import Call
from dialgate.web.api.rights import Right
from dialgate.web.api.route import Answers, answer, route
from dialgate.web.api.shown import Explanation


@route("GET /v1/example", Right.READ, query=TenantQuery, body=NoBody, answers={200: Answers(Explanation)})
async def example(_call: Call, _query: TenantQuery, _body: NoBody) -> web.Response:
    """Say hello."""
    return answer(Explanation(id="1", lang="en", sentences=("你好",)), 201)


def test_a_route_knows_its_place_and_words() -> None:
    """Method, path, right and words are there for the server and for the document."""
    assert ("GET", "/v1/example", (Right.READ,)) == (example.method, example.path, example.rights)
    assert ("Say hello.", "example", False) == (example.words, example.name, example.reads_body)


def test_a_route_with_a_body_says_so() -> None:
    """The document describes a body exactly where one is read."""

    @route("POST /v1/example", Right.KEYS, query=TenantQuery, body=KeyAsked, answers={})
    async def other(_call: Call, _query: TenantQuery, _body: KeyAsked) -> web.Response:
        return web.Response()

    assert other.reads_body


def test_answers_are_utf8_json() -> None:
    """Words of any language go out as they are."""
    said = answer(Explanation(id="1", lang="zh", sentences=("你好",)), 201)
    assert (201, "application/json") == (said.status, said.content_type)
    assert b'{"id":"1","lang":"zh","sentences":["' + "你好".encode() + b'"]}' == said.body
