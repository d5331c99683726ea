"""The simulator's own controls under /simulator: people who write and answer, faults, time, and what happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import get_args

from aiohttp import web

from dialgate.simulator.call_life import finish
from dialgate.simulator.faults import parse_fault
from dialgate.simulator.inbound import Inbound, receive
from dialgate.simulator.keywords import Intent
from dialgate.simulator.records import Call
from dialgate.simulator.room_shapes import conference_json
from dialgate.simulator.shapes import call_json, message_json, request_json, told
from dialgate.simulator.state import ANSWERS, Script, Simulator
from dialgate.simulator.wire import parse_moment

Given = Mapping[str, object]
_MAX_SPEED = 1000


class Controls:
    """Each method answers one path; bodies are JSON or form. Whatever cannot be understood is a 400 in words."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/simulator/messages", self.receive_message),
            web.get("/simulator/messages", self.list_messages),
            web.get("/simulator/calls", self.list_calls),
            web.post("/simulator/calls/{sid}/digits", self.press),
            web.post("/simulator/calls/{sid}/hangup", self.hang_up),
            web.get("/simulator/conferences", self.list_conferences),
            web.get("/simulator/requests", self.list_requests),
            web.post("/simulator/scripts", self.add_script),
            web.post("/simulator/faults", self.add_fault),
            web.post("/simulator/advance", self.advance),
            web.post("/simulator/clock", self.run_at),
            web.post("/simulator/reset", self.reset),
        ]

    async def receive_message(self, request: web.Request) -> web.Response:
        """The gate's TwiML, as it came; with `Accept: application/json` all that is known of the delivery."""
        told = await receive(self._sim, _inbound(await _read(request)))
        if "application/json" in request.headers.get("Accept", ""):
            return web.json_response(told)
        status = told["status"] if isinstance(told["status"], int) else HTTPStatus.BAD_GATEWAY
        headers = {"Content-Type": f"{told['content_type'] or 'text/plain'}; charset=utf-8"}
        headers["X-Message-Sid"] = str(told["message_sid"])
        return web.Response(status=status, body=str(told["body"] or told["error"]).encode(), headers=headers)

    async def list_messages(self, _: web.Request) -> web.Response:
        account = self._sim.config.account_sid
        shown = [
            told(message_json(account, message), message) | {"auto_reply": message.auto_reply}
            for message in self._sim.messages.values()
        ]
        return web.json_response({"messages": shown})

    async def list_calls(self, _: web.Request) -> web.Response:
        account = self._sim.config.account_sid
        return web.json_response({"calls": [told(call_json(account, call), call) for call in self._sim.calls.values()]})

    async def list_conferences(self, _: web.Request) -> web.Response:
        shown = [{**conference_json(self._sim, c), "events": c.events} for c in self._sim.conferences.values()]
        return web.json_response({"conferences": shown})

    async def press(self, request: web.Request) -> web.Response:
        """The person presses keys, for the Gather that waits or for the next one."""
        call, digits = self._live(request), str((await _read(request)).get("digits", ""))
        if not digits:
            raise _bad("digits are missing")
        call.key_presses.append(digits)
        call.pressed.set()
        return web.json_response({"pressed": digits})

    async def hang_up(self, request: web.Request) -> web.Response:
        """The person ends the call."""
        call = self._live(request)
        call.note(self._sim.clock.now(), hung_up="callee")
        finish(self._sim, call, "completed")
        return web.json_response({"status": call.status})

    def _live(self, request: web.Request) -> Call:
        call = self._sim.calls.get(request.match_info["sid"])
        if call is None or call.status != "in-progress":
            raise _bad("there is no such call in progress")
        return call

    async def list_requests(self, request: web.Request) -> web.Response:
        """Creates as they arrived; `?operation=update`, `delete` or `any` for others."""
        operation = request.query.get("operation", "create")
        shown = [request_json(r) for r in self._sim.requests if operation in {"any", r.operation}]
        return web.json_response({"requests": shown})

    async def add_script(self, request: web.Request) -> web.Response:
        given = await _read(request)
        self._sim.scripts[_number_of(given, "to")] = _script(given)
        return web.json_response({"scripts": len(self._sim.scripts)}, status=201)

    async def add_fault(self, request: web.Request) -> web.Response:
        try:
            fault = parse_fault(await _read(request))
        except ValueError as error:
            raise _bad(str(error)) from None
        self._sim.faults.add(fault)
        return web.json_response({"kind": fault.kind, "count": fault.count, "after": fault.after}, status=201)

    async def advance(self, request: web.Request) -> web.Response:
        """Move time on and wait until everything due by then is over; 0 seconds only waits."""
        seconds = _number(await _read(request), "seconds")
        await self._sim.clock.advance(seconds or 0.0)
        return web.json_response({"now": self._sim.clock.now().isoformat()})

    async def run_at(self, request: web.Request) -> web.Response:
        """Let time pass faster or slower: `speed` in simulated seconds per real one."""
        speed = _number(await _read(request), "speed")
        if speed is None or not 0 < speed <= _MAX_SPEED:
            raise _bad(f"speed must be above 0 and at most {_MAX_SPEED}")
        self._sim.clock.run_at(speed)
        return web.json_response({"speed": speed})

    async def reset(self, _: web.Request) -> web.Response:
        await self._sim.reset()
        return web.json_response({"reset": True})


def _inbound(given: Given) -> Inbound:
    _known(given, "from to body date_sent message_sid opt_out_type messaging_service_sid keywords media")
    asked = str(given.get("opt_out_type") or "")
    intents: tuple[Intent, ...] = get_args(Intent)
    intent = next((intent for intent in intents if intent == asked), None)
    if asked and intent is None:
        raise _bad(f"opt_out_type must be one of {', '.join(intents)}")
    sent = str(given.get("date_sent") or "")
    try:
        date_sent = parse_moment(sent) if sent else None
    except ValueError:
        raise _bad("date_sent must be ISO 8601 or RFC 2822") from None
    return Inbound(
        sender=_number_of(given, "from"),
        to=_number_of(given, "to"),
        body=str(given.get("body", "")),
        date_sent=date_sent,
        message_sid=str(given.get("message_sid") or ""),
        opt_out_type=intent,
        messaging_service_sid=str(given.get("messaging_service_sid") or "") or None,
        keywords=str(given.get("keywords", "default")) != "none",
        media=int(_number(given, "media") or 0),
    )


def _script(given: Given) -> Script:
    _known(given, "to answer first digits duration_s ring_s answered_by")
    answer, first = str(given.get("answer", "answered")), _texts(given, "first")
    if not {answer, *first} <= set(ANSWERS):
        raise _bad(f"answer and first must be of {', '.join(ANSWERS)}")
    return Script(
        answer,
        _texts(given, "digits"),
        _number(given, "duration_s"),
        first,
        _number(given, "ring_s"),
        str(given.get("answered_by", "human")),
    )


def _texts(given: Given, name: str) -> tuple[str, ...]:
    """One or a list of them."""
    value = given.get(name, ())
    return tuple(str(each) for each in (value if isinstance(value, list | tuple) else [value]))


async def _read(request: web.Request) -> Given:
    """Errors: HTTPBadRequest for anything but a JSON object or a form."""
    if not request.can_read_body:
        return {}
    if request.content_type == "application/x-www-form-urlencoded":
        return {str(name): value for name, value in (await request.post()).items()}
    try:
        given = await request.json()
    except ValueError:
        raise _bad("the body must be a JSON object or a form") from None
    if not isinstance(given, dict):
        raise _bad("the body must be a JSON object or a form")
    return given


def _known(given: Given, names: str) -> None:
    unknown = sorted(given.keys() - set(names.split()))
    if unknown:
        raise _bad(f"unknown: {', '.join(unknown)}; known: {names}")


def _number_of(given: Given, name: str) -> str:
    """A phone number; the space that a plus sign becomes in a form typed by hand is one again."""
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _bad(f"{name} is missing")
    return f"+{value[1:]}" if value[0] == " " else value


def _number(given: Given, name: str) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        return float(str(value))
    except ValueError:
        raise _bad(f"{name} must be a number") from None


def _bad(message: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": message}), content_type="application/json")
