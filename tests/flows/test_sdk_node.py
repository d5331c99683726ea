"""A program that uses the carrier's own SDK for Node, under the Node of the locked requirements."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from tests.flows.asking import Dialer

NODE = Path(sys.executable).parent / "node"
PROGRAM = Path(__file__).resolve().parents[1] / "sdk_node" / "dial.js"


async def test_the_sdk_for_node_dials_and_is_refused(demo: Dialer) -> None:
    """Unmodified, it creates, fetches, lists and updates; refusals are its own exceptions with our reasons."""
    number = demo.running.new_number()
    sid, secret = await demo.key("dialer")
    told = {
        "url": demo.url,
        "account": demo.account,
        "token": demo.auth[1],
        "key": sid,
        "secret": secret,
        "from": demo.sender,
        "open": number,
        "refused": demo.running.serve.demo()["DEMO_TO_REFUSED"],
        "wrong": "00" * 16,
    }
    pipe = asyncio.subprocess.PIPE
    program = await asyncio.create_subprocess_exec(
        NODE, PROGRAM, json.dumps(told), stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )
    said, complained = await program.communicate()
    assert (0, "") == (program.returncode, complained.decode())
    met = json.loads(said)
    records = [await demo.record(refusal.pop("decision")) for refusal in met["refusals"][:3]]
    assert ["block"] * 3 == [row["verdict"] for row in records]
    assert {
        "call": [demo.account, number, "canceled"],
        "calls": [True],
        "messages": ["three", "two", "one"],
        "byKey": [demo.account, number],
    } == {name: met[name] for name in ("call", "calls", "messages", "byKey")}
    assert [
        ("RestException", 400, 21610, "suppressed"),
        ("RestException", 400, 990103, "suppressed"),
        ("RestException", 400, 21211, "invalid_number"),
        ("RestException", 400, 990100, "bad_request"),
        ("RestException", 403, 990300, "surface_blocked"),
        ("RestException", 401, 20003, None),
        ("RestException", 404, 20404, None),
    ] == [(error["name"], error["status"], error["code"], error["reason"]) for error in met["refusals"]]
