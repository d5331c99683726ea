"""`dialgate` beside a running gate, as an operator types it."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.flows.asking import Auth, Dialer
from tests.processes import ROOT
from tests.waiting import until

BLOCKED = 3
PIPE = asyncio.subprocess.PIPE


@dataclass(frozen=True, slots=True)
class Told:
    status: int
    out: str
    complaint: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        assert self.status in {0, BLOCKED}, self.complaint
        return json.loads(self.out)


async def begin(dialer: Dialer, *words: str) -> asyncio.subprocess.Process:
    environment = {**dialer.running.serve.environment, "LANG": "C.UTF-8"}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dialgate", *words), cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
    )


async def dialgate(dialer: Dialer, *words: str) -> Told:
    process = await begin(dialer, *words)
    out, complaint = await process.communicate()
    return Told(process.returncode or 0, out.decode(), complaint.decode())


async def test_a_tenant_is_set_up_and_dials(demo: Dialer, tmp_path: Path) -> None:
    """Tenant and key are made, listed and revoked on the command line; what was printed works in a dialer at once."""
    sender = demo.running.new_number()
    name = f"shop{sender[-6:]}"
    policy = tmp_path / "policy.yaml"
    policy.write_text('base: open\ncalling_hours: {windows: {daily: [["00:00", "24:00"]]}}\ncaller_id: {}\n')
    make: tuple[str, ...] = (
        "tenant",
        "create",
        name,
        "--region",
        "US",
        "--policy",
        str(policy),
        "--caller-id",
        f"{sender}:none",
    )
    make = (*make, "--format", "json")
    made = (await dialgate(demo, *make)).json
    key = (await dialgate(demo, "key", "create", "--tenant", name, "--role", "dialer", "--format", "json")).json
    demo.running.tokens |= {made["auth_token"], key["secret"]}
    shop = Dialer(
        demo.running, demo.session, made["account_sid"], (made["account_sid"], made["auth_token"]), sender, name
    )
    pairs: list[Auth] = [shop.auth, (key["sid"], key["secret"])]
    placed = [(await shop.text(demo.running.new_number(), auth=pair)).status for pair in pairs]
    listed = (await dialgate(demo, "tenant", "list", "--format", "json")).json
    revoked = await dialgate(demo, "key", "revoke", key["sid"])
    refused = await shop.text(demo.running.new_number(), auth=pairs[1])
    assert {"tenant", "account_sid", "auth_token"} == made.keys()
    assert {"sid", "secret", "account_sid", "tenant", "role"} == key.keys()
    assert ([201, 201], True, 0) == (placed, name in {one["tenant"] for one in listed}, revoked.status)
    assert ((403, 990306), True) == (
        (refused.status, refused.code),
        key["sid"] in (await dialgate(demo, "key", "list", "--tenant", name)).out,
    )


async def test_an_opt_out_is_added_shown_and_explained(demo: Dialer) -> None:
    """An operator takes down a refusal, sees it, and reads why the next attempt was blocked."""
    number = demo.running.new_number()
    open_ = await dialgate(demo, "check", "--to", number, "--channel", "sms", "--tenant", "demo")
    added = await dialgate(demo, "opt-out", "add", number, "--tenant", "demo", "--note", "by phone", "--format", "json")
    closed = await dialgate(demo, "check", "--to", number, "--channel", "sms", "--tenant", "demo", "--format", "json")
    heard = await demo.text(number)
    shown = await dialgate(demo, "number", "show", number, "--tenant", "demo", "--format", "json")
    said = await dialgate(demo, "explain", heard.decision)
    chinese = await dialgate(demo, "explain", heard.decision, "--lang", "zh")
    assert (0, True, (BLOCKED, "block")) == (
        open_.status,
        added.json["in_force"],
        (closed.status, closed.json["verdict"]),
    )
    assert (True, "by phone") == (shown.json["suppressed"], shown.json["history"][0]["note"])
    assert (True, False, False) == ("opted out" in said.out, chinese.out.isascii(), number in said.out + chinese.out)


async def test_listings_come_in_three_forms(demo: Dialer) -> None:
    """Table, JSON and CSV tell of the same refusals; decisions tell of all attempts."""
    number = demo.running.new_number()
    sent = await demo.text(number)
    await demo.write(number, "TD")
    refused = await demo.call(number)
    asked = ("--to", number, "--since", "5m")
    *forms, every = await asyncio.gather(
        *(dialgate(demo, "blocked", *asked, "--format", form) for form in ("json", "csv", "table")),
        dialgate(demo, "decisions", *asked, "--format", "json"),
    )
    assert [refused.decision] == [row["id"] for row in forms[0].json]
    assert [refused.decision] == [row["id"] for row in csv.DictReader(io.StringIO(forms[1].out))]
    assert (True, False) == ("suppressed" in forms[2].out, number in forms[2].out)
    assert [refused.decision, sent.decision] == [row["id"] for row in every.json]


async def shown(dialer: Dialer, process: asyncio.subprocess.Process, decisions: set[str]) -> bool:
    """Whether a refusal that happens now, or did a moment ago, comes as a line."""
    assert process.stdout is not None
    decisions.add((await dialer.text(dialer.running.serve.demo()["DEMO_TO_REFUSED"])).decision)
    with suppress(TimeoutError):
        async with asyncio.timeout(2):
            return json.loads(await process.stdout.readline())["id"] in decisions
    return False


async def test_following_shows_what_comes_until_it_is_ended(demo: Dialer) -> None:
    """`blocked --follow` writes each refusal as it happens, and Ctrl-C ends it at once and in peace."""
    process = await begin(demo, "blocked", "--follow", "--since", "1s", "--format", "json")
    decisions: set[str] = set()
    try:
        assert await until(lambda: shown(demo, process, decisions), "a refusal is shown")
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            _, complaint = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    assert (True, False) == (process.returncode in {0, 130}, b"Traceback" in complaint)


async def test_doctor_and_index_say_how_things_are(demo: Dialer) -> None:
    """Beside a running gate: everything is found well, the index is whole, and a rebuild opens again by itself."""
    number = demo.running.new_number()
    await demo.write(number, "TD")
    examined, before = await asyncio.gather(
        dialgate(demo, "doctor", "--format", "json"), dialgate(demo, "index", "verify")
    )
    rebuilt = await dialgate(demo, "index", "rebuild")
    demo.running.serve.wait_ready()
    after = await dialgate(demo, "index", "verify")
    problems = {row["what"] for row in json.loads(examined.out) if row["status"] != "ok"}
    others = ("tenant ", "gate: senders")  # what other tests make beside this one: open policies, unowned senders
    assert [] == [what for what in problems if not what.startswith(others)], examined
    assert (bool(problems), 0, 0, 0) == (examined.status != 0, before.status, rebuilt.status, after.status)
    assert "missing from the index: 0" in after.out
    assert (400, 21610, "suppressed") == (await demo.text(number)).refusal


async def test_mistakes_are_answered_in_a_sentence(demo: Dialer) -> None:
    """A wrong tenant, number, time or id is one line on standard error and status 1 or 2; never a traceback."""
    told = await asyncio.gather(
        dialgate(demo, "check", "--to", "+12025550123", "--channel", "sms", "--tenant", "nobody"),
        dialgate(demo, "opt-out", "add", "12", "--tenant", "demo"),
        dialgate(demo, "explain", "nothing"),
        dialgate(demo, "blocked", "--since", "yesterday"),
        dialgate(demo, "key", "create", "--tenant", "demo", "--role", "king"),
    )
    assert [1, 1, 1, 2, 2] == [one.status for one in told]
    assert [("", False)] * 5 == [(one.out, "Traceback" in one.complaint) for one in told]
