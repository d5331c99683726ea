"""The command line's way to a running gate: `/v1` over HTTP Basic. It knows no command and prints nothing."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from urllib.error import HTTPError

TIMEOUT_S = 30
UNAUTHORIZED = 401


class GateAwayError(Exception):
    """Nobody answers at the address; `str(error)` is the address."""


class GateRefusedError(Exception):
    """The gate answered with a refusal."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class NoKeyError(Exception):
    """`str(error)` is where a key was looked for."""


@dataclass(frozen=True, slots=True)
class Client:
    url: str
    sid: str
    secret: str
    source: str
    """Where the key came from, for a person who has the wrong one."""

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        return self._ask("GET", path, query or {})

    def post(self, path: str, body: object, query: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        return self._ask("POST", path, query or {}, json.dumps(body).encode())

    def patch(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        return self._ask("PATCH", path, {}, json.dumps(body).encode())

    def delete(self, path: str, query: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        return self._ask("DELETE", path, query or {})

    def readiness(self) -> Any:  # noqa: ANN401 - JSON
        """What `/readyz` says, ready or not. Errors: `GateAwayError`."""
        try:
            return self.get("/readyz")
        except GateRefusedError as error:
            return json.loads(error.detail)

    def _ask(self, method: str, path: str, query: Mapping[str, object], body: bytes | None = None) -> Any:  # noqa: ANN401 - JSON
        from http.client import HTTPException
        from urllib.error import HTTPError, URLError
        from urllib.request import ProxyHandler, Request, build_opener

        written = urlencode({name: _text(value) for name, value in query.items() if value not in {None, ""}})
        url = f"{self.url}{path}{'?' if written else ''}{written}"
        request = Request(url, body, method=method)  # noqa: S310 - `connect` lets only http and https in
        credentials = base64.b64encode(f"{self.sid}:{self.secret}".encode()).decode()
        request.add_header("Authorization", f"Basic {credentials}")
        request.add_header("Content-Type", "application/json")
        try:
            # Straight to the gate, whatever proxy the machine uses for the outside.
            with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT_S) as answer:
                return json.loads(answer.read())
        except HTTPError as error:
            raise GateRefusedError(error.code, _detail(error)) from None
        except (URLError, HTTPException, OSError, ValueError):
            raise GateAwayError(self.url) from None


def connect() -> Client:
    """`DIALGATE_URL`, else `server.listen`; the key in `cli.key` of the data directory, else `DIALGATE_KEY_SID` and its
    secret: an operator beside the gate may do everything, whatever else the shell was told. Errors: `NoKeyError`,
    `SettingsError`.
    """
    from dialgate.settings import read_settings

    settings = read_settings()
    url = os.environ.get("DIALGATE_URL", "") or address(settings.server.listen)
    path = settings.data.dir / "cli.key"
    source = str(path)
    try:
        sid, _, secret = path.read_text().strip().partition(":")
    except OSError:
        sid, secret = os.environ.get("DIALGATE_KEY_SID", ""), os.environ.get("DIALGATE_KEY_SECRET", "")
        if not (sid and secret):
            raise NoKeyError(source) from None
        source = "DIALGATE_KEY_SID"
    if urlsplit(url).scheme not in {"http", "https"}:
        raise GateAwayError(url)
    return Client(url.rstrip("/"), sid, secret, source)


def in_path(part: str) -> str:
    return quote(part, safe="")


def address(listen: str) -> str:
    host, _, port = listen.rpartition(":")
    return f"http://{'127.0.0.1' if host in {'0.0.0.0', '[::]'} else host}:{port}"  # noqa: S104 - compared, not bound


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _detail(error: HTTPError) -> str:
    body = error.read().decode("utf-8", "replace")
    try:
        said = json.loads(body)
    except ValueError:
        return body[:500]
    return str(said["detail"]) if isinstance(said, dict) and "detail" in said else body
