"""A stand-in for `/v1` on loopback that says what it is told to, for the command line; and the command line itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from typer.testing import CliRunner, Result

from dialgate.app.errors import LedgerUnavailableError
from dialgate.ops.program import make
from dialgate.ops.tools import Stores, Tools

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SID, SECRET = "SK" + "1" * 32, "secret"


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    body: Any
    authorization: str


@dataclass(slots=True)
class NativeApi:
    """`answers`: by method and path, a list is used up one by one and its last stays."""

    url: str = ""
    answers: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def says(self, call: str, *answers: object, status: int = 200) -> None:
        self.answers[call] = [(status, answer) for answer in answers]

    def refuses(self, call: str, status: int, detail: str) -> None:
        self.answers[call] = [(status, {"detail": detail, "status": status})]

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        waiting = self.answers.get(f"{asked.method} {asked.path}")
        if not waiting:
            return 404, {"detail": "There is nothing here."}
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def serving() -> Iterator[NativeApi]:
    api = NativeApi()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api))
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(slots=True)
class CommandLine:
    api: NativeApi
    stores: Stores | None = None
    did: list[object] = field(default_factory=list)
    """What was asked of the tools."""
    environment: dict[str, str | None] = field(default_factory=dict)
    failure: Exception | None = None

    def run(self, *words: str, typed: str | None = None) -> Result:
        environment = {
            "DIALGATE_URL": self.api.url,
            "DIALGATE_DATA__DIR": "/nonexistent",  # a real cli.key beside the tests would go first
            "DIALGATE_KEY_SID": SID,
            "DIALGATE_KEY_SECRET": SECRET,
            "LANG": "C",
            "LC_ALL": None,
            "LC_MESSAGES": None,
            "COLUMNS": "120",
            **self.environment,
        }
        return CliRunner().invoke(make(), list(words), obj=self.tools, env=environment, input=typed)

    @property
    def tools(self) -> Tools:
        return Tools(self._serve, self._simulate, self._open_stores, self._upgrade)

    def _serve(self, config: Path | None, workers: int | None, demo: bool) -> None:  # noqa: FBT001
        self._do("serve", config, workers, demo)

    def _simulate(self, listen: str, gate: str, account: str, token: str) -> None:
        self._do("simulate", listen, gate, account, token)

    async def _upgrade(self, config: Path | None) -> str:
        self._do("upgrade", config)
        return "The schema is at revision 0001."

    @asynccontextmanager
    async def _open_stores(self, config: Path | None) -> AsyncIterator[Stores]:
        self._do("open", config)
        if self.stores is None:
            raise LedgerUnavailableError("SQL does not answer.")
        yield self.stores

    def _do(self, *what: object) -> None:
        self.did.append(what)
        if self.failure is not None:
            raise self.failure


def _handler(api: NativeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            query = dict(parse_qsl(parts.query))
            status, said = api.answer(
                Asked(self.command, parts.path, query, body, self.headers.get("Authorization", ""))
            )
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - as the library calls them

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


def row(number: int, *reasons: str, **more: object) -> dict[str, Any]:
    """A row of a listing; `number` makes its id and its second."""
    return {
        "id": f"{number:032x}",
        "tenant": "acme",
        "decided_at": f"2026-03-02T03:{number // 60:02d}:{number % 60:02d}.500000Z",
        "verdict": "block" if reasons else "allow",
        "channel": "sms",
        "to": f"+1***{number:04d}",
        "from": "+14155550100",
        "campaign": "spring",
        "reasons": [
            {"code": code, "rule": code, "detail": "Why.", "source": "", "scope": "", "retry_at": None}
            for code in reasons
        ],
        "retry_at": None,
        **more,
    }
