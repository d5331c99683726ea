"""A dialer's own web server: answers what it was told to, and keeps every request as it came."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.waiting import until


@dataclass(frozen=True, slots=True)
class Request:
    """`url` as it was asked, with its query."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str

    @property
    def path(self) -> str:
        return "/" + self.url.split("/", 3)[3].partition("?")[0]

    @property
    def is_json(self) -> bool:
        return self.headers["Content-Type"] == "application/json" if "Content-Type" in self.headers else False

    @property
    def form(self) -> dict[str, list[str]]:
        """Of a POST."""
        found: dict[str, list[str]] = {}
        if self.method == "POST" and not self.is_json:
            for name, value in parse_qsl(self.body, keep_blank_values=True, strict_parsing=True):
                found.setdefault(name, []).append(value)
        return found

    @property
    def told(self) -> dict[str, str]:
        """Form and query together."""
        pairs = parse_qsl(self.url.partition("?")[2], keep_blank_values=True)
        return dict(pairs) | {name: values[0] for name, values in self.form.items()}

    @property
    def signature(self) -> str:
        return self.headers["X-Twilio-Signature"]


@dataclass(slots=True)
class Office:
    """`answers`: by path, TwiML or a status; everything else is answered with nothing."""

    answers: dict[str, str | int]
    url: str = ""
    heard: list[Request] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.text()
        origin = self.url
        self.heard.append(Request(request.method, origin + request.raw_path, dict(request.headers), body))
        answer = self.answers.get(request.path, 204)
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(text=answer, content_type="text/xml")

    def at(self, path: str) -> list[Request]:
        return [one for one in self.heard if one.path == path]

    async def hears(self, path: str, times: int = 1, **told: str) -> list[Request]:
        """Waits until it was asked there as often, with these fields."""

        async def found() -> list[Request]:
            matching = [one for one in self.at(path) if told.items() <= one.told.items()]
            return matching if len(matching) >= times else []

        return await until(found, f"{path} is asked {times} times with {told}", 40)


@asynccontextmanager
async def office(answers: Mapping[str, Any]) -> AsyncIterator[Office]:
    made = Office(dict(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()
