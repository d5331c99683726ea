"""The other end of the carrier's webhooks, for tests: scripted answers, and every request kept as it came."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Heard:
    """One webhook; `url` as it was requested, `pairs` of its form."""

    method: str
    path: str
    url: str
    pairs: tuple[tuple[str, str], ...]
    headers: dict[str, str]

    @property
    def form(self) -> dict[str, str]:
        return dict(self.pairs)


class FarSide:
    """Answers an empty Response unless told otherwise."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[Heard] = []
        self.answers: dict[str, web.Response] = {}
        self.app = web.Application()
        self.app.router.add_route("*", "/{path:.*}", self._answer)

    def twiml(self, path: str, document: str) -> str:
        """Answer this path with a document; its URL."""
        return self.text(path, document, "text/xml")

    def text(self, path: str, text: str, content_type: str, status: int = 200) -> str:
        self.answers[path] = web.Response(text=text, content_type=content_type, status=status)
        return self.url + path

    def at(self, path: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.path == path]

    async def _answer(self, request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        url = self.url + request.raw_path
        pairs = tuple(parse_qsl(body, keep_blank_values=True))
        self.heard.append(Heard(request.method, request.path, url, pairs, dict(request.headers)))
        known = self.answers.get(request.path)
        if known is None:
            return web.Response(text="<Response/>", content_type="text/xml")
        answer = web.Response(text=known.text, content_type=known.content_type, status=known.status)
        answer.headers.update({k: v for k, v in known.headers.items() if k in {"Set-Cookie", "Location"}})
        return answer
