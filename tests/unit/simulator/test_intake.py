"""How requests reach the carrier."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest

from dialgate.simulator.faults import parse_fault
from dialgate.simulator.state import Simulator
from tests.unit.simulator.conftest import ACCOUNT, TOKEN

BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
MESSAGE = {"To": "+15551230001", "From": "+15550006000", "Body": "hi"}


@pytest.mark.parametrize(
    ("user", "password", "account", "status"),
    [
        (ACCOUNT, TOKEN, ACCOUNT, 200),
        ("SK" + "6" * 32, "keysecret", ACCOUNT, 200),
        (ACCOUNT, "wrong", ACCOUNT, 401),
        (ACCOUNT, "", ACCOUNT, 401),
        ("SK" + "7" * 32, "", ACCOUNT, 401),
        (ACCOUNT, TOKEN, "AC" + "9" * 32, 401),
    ],
)
async def test_only_the_account_and_its_keys_get_in(
    http: aiohttp.ClientSession, user: str, password: str, account: str, status: int
) -> None:
    """Token or key, on the account's own path; everything else is 20003."""
    headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
    async with http.get(f"/2010-04-01/Accounts/{account}/Calls.json", headers=headers) as answer:
        assert answer.status == status
        assert (await answer.json()).get("code") == (20003 if status == 401 else None)


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Bearer abc", "Basic /w=="])
async def test_a_broken_authorization_is_a_refusal(http: aiohttp.ClientSession, header: str) -> None:
    """No header whatever makes the carrier fail."""
    async with http.get(f"{BASE}/Calls.json", headers={"Authorization": header}) as answer:
        assert answer.status == 401


async def test_requests_are_kept_to_the_byte(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """Order, repeats, encoding and headers are as they were sent, refused or not."""
    raw = b"To=%2b15551230001&Body=a+b&Body=%E9%80%80&From=x%00"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Odd": "Yes"}
    async with http.post(f"{BASE}/Messages.json?q=%2B1", data=raw, headers=headers) as answer:
        assert answer.status == 400
    record = sim.requests[0]
    assert (record.operation, record.method, record.path, record.query_string, record.body) == (
        "create",
        "POST",
        f"{BASE}/Messages.json",
        "q=%2B1",
        raw,
    )
    assert ("X-Odd", "Yes") in record.headers
    assert (record.status, record.code, record.sid) == (400, 21212, None)


async def test_the_outcome_is_noted_with_the_request(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """Which resource came of it, and what was answered; reads are not kept."""
    async with http.post(f"{BASE}/Messages.json", data=MESSAGE) as answer:
        sid = (await answer.json())["sid"]
    async with http.get(f"{BASE}/Messages/{sid}.json") as answer:
        assert answer.status == 200
    await sim.clock.settle()
    async with http.delete(f"{BASE}/Messages/{sid}.json") as answer:
        assert (answer.status, await answer.read()) == (204, b"")
    assert [(r.operation, r.status, r.sid) for r in sim.requests] == [("create", 201, sid), ("delete", 204, sid)]


@pytest.mark.parametrize(
    ("fault", "status", "code", "retry_after"),
    [
        ({"kind": "status", "status": 429, "retry_after_s": 3}, 429, 20429, "3"),
        ({"kind": "5xx"}, 500, 20500, None),
        ({"kind": "status", "status": 503}, 503, 20503, None),
        ({"kind": "4xx", "code": 21408, "message": "Region off"}, 400, 21408, None),
    ],
)
async def test_an_ordered_status_does_no_work(
    http: aiohttp.ClientSession,
    sim: Simulator,
    fault: dict[str, object],
    status: int,
    code: int,
    retry_after: str | None,
) -> None:
    """The refusal has the carrier's shape, nothing is made, and the next request works."""
    sim.faults.add(parse_fault(fault))
    async with http.post(f"{BASE}/Messages.json", data=MESSAGE) as answer:
        body = await answer.json()
        assert (answer.status, body["code"], body["status"]) == (status, code, status)
        assert answer.headers.get("Retry-After") == retry_after
    assert sim.messages == {}
    async with http.post(f"{BASE}/Messages.json", data=MESSAGE) as answer:
        assert answer.status == 201


async def test_close_cuts_the_line_before_the_work(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """Nothing is made and nothing answered."""
    sim.faults.add(parse_fault({"kind": "close"}))
    with pytest.raises(aiohttp.ClientError):
        await http.post(f"{BASE}/Messages.json", data=MESSAGE)
    assert (sim.messages, [r.status for r in sim.requests]) == ({}, [None])


async def test_accepted_then_closed_has_done_the_work(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """The message exists, only its name was never told."""
    sim.faults.add(parse_fault({"kind": "accept_then_close"}))
    with pytest.raises(aiohttp.ClientError):
        await http.post(f"{BASE}/Messages.json", data=MESSAGE)
    assert [(r.status, r.sid) for r in sim.requests] == [(None, next(iter(sim.messages)))]


async def test_accepted_then_silent_never_answers(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """The work is done at once; the caller waits until it gives up or the simulator is reset."""
    sim.faults.add(parse_fault({"kind": "accept_then_timeout", "count": 2}))
    with pytest.raises(TimeoutError):
        await http.post(f"{BASE}/Messages.json", data=MESSAGE, timeout=aiohttp.ClientTimeout(total=0.2))
    assert (len(sim.messages), sim.requests[0].status) == (1, None)
    waiting = asyncio.ensure_future(http.post(f"{BASE}/Messages.json", data=MESSAGE))
    while len(sim.messages) < 2:
        await asyncio.sleep(0.005)
    sim.release()
    with pytest.raises(aiohttp.ClientError):
        await waiting


async def test_accepted_then_slow_has_done_the_work_already(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """The message moves while its name is still on the way: the interleaving that a recall must survive."""
    sim.faults.add(parse_fault({"kind": "accept_then_latency", "ms": 150}))
    waiting = asyncio.ensure_future(http.post(f"{BASE}/Messages.json", data=MESSAGE))
    while not sim.messages:
        await asyncio.sleep(0.005)
    assert not waiting.done()
    async with await waiting as answer:
        assert (answer.status, (await answer.json())["sid"]) == (201, next(iter(sim.messages)))


async def test_accepted_then_failed_has_done_the_work(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """A 500 does not mean that nothing happened."""
    sim.faults.add(parse_fault({"kind": "accept_then_status", "status": 502}))
    async with http.post(f"{BASE}/Messages.json", data=MESSAGE) as answer:
        assert (answer.status, (await answer.json())["code"]) == (502, 20500)
    assert (len(sim.messages), sim.requests[0].status) == (1, 502)


async def test_latency_is_real_and_matches_by_number(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """Time-outs of a gate are real, so this delay is too; a fault may be meant for one number's resource."""
    async with http.post(f"{BASE}/Messages.json", data=MESSAGE) as answer:
        sid = (await answer.json())["sid"]
    sim.faults.add(parse_fault({"kind": "latency", "ms": 80, "match": {"to": MESSAGE["To"], "method": "GET"}}))
    async with http.get(f"{BASE}/Messages.json") as answer:
        assert answer.status == 200
    before = time.monotonic()
    async with http.get(f"{BASE}/Messages/{sid}.json") as answer:
        assert answer.status == 200
    assert time.monotonic() - before >= 0.08
