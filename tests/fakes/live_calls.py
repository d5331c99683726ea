"""Calls that ask one gate in memory how they go on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dialgate.app.call_state import CallState, Made
from dialgate.app.front import Pairs, Wanted
from dialgate.app.live_call import Asking
from dialgate.app.outside import OutsideError, Told
from dialgate.app.queries import OwnDestination, Tenant
from dialgate.app.reaching import Course
from dialgate.app.records import Kind
from dialgate.domain.ids import OptOutId
from dialgate.domain.ledger import OptOut, Source
from dialgate.domain.numbers import E164, Address
from dialgate.domain.scope import Scope
from tests.fakes.journal_tools import AT
from tests.fakes.web_gate import ACCOUNT, SENDER, WebGate, sid, tenant

CALLED = "+14155552671"
AGENT, OTHER = "+14155552672", "+14155552673"
CALL = sid("CA", 7)
URL = "https://dialer.example/start"
FALLBACK = "https://dialer.example/fallback"
FIELDS: Pairs = (("CallSid", CALL), ("CallStatus", "in-progress"))
MADE = Made("f" * 32, "acme", ACCOUNT, "voice", CALLED, SENDER, "survey", "spring", subject="s", debt="d")
STATE = CallState(MADE, Wanted.DOCUMENT, URL, "POST", 2_000_000_000)
WITH_FALLBACK = CallState(
    MADE, Wanted.DOCUMENT, URL, "POST", 2_000_000_000, fallback_url=FALLBACK, fallback_method="GET"
)
APOLOGY = "We are sorry"


def twiml(verbs: str, url: str = URL, **more: object) -> Told:
    return Told(200, f"<Response>{verbs}</Response>".encode(), "text/xml", url, **more)  # type: ignore[arg-type] # of Told


def course(state: CallState = STATE, request: str = "", call: str = CALL) -> Course:
    return Course(state, tenant("acme", ACCOUNT, "token"), call, request)


@dataclass(slots=True)
class Live:
    """A call behind `state`, and the gate that it asks."""

    gate: WebGate
    state: CallState = STATE
    more: Pairs = ()
    """Of the carrier's fields."""
    token: str = field(default="", init=False)

    async def ask(self, *answers: Told | OutsideError, request: str = "", call: str = CALL) -> str:
        """The document that the carrier gets. `answers`: of the dialer's servers, in turn."""
        if answers:
            self.gate.outside.answers = list(answers)
        if not self.token:
            self.token = (await self.gate.addresses.address(self.state)).rpartition("/")[2]
        asking = Asking(self.token, call, (*FIELDS, *self.more), request, _told)
        return (await self.gate.inside.live_calls.document(asking)).decode()

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        """Number and verdict of each decision."""
        return [(one.body["number"], one.body["verdict"]) for one in self.gate.journal.of(Kind.DECISION)]


def _told(fields: Pairs, of: Tenant) -> Pairs:
    return (("AccountSid", of.account_sid), *fields)


async def opt_out(gate: WebGate, number: str) -> None:
    one = OptOut(OptOutId(f"stop-{number}"), E164(number), Scope("acme"), Source.SMS, "carrier", AT, AT)
    assert (await gate.opting_out.record(one)).in_force


async def own(gate: WebGate, *addresses: str) -> None:
    """Made own destinations of `acme`."""
    for one in addresses:
        await gate.directory.add_destination(OwnDestination("acme", Address(one), "", "SK1", AT))
    await gate.inside.directory.refresh()


def dialled(document: str) -> list[str]:
    """The numbers in what the carrier gets."""
    return re.findall(r"<Number[^>]*>([^<]*)<", document)
