"""What the web asks of a carrier's wire format: reading requests, wording refusals, swapping account names, verifying
and answering webhooks. Pure; implemented by each carrier (`carriers/<name>/front`) and passed in by `bootstrap`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from dialgate.app.inbound import InboundMessage
    from dialgate.app.ports import CarrierAnswer, CarrierRequest
    from dialgate.app.queries import Tenant
    from dialgate.app.settle import StatusReport
    from dialgate.domain.attempt import Channel
    from dialgate.domain.decision import Block
    from dialgate.domain.ids import DecisionId
    from dialgate.domain.reasons import Reason

Pairs = tuple[tuple[str, str], ...]


class Operation(StrEnum):
    """What of the carrier's surface the gate offers; everything else is refused."""

    CREATE = "create"
    UPDATE = "update"
    CONTROL = "control"
    """Changes or ends what the tenant made, and reaches nobody new."""
    FETCH = "fetch"
    LIST = "list"
    MEDIA = "media"
    """A fetch that is streamed."""
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Route:
    """A path that was read strictly. Nothing of its bytes goes to the carrier but SIDs of the right form."""

    operation: Operation
    account_sid: str
    channel: Channel
    """Meaningless for `ACCOUNT`."""
    method: str
    template: str
    """The path below the account, with `{placeholders}`."""
    names: Pairs = ()
    """(placeholder, SID or name), in the order of the path."""
    parameters: str = ""
    """Name of the table that weighs the parameters; empty where none are taken."""
    campaign: str = ""
    purpose: str = ""
    query: Pairs = ()

    @property
    def sid(self) -> str:
        """The last name of the path; of an update the call or message."""
        return self.names[-1][1] if self.names else ""


class Wanted(StrEnum):
    """What the carrier does with an address that it was given."""

    DOCUMENT = "document"
    """Fetches TwiML there and follows it."""
    CALLBACK = "callback"
    """Reports there; the answer changes nothing of the call."""
    STATUS = "status"
    """As `CALLBACK`, of the states of the attempt itself, which the gate must hear of as well."""


@dataclass(frozen=True, slots=True)
class UrlUse:
    """An http(s) address of the dialer that the carrier would ask, media excepted."""

    place: str
    """Name of the parameter, or of element and attribute (`Gather.action`)."""
    url: str
    """Absolute, with its fragment."""
    method: str
    """GET or POST."""
    wanted: Wanted
    events: tuple[str, ...] = ()
    """For `STATUS`: those that the dialer asked for; empty: the carrier's default."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A create or update as the dialer put it."""

    called: str
    """As written; empty for an update, whose number is that of the call."""
    calling: str
    content: str
    """What would be said, for the digest that the duplicate rule counts; empty where there is none."""
    lifetime_s: int
    """How long the carrier may keep it queued: of a message, from the time on that it is due."""
    fields: Pairs
    """In the dialer's order; the called number still as written."""
    found: tuple[Block, ...] = ()
    """Refusals that need no rule: parameters and URLs that do not pass."""
    ends: bool = False
    """An update that only ends or empties what exists: it reaches nobody."""
    urls: tuple[UrlUse, ...] = ()
    """Of its parameters, in their order; each is handed to the carrier as an address of the gate only."""
    twiml: str = ""
    """The document itself, where it was given inline."""
    application_sid: str = ""
    """The carrier's own application whose addresses are to be taken over."""
    due_at: datetime | None = None
    """When it is to be sent, where it was scheduled; how far ahead that may be says `unschedulable`."""
    digits: str = ""
    """To be dialled once the called party has answered."""
    other_senders: tuple[str, ...] = ()
    """In whose name it is beside `calling`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One resource of the carrier's, as far as it tells whose it is."""

    sid: str
    created_at: datetime | None
    own: bool = False
    """Its name at the carrier says that it is the tenant's."""
    parents: tuple[str, ...] = ()
    """SIDs of what it belongs to."""
    called: str = ""
    """Of a call: whom it reached, as the carrier writes it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that must be the tenant's own."""

    sid: str
    path: str
    """Where the carrier tells of it; empty where only the decision log can."""
    attempt: bool = False
    """Whether the decision log may name its maker."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: bytes
    content_type: str
    headers: Pairs = ()


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request of the carrier, unread. `raw_path` with the query, byte for byte; header names in any case."""

    raw_path: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


class Dialers(Protocol):
    """The face towards dialers."""

    def route(self, method: str, raw_path: str) -> Route | Block: ...

    def upstream(self, route: Route) -> str:
        """The path below the account that the carrier knows, made from constants and the SID."""
        ...

    def read(self, route: Route, content_type: str, body: bytes) -> Asked | Block:
        """`Block` where not even a called number could be read."""
        ...

    def request(
        self, route: Route, asked: Asked, called: str, decision_id: DecisionId, fronted: Mapping[str, str]
    ) -> CarrierRequest:
        """What is written to the carrier: `called` is the gate's own E.164 with its scheme; `fronted`: parameter name
        -> address of the gate. Whatever of `Asked.urls`, `twiml` and `application_sid` is not in it is left out.
        """
        ...

    def unschedulable(self, asked: Asked, now: datetime) -> tuple[Block, ...]:
        """Why its `due_at` is too near or too far for the carrier."""
        ...

    def refusal(
        self, blocks: Sequence[Block], channel: Channel, decision_id: str = "", carrier_sid: str = ""
    ) -> Answer:
        """`blocks` has at least one; the first names the status."""
        ...

    def failure(self, status: int, reason: Reason | None, message: str) -> Answer: ...

    def passed_on(self, answer: CarrierAnswer, tenant: Tenant) -> Answer:
        """In the tenant's own account name and without any secret."""
        ...

    def refused_for_opt_out(self, answer: CarrierAnswer) -> bool:
        """Whether the carrier refused a message because the person had opted out there."""
        ...

    def proofs(self, route: Route) -> tuple[Proof, ...]:
        """Whatever the path names that is somebody's."""
        ...

    def proof(self, sid: str) -> Proof:
        """Of a parent."""
        ...

    def row(self, answer: CarrierAnswer, tenant: Tenant) -> Row | None:
        """A single resource; None if the carrier does not know it."""
        ...

    def rows(self, answer: CarrierAnswer, tenant: Tenant) -> tuple[Row, ...]: ...

    def page(self, answer: CarrierAnswer, tenant: Tenant, keep: Collection[str]) -> Answer:
        """`passed_on`, without the rows whose SID is not in `keep`."""
        ...

    def account(self, tenant: Tenant) -> Answer: ...


class Webhooks(Protocol):
    """The face towards the carrier. Errors of every method that reads: `BadRequestError`, `ForbiddenError`."""

    def verified(self, webhook: Webhook) -> Pairs:
        """The fields of a form or, for a GET, of the query, once the signature holds."""
        ...

    def verified_json(self, webhook: Webhook) -> bytes:
        """The body of a JSON webhook, once signature and digest hold."""
        ...

    def inbound_message(self, fields: Pairs) -> InboundMessage: ...

    def status_report(self, fields: Pairs, decision_id: str) -> StatusReport: ...

    def call_sid(self, fields: Pairs) -> str:
        """Of the call that asks for a document; empty where none does, as for what is heard while waiting."""
        ...

    def reports_status(self, fields: Pairs) -> bool:
        """Whether `status_report` has something to read in them."""
        ...

    def event(self, report: StatusReport) -> str:
        """By which a dialer chooses what it hears of a call; empty where it hears everything."""
        ...

    def told(self, fields: Pairs, tenant: Tenant) -> Pairs:
        """As the tenant hears it: its own account and names, and links that lead to the gate."""
        ...

    def told_json(self, body: bytes, tenant: Tenant) -> bytes: ...

    def reports_opt_out(self, report: StatusReport) -> bool:
        """As `refused_for_opt_out`, told afterwards."""
        ...

    def might_be_opt_out(self, webhook: Webhook) -> bool:
        """Whether a webhook that was refused reads like an opt-out: then a person may go on being called."""
        ...

    def reply(self, text: str) -> Answer:
        """To an inbound message; empty text: say nothing."""
        ...


class Front(Dialers, Webhooks, Protocol):
    """One carrier's wire, both ways."""
