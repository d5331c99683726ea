"""How a request reaches the carrier: recorded as it came, authenticated, struck by faults, answered."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from collections.abc import Callable

from aiohttp import web

from dialgate.simulator.faults import REQUEST_KINDS, Fault, Occasion
from dialgate.simulator.records import WireRequest
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError, Content, Form

# The carrier's own codes for statuses, and for the rest of their class.
_CODES = {429: 20429, 503: 20503, 5: 20500, 4: 20001}
Endpoint = Callable[[Simulator, Asked], Answer]


class Intake:
    """Serves one endpoint of the carrier; `operation` is create, update, delete, read or other."""

    def __init__(self, sim: Simulator, operation: str, endpoint: Endpoint) -> None:
        self._sim = sim
        self._operation = operation
        self._endpoint = endpoint

    async def serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        record = self._record(request, body)
        form = Form.parse(body.decode("utf-8", "replace"))
        try:
            authenticate(self._sim, request)
            struck = self._sim.faults.strike(REQUEST_KINDS, self._occasion(request, form))
            if "latency" in struck:
                await _linger(struck["latency"])
            if "close" in struck:
                return _close(request)
            if "status" in struck:
                raise _refusal(struck["status"])
            answer = self._endpoint(self._sim, _asked(request, form))
        except CarrierError as error:
            record.status, record.code = error.status, error.code
            return web.json_response(error.body(), status=error.status, headers=error.headers)
        record.sid = answer.sid
        return await self._deliver(request, record, answer, struck)

    async def _deliver(
        self, request: web.Request, record: WireRequest, answer: Answer, struck: dict[str, Fault]
    ) -> web.StreamResponse:
        """Answer, unless a fault delays the answer or takes it away after the work was done."""
        if "accept_then_latency" in struck:
            await _linger(struck["accept_then_latency"])
        if "accept_then_timeout" in struck:
            await self._sim.released.wait()
            return _close(request)
        if "accept_then_close" in struck:
            return _close(request)
        if "accept_then_status" in struck:
            error = _refusal(struck["accept_then_status"])
            record.status, record.code = error.status, error.code
            return web.json_response(error.body(), status=error.status, headers=error.headers)
        record.status = answer.status
        if answer.content is not None:
            return _content(request, answer.content)
        if answer.body is None:
            return web.Response(status=answer.status)
        return web.json_response(answer.body, status=answer.status)

    def _record(self, request: web.Request, body: bytes) -> WireRequest:
        record = WireRequest(
            number=len(self._sim.requests) + 1,
            received_at=self._sim.clock.now(),
            operation=self._operation,
            method=request.method,
            path=request.raw_path.partition("?")[0],
            query_string=request.raw_path.partition("?")[2],
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers),
            body=body,
        )
        if request.method != "GET":
            self._sim.requests.append(record)
        return record

    def _occasion(self, request: web.Request, form: Form) -> Occasion:
        sid = request.match_info.get("sid", "")
        resource = self._sim.calls.get(sid) or self._sim.messages.get(sid)
        return Occasion(request.method, request.path, form.get("To") or (resource.to if resource else ""))


def authenticate(sim: Simulator, request: web.Request) -> None:
    """The account's token or one of its keys, on the account's own paths.

    Errors: CarrierError 20003.
    """
    config = sim.config
    user, _, password = _basic(request.headers.get("Authorization", "")).partition(":")
    expected = {config.account_sid: config.auth_token, **config.api_keys}.get(user, "")
    known = hmac.compare_digest(password.encode(), expected.encode()) and bool(expected)
    if not known or request.match_info.get("account", config.account_sid) != config.account_sid:
        raise CarrierError(401, 20003, "Authenticate", {"WWW-Authenticate": 'Basic realm="Twilio API"'})


def _basic(header: str) -> str:
    scheme, _, encoded = header.partition(" ")
    try:
        return base64.b64decode(encoded, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _asked(request: web.Request, form: Form) -> Asked:
    query = Form.parse(request.raw_path.partition("?")[2])
    names = request.match_info
    return Asked(names.get("sid", ""), request.path, query, form, names.get("part", ""))


def _content(request: web.Request, content: Content) -> web.Response:
    """The bytes that are wanted, with where they stand; all of them unless one range is asked for that is there."""
    headers, size = {"Accept-Ranges": "bytes", "Content-Type": content.kind}, len(content.data)
    try:
        start, stop, _ = request.http_range.indices(size)
    except ValueError:
        start, stop = size, size
    if "Range" not in request.headers:
        return web.Response(body=content.data, headers=headers)
    if start >= stop:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return web.Response(status=206, body=content.data[start:stop], headers=headers)


def _refusal(fault: Fault) -> CarrierError:
    status = int(fault.number("status", 500))
    code = int(fault.number("code", _CODES.get(status, _CODES.get(status // 100, 20500))))
    retry = fault.text("retry_after_s", "")
    return CarrierError(
        status, code, fault.text("message", "Simulated fault"), {"Retry-After": retry} if retry else None
    )


async def _linger(fault: Fault) -> None:
    """In real time: the time-outs of whoever waits are real as well."""
    await asyncio.sleep(fault.number("ms", 1000) / 1000)


def _close(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)  # never leaves: the connection is gone
