"""Real HTTP to one running product, with every answer kept, so that none can have leaked anything."""

from __future__ import annotations

import itertools
import json
import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from dialgate.simulator.config import SharedKey, SimulatorConfig
from dialgate.simulator.signature import signature_headers
from tests.carrier_process import ACCOUNT, TOKEN
from tests.processes import Serve
from tests.waiting import until

Pairs = Sequence[tuple[str, str]]
Auth = tuple[str, str]
SECOND_TOKEN = "88" * 16
"""Of the carrier; active beside the carrier's first one, as while tokens are being changed; a shared key as well."""
FORM = "application/x-www-form-urlencoded"
BUSY = "gate_unavailable"
LISTED_S = 1.0
"""CONTRACT section 5: a decision is in every listing within this time."""
_names = itertools.count(1)

ALL_TOLD = {"Accept": "application/json"}
"""Makes the simulator tell of a delivery what the gate has answered, and more."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.text)

    @property
    def code(self) -> int:
        return int(self.json["code"])

    @property
    def reason(self) -> str:
        return str(self.json["details"]["reason"])

    @property
    def decision(self) -> str:
        return self.headers.get("X-Dialgate-Decision", "")

    @property
    def refusal(self) -> tuple[int, int, str]:
        return self.status, self.code, self.reason


@dataclass(slots=True)
class Running:
    """One `serve` for all flows of a test process, with what it must never say."""

    serve: Serve
    heard: list[str] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    """Secrets that were shown once, when they were made."""

    def new_number(self) -> str:
        chance = random.SystemRandom()
        number = f"+1202{chance.randrange(600, 900)}{chance.randrange(2000, 9999)}"
        self.numbers.add(number)
        return number

    def secrets(self) -> dict[str, str]:
        """By what they are: whatever no dialer may read."""
        demo = self.serve.demo()
        kept = tomllib.loads((self.serve.data_dir / "secrets.toml").read_text())
        return {
            "the carrier's auth token": TOKEN,
            "the carrier's second auth token": SECOND_TOKEN,
            "the demonstration carrier's auth token": demo["CARRIER_AUTH_TOKEN"],
            "the demonstration tenant's auth token": demo["TWILIO_AUTH_TOKEN"],
            "the demonstration key's secret": demo["DIALGATE_KEY_SECRET"],
            "the operator key's secret": self.operator[1],
            "the pepper": kept["pepper"],
            **{f"master key {number}": key for number, key in enumerate(kept["master_keys"])},
            **{f"token {number}": token for number, token in enumerate(sorted(self.tokens))},
        }

    @property
    def operator(self) -> Auth:
        sid, _, secret = (self.serve.data_dir / "cli.key").read_text().strip().partition(":")
        return sid, secret

    def said_in_answers(self) -> list[str]:
        whole = "\n".join(self.heard)
        return [
            what for what, secret in {**self.secrets(), "the carrier's account": ACCOUNT}.items() if secret in whole
        ]

    def said_in_log(self) -> list[str]:
        log = self.serve.said()
        secrets = [what for what, secret in self.secrets().items() if secret in log]
        return secrets + sorted(number for number in self.numbers if number.removeprefix("+") in log)


@dataclass(slots=True)
class Dialer:
    """A tenant's account pair, or one of its keys, and the carrier behind the gate."""

    running: Running
    session: aiohttp.ClientSession
    account: str
    auth: Auth
    sender: str
    tenant: str = "demo"

    @property
    def url(self) -> str:
        return self.running.serve.url

    @property
    def carrier(self) -> str:
        return self.running.serve.carrier.url

    async def ask(
        self,
        method: str,
        path: str,
        *,
        auth: Auth | None = None,
        anonymous: bool = False,
        shown_once: bool = False,
        **more: Any,  # noqa: ANN401 - of aiohttp
    ) -> Heard:
        """Comes again, as any caller does, while the machine is too busy for the gate to answer in time. `shown_once`:
        the answer holds a secret on purpose.
        """
        headers: CIMultiDict[str] = CIMultiDict(more.pop("headers", {}))
        if not anonymous:
            headers.setdefault("Authorization", aiohttp.encode_basic_auth(*(auth or self.auth)))

        async def once() -> list[Heard]:
            async with self.session.request(
                method, URL(f"{self.url}{path}", encoded=True), headers=headers, **more
            ) as response:
                heard = Heard(response.status, dict(response.headers), await response.text())
            return [] if heard.status in {429, 503} and BUSY in heard.text else [heard]

        heard = (await until(once, "the gate has time for this"))[0]
        if not shown_once:
            self.running.heard.append(f"{method} {path.partition('?')[0]}\n{dict(heard.headers)}\n{heard.text}")
        return heard

    def path(self, rest: str) -> str:
        return f"/2010-04-01/Accounts/{self.account}/{rest}"

    async def call(self, number: str, **more: Any) -> Heard:  # noqa: ANN401 - of `post`
        form = [("To", number), ("From", self.sender), ("Twiml", f"<Response><Say>n{next(_names)}</Say></Response>")]
        return await self.post("Calls.json", form, **more)

    async def text(self, number: str, body: str = "", **more: Any) -> Heard:  # noqa: ANN401 - of `post`
        form = [("To", number), ("From", self.sender), ("Body", body or f"Hello n{next(_names)}")]
        return await self.post("Messages.json", form, **more)

    async def post(self, rest: str, form: Pairs, **more: Any) -> Heard:  # noqa: ANN401 - of `ask`
        return await self.ask("POST", self.path(rest), **_form(form, more))

    async def get(self, rest: str, **more: Any) -> Heard:  # noqa: ANN401 - of `ask`
        return await self.ask("GET", self.path(rest), **more)

    async def native(self, method: str, path: str, **more: Any) -> Heard:  # noqa: ANN401 - of `ask`
        """As the operator, whose key has every right."""
        return await self.ask(method, f"/v1/{path}", auth=self.running.operator, **more)

    async def key(self, role: str, **more: str) -> Auth:
        """A new key of this tenant."""
        made = await self.native(
            "POST", "keys", params={"tenant": self.tenant}, json={"role": role, **more}, shown_once=True
        )
        assert 201 == made.status, made.text
        self.running.tokens.add(made.json["secret"])
        return made.json["sid"], made.json["secret"]

    async def record(self, decision: str) -> dict[str, Any]:
        heard = await self.native("GET", f"decisions/{decision}")
        assert 200 == heard.status, heard.text
        row: dict[str, Any] = heard.json
        return row

    async def reached(self, *, operation: str = "create", number: str = "") -> list[dict[str, Any]]:
        """Writing requests that arrived at the carrier, in order; `number`: only those that name it."""
        url = f"{self.carrier}/simulator/requests?operation={operation}"
        async with self.session.get(url) as response:
            requests = (await response.json())["requests"]
        return [one for one in requests if not number or number in dict(one["params"]).get("To", "")]

    async def fault(self, number: str, kind: str, **options: object) -> None:
        """Strikes the next create for this number, and nobody else's."""
        fault = {"kind": kind, "match": {"to": number}, **options}
        async with self.session.post(f"{self.carrier}/simulator/faults", json=fault) as response:
            assert 201 == response.status, await response.text()

    async def write(self, sender: str, body: str, **more: object) -> dict[str, Any]:
        """A person writes; what the gate answered to the carrier."""
        sms = {"from": sender, "to": self.sender, "body": body, **more}
        async with self.session.post(f"{self.carrier}/simulator/messages", json=sms, headers=ALL_TOLD) as response:
            answer: dict[str, Any] = await response.json()
        assert "status" in answer, answer
        return answer

    async def webhook(
        self,
        path: str,
        form: Pairs,
        *,
        secret: str = TOKEN,
        shared: bool = False,
        signed: tuple[str, Pairs] | None = None,
        **more: Any,  # noqa: ANN401 - of `ask`
    ) -> Heard:
        """Signed as the carrier signs. `shared`: by the newer scheme, with a shared key. `signed`: the path and fields
        of another request, whose signature is used.
        """
        config = SimulatorConfig(ACCOUNT, secret, shared_key=SharedKey("KY1", secret) if shared else None)
        signed_path, pairs = signed or (path, form)
        signature = signature_headers(config, f"{self.url}{signed_path}", tuple(pairs))
        return await self.ask("POST", path, anonymous=True, **_form(form, more, **signature))

    async def listing(self, **filters: str) -> list[dict[str, Any]]:
        """Decisions, newest first."""
        heard = await self.native("GET", "decisions", params={"limit": 1000, **filters})
        assert 200 == heard.status, heard.text
        rows: list[dict[str, Any]] = heard.json["items"]
        return rows


def _form(form: Pairs, more: Mapping[str, Any], **signed: str) -> dict[str, Any]:
    """What is asked, as a form."""
    headers = {"Content-Type": FORM, **signed, **more.get("headers", {})}
    return {**more, "data": urlencode(list(form)).encode(), "headers": headers}
