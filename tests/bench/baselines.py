"""What the gate is compared with, each a process of its own: `python -m tests.bench.baselines KIND PORT [TO]`.

`carrier` answers a create at once; `pass` is a bare aiohttp pass-through to it; `post` a trivial aiohttp POST;
`document` a dialer's server.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from itertools import count
from typing import NoReturn

import aiohttp
import uvloop
from aiohttp import web

_SERIAL = count(1)
SESSION: web.AppKey[aiohttp.ClientSession] = web.AppKey("session", aiohttp.ClientSession)


async def carrier(request: web.Request) -> web.Response:
    await request.read()
    sid = f"SM{next(_SERIAL):032x}"
    body = {
        "sid": sid,
        "status": "queued",
        "account_sid": "AC" + "0" * 32,
        "uri": f"/Messages/{sid}.json",
        "to": "",
        "from": "",
    }
    return web.json_response(body, status=201)


def passing(to: str) -> web.Application:
    app = web.Application()

    async def session(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=256)) as opened:
            app[SESSION] = opened
            yield

    async def forward(request: web.Request) -> web.Response:
        body = await request.read()
        headers = {"Content-Type": request.content_type, "Authorization": request.headers["Authorization"]}
        async with request.app[SESSION].post(to + request.path, data=body, headers=headers) as answer:
            return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)

    app.cleanup_ctx.append(session)
    app.router.add_post("/{path:.*}", forward)
    return app


async def post(request: web.Request) -> web.Response:
    asked = json.loads(await request.read())
    return web.json_response({"id": "0" * 32, "verdict": "allow", "to": asked["to"]})


async def document(request: web.Request) -> web.Response:
    await request.read()
    verbs = '<Gather numDigits="1" action="/keys"><Say>Press 1 for an agent.</Say></Gather><Redirect>/start</Redirect>'
    return web.Response(text=f"<Response>{verbs}</Response>", content_type="text/xml")


ANSWERS = {"carrier": carrier, "post": post, "document": document}


def main() -> NoReturn:
    kind, port, *to = sys.argv[1:]
    app = passing(to[0]) if kind == "pass" else web.Application()
    if kind != "pass":
        app.router.add_post("/{path:.*}", ANSWERS[kind])
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(port), print=None, access_log=None)
    sys.exit(0)


if __name__ == "__main__":
    main()
