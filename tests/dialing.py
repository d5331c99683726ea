"""Those outside the gate: dialers, people who opt out, and the judge who compares what each of them saw.

All times are of this machine's wall clock, which the gates, the store and the simulated carrier share.
"""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.processes import Serve
from tests.waiting import until

PATIENCE_S = 60
JUDGE_S = 15
ALIVE_S = 600
"""How long a call lasts that nobody cancels: longer than any test."""
CREATED = 201
TRY_AGAIN = 429
ENDED = frozenset({"canceled", "completed"})
_tokens = itertools.count(1)


@dataclass(slots=True)
class Attempt:
    """One request of a dialer. `status` 0: no answer, nobody told the dialer anything."""

    number: str
    channel: str
    token: str
    asked_at: float
    status: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    decision: str = ""
    took_s: float = 0

    @property
    def reasons(self) -> list[str]:
        details = self.body.get("details") or {}
        return list(details.get("reasons", []))

    @property
    def sid(self) -> str:
        """As the carrier named it, whether it went on or was recalled."""
        details = self.body.get("details") or {}
        return str(self.body.get("sid") or details.get("carrier_sid") or "")


@dataclass(slots=True)
class OptOut:
    """`in_force_at`: when the person was told so. `durable`: whether anything at all was acknowledged."""

    number: str
    status: int = 0
    durable: bool = False
    in_force_at: float | None = None
    took_s: float = 0


@dataclass(slots=True)
class Outside:
    """Every dialer and every person of one `serve`."""

    serve: Serve
    session: aiohttp.ClientSession
    demo: Mapping[str, str]
    numbers: random.Random
    attempts: list[Attempt] = field(default_factory=list)
    opt_outs: list[OptOut] = field(default_factory=list)

    def new_number(self) -> str:
        return f"+1202{self.numbers.randrange(600, 900)}{self.numbers.randrange(2000, 9999)}"

    async def account(self, policy: Mapping[str, object]) -> tuple[str, str]:
        """Of a new tenant with this policy."""
        user, _, secret = (self.serve.files / "cli.key").read_text().strip().partition(":")
        asked = {"name": f"t{random.SystemRandom().getrandbits(48)}", "region": "US", "policy": policy}
        headers = {"Authorization": aiohttp.encode_basic_auth(user, secret)}
        async with self.session.post(f"{self.serve.url}/v1/tenants", json=asked, headers=headers) as response:
            made = await response.json(content_type=None)
            assert response.status == CREATED, made
        return made["account_sid"], made["auth_token"]

    async def call(self, number: str, *, key: str = "") -> Attempt:
        token = _token()
        twiml = f'<Response><Say>{token}</Say><Pause length="{ALIVE_S}"/></Response>'
        return await self._attempt("Calls", number, token, {"Twiml": twiml}, key)

    async def text(
        self, number: str, *, key: str = "", token: str = "", account: tuple[str, str] | None = None
    ) -> Attempt:
        """`token` of an earlier one: the same words again. `account`: not the demonstration's."""
        token = token or _token()
        return await self._attempt("Messages", number, token, {"Body": f"Hello {token}"}, key, account)

    async def _attempt(
        self,
        what: str,
        number: str,
        token: str,
        content: Mapping[str, str],
        key: str,
        account: tuple[str, str] | None = None,
    ) -> Attempt:
        attempt = Attempt(number, what, token, time.time())
        self.attempts.append(attempt)
        sid, secret = account or (self.demo["TWILIO_ACCOUNT_SID"], self.demo["TWILIO_AUTH_TOKEN"])
        url = f"{self.serve.url}/2010-04-01/Accounts/{sid}/{what}.json"
        form = {"To": number, "From": self.demo["DEMO_FROM"], **content}
        auth = aiohttp.encode_basic_auth(sid, secret)
        headers = {"Authorization": auth} | ({"Idempotency-Key": key} if key else {})
        try:
            async with self.session.post(url, data=form, headers=headers) as response:
                attempt.decision = response.headers.get("X-Dialgate-Decision", "")
                attempt.body = await response.json(content_type=None)
                attempt.status = response.status
        except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError):
            attempt.status = 0
        attempt.took_s = time.time() - attempt.asked_at
        return attempt

    async def patient(self, ask: Callable[[], Awaitable[Attempt]]) -> Attempt:
        """As a dialer does that was told to try again: the answer that is not 429."""
        answered: list[Attempt] = []

        async def decided() -> bool:
            answered.append(await ask())
            return answered[-1].status != TRY_AGAIN

        await until(decided, "an answer other than 429", PATIENCE_S)
        return answered[-1]

    async def in_force(self, say: Callable[[str], Awaitable[OptOut]], number: str) -> OptOut:
        """Said again until it is confirmed: on a busy machine the store may miss its deadline, and then nothing is."""
        told: list[OptOut] = []

        async def confirmed() -> bool:
            told.append(await say(number))
            return told[-1].in_force_at is not None

        await until(confirmed, "an opt-out is confirmed", PATIENCE_S)
        return told[-1]

    async def opt_out(self, number: str) -> OptOut:
        """Said to an agent, who tells the gate."""
        return await self._opt_out(number, self._agent)

    async def text_stop(self, number: str, words: str = "TD") -> OptOut:
        """Sent by the person. Only words that the carrier itself does not obey, so that the gate has to answer."""

        async def send(told: OptOut) -> None:
            sms = {"from": number, "to": self.demo["DEMO_FROM"], "body": words}
            async with self.session.post(
                f"{self.serve.carrier.url}/simulator/messages", json=sms, headers={"Accept": "application/json"}
            ) as response:
                answer = await response.json()
            told.status = answer["status"] or 0
            told.durable = told.status == 200
            if "<Message>" in answer["body"]:
                told.in_force_at = time.time()

        return await self._opt_out(number, send)

    async def _opt_out(self, number: str, say: Any) -> OptOut:  # noqa: ANN401 - a coroutine function of this class
        told = OptOut(number)
        self.opt_outs.append(told)
        began = time.time()
        try:
            await say(told)
        except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError):
            told.status = 0
        told.took_s = time.time() - began
        return told

    async def _agent(self, told: OptOut) -> None:
        auth = aiohttp.encode_basic_auth(self.demo["DIALGATE_KEY_SID"], self.demo["DIALGATE_KEY_SECRET"])
        body = {"to": told.number, "source": "agent"}
        url = f"{self.serve.url}/v1/opt-outs"
        async with self.session.post(url, json=body, headers={"Authorization": auth}) as response:
            answer = await response.json(content_type=None)
        told.status = response.status
        told.durable = told.status in {201, 202}
        if told.status == 201 and answer["in_force"]:
            told.in_force_at = time.time()

    async def fault(self, kind: str, **options: object) -> None:
        fault = {"kind": kind, **options}
        async with self.session.post(f"{self.serve.carrier.url}/simulator/faults", json=fault) as response:
            assert 201 == response.status, await response.text()

    async def creates(self) -> list[dict[str, Any]]:
        """What reached the carrier, in order."""
        return list((await self._carrier("requests"))["requests"])

    async def calls(self) -> dict[str, dict[str, Any]]:
        return {call["sid"]: call for call in (await self._carrier("calls"))["calls"]}

    async def _carrier(self, what: str) -> dict[str, Any]:
        async with self.session.get(f"{self.serve.carrier.url}/simulator/{what}") as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def more(self, attempts: int = 20) -> None:
        """Traffic has gone on for a while."""
        enough = len(self.attempts) + attempts

        async def reached() -> bool:
            return len(self.attempts) >= enough

        await until(reached, f"{attempts} more attempts", PATIENCE_S)

    async def forwards_again(self, within_s: float = PATIENCE_S) -> None:
        """Nobody did anything, and every gate is ready and forwards."""
        await until(self._forwards, "attempts are forwarded again", within_s)

    async def _forwards(self) -> bool:
        return (await self.text(self.new_number())).status == CREATED


@asynccontextmanager
async def outside(serve: Serve, seed: int | None = None) -> AsyncIterator[Outside]:
    """A new connection for each request: gates are chosen anew each time, and none is half dead."""
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    numbers = random.Random(seed) if seed is not None else random.SystemRandom()
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield Outside(serve, session, serve.demo(), numbers)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Empty lists: both promises were kept."""

    forwarded_after_acknowledgement: list[str]
    admitted_after_acknowledgement: list[str]
    off_the_record: list[str]
    sent_twice: list[str]
    still_alive: list[str]
    lost: list[str]
    five_hundreds: list[str]


KEPT = Verdict([], [], [], [], [], [], [])


async def judge(seen: Outside) -> Verdict:
    """Compares what dialers and people were told with what reached the carrier and with what is on record."""
    tokens = {attempt.token: attempt.number for attempt in seen.attempts}
    creates = await _named(seen)
    sent = [token for token, _ in creates]
    in_force = {told.number: told.in_force_at for told in reversed(seen.opt_outs) if told.in_force_at is not None}
    after = [a for a in seen.attempts if a.asked_at > in_force.get(a.number, float("inf"))]
    reserved_ms = await _reserved_ms(seen, {token: _decision(create) for token, create in creates})
    return Verdict(
        forwarded_after_acknowledgement=[a.token for a in after if a.token in sent or a.status in range(200, 300)],
        admitted_after_acknowledgement=[
            f"{token}: reserved at {at_ms}, opt-out in force at {in_force[tokens[token]]}"
            for token, at_ms in reserved_ms.items()
            if at_ms > in_force.get(tokens[token], float("inf")) * 1000
        ],
        off_the_record=sorted(set(sent) - reserved_ms.keys()),
        sent_twice=sorted({token for token in sent if sent.count(token) > 1}),
        still_alive=await _alive(seen, in_force),
        lost=await _lost(seen),
        five_hundreds=[f"{a.token}: {a.status}" for a in seen.attempts if a.status >= 500],
    )


async def reached(seen: Outside) -> set[str]:
    """The tokens of attempts that the carrier has heard of."""
    return {token for token, _ in await _named(seen)}


async def _named(seen: Outside) -> list[tuple[str, dict[str, Any]]]:
    tokens = {attempt.token for attempt in seen.attempts}
    return [(token, create) for create in await seen.creates() for token in tokens & _words(create)]


def _token() -> str:
    return f"t{next(_tokens)}x"


def _words(create: Mapping[str, Any]) -> set[str]:
    text = " ".join(value for name, value in create["params"] if name in {"Body", "Twiml"})
    return set(text.replace("<", " ").replace(">", " ").split())


def _decision(create: Mapping[str, Any]) -> str:
    """The gate has the carrier report to an address that names it."""
    return str(dict(create["params"])["StatusCallback"]).rpartition("/")[2]


async def _reserved_ms(seen: Outside, decisions: Mapping[str, str]) -> dict[str, int]:
    """When the store reserved what reached the carrier, by the record, which is given the time to arrive."""
    wanted = set(decisions.values())
    found: dict[str, int] = {}

    async def all_there() -> bool:
        rows = seen.serve.rows("SELECT id, body FROM decision WHERE verdict = 'allow'")
        found.update({str(id_): json.loads(str(body))["reserved_at_ms"] for id_, body in rows if id_ in wanted})
        return len(found) == len(wanted)

    await _in_time(all_there, "what was forwarded is on record")
    return {token: found[decision] for token, decision in decisions.items() if decision in found}


async def _alive(seen: Outside, in_force: Mapping[str, float]) -> list[str]:
    """Calls of which the dialer or the gate knew the name, to people whose opt-out was acknowledged."""
    sids = {a.sid for a in seen.attempts if a.channel == "Calls" and a.sid and a.number in in_force}
    alive: list[str] = []

    async def none_alive() -> bool:
        calls = await seen.calls()
        alive[:] = [sid for sid in sids if sid in calls and calls[sid]["status"] not in ENDED]
        return not alive

    await _in_time(none_alive, "recalled calls have ended")
    return alive


async def _lost(seen: Outside) -> list[str]:
    """Acknowledged, if only as durable, and not in the ledger."""
    lost: list[str] = []

    async def none_lost() -> bool:
        kept = {row[0] for row in seen.serve.rows("SELECT member FROM ledger WHERE kind = 'opt_out'")}
        lost[:] = [told.number for told in seen.opt_outs if told.durable and told.number not in kept]
        return not lost

    await _in_time(none_lost, "acknowledged opt-outs are in the ledger")
    return lost


async def _in_time(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Whoever waited in vain tells by what is missing."""
    with suppress(TimeoutError):
        await until(holds, what, JUDGE_S)
