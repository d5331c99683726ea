"""One route of the native API as a value: its place, its right, what it reads and what it may answer.

Serving and documenting are made from this one value, so that the document cannot promise what is not served.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from dialgate.web.api.asked import NoBody, TenantQuery
from dialgate.web.api.call import Call
from dialgate.web.api.reading import JSON, read_body, read_query
from dialgate.web.api.rights import Right
from dialgate.web.context import AUTHENTICATION, GATE

MOST_BYTES = 64 * 1024

Q = TypeVar("Q", bound=TenantQuery)
B = TypeVar("B", bound=BaseModel)
Handler = Callable[[Call, Q, B], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Answers:
    """`model` None: the media type says it all."""

    model: type[BaseModel] | None
    media: tuple[str, ...] = (JSON,)


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    rights: tuple[Right, ...]
    """Any one of them opens it."""
    query: type[TenantQuery]
    body: type[BaseModel]
    media: tuple[str, ...]
    answers: Mapping[int, Answers]
    fails: tuple[int, ...]
    """Beside those that every route may answer."""
    words: str
    """The first line is the summary."""
    name: str
    serve: Callable[[web.Request], Awaitable[web.StreamResponse]]

    @property
    def reads_body(self) -> bool:
        return self.body is not NoBody


def route(
    place: str,
    *rights: Right,
    query: type[Q],
    body: type[B],
    answers: Mapping[int, Answers],
    fails: tuple[int, ...] = (),
    media: tuple[str, ...] = (JSON,),
    most_bytes: int = MOST_BYTES,
) -> Callable[[Handler[Q, B]], Route]:
    """`place`: method and path. The handler's docstring is what the document says."""
    method, path = place.split()

    def made(handler: Handler[Q, B]) -> Route:
        async def serve(request: web.Request) -> web.StreamResponse:
            caller = await request.app[AUTHENTICATION].caller(request.headers)
            call = Call(request, request.app[GATE], caller)
            call.need(*rights)
            asked = read_query(request, query)
            await call.meet(asked.tenant)
            read = body() if body is NoBody else await read_body(request, body, media, most_bytes)
            return await handler(call, asked, read)

        words, name = handler.__doc__ or "", getattr(handler, "__name__", path)
        return Route(method, path, rights, query, body, media, answers, fails, words, name, serve)

    return made


def answer(model: BaseModel, status: int = 200) -> web.Response:
    body = model.model_dump_json(by_alias=True).encode()
    return web.Response(status=status, body=body, content_type=JSON)
