"""The words in which the table describes TwiML: what an element is, and what each place in it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dialgate.carriers.twilio.twiml.tree import TEXT


class UrlKind(StrEnum):
    """What the carrier does with what it finds, or tells, at an address."""

    DOCUMENT = "document"
    """Executes the answer: the next TwiML."""
    STATUS = "status"
    """Only tells; the answer's body means nothing."""
    RECORDING = "recording"
    """Tells, with a `RecordingUrl`."""
    TRANSCRIPTION = "transcription"
    """Tells, with a `TranscriptionUrl`."""
    MEDIA = "media"
    """Plays or attaches it, and never executes it."""


class PartyKind(StrEnum):
    CALL = "call"
    """A number that is called."""
    MESSAGE = "message"
    """A number that is written to."""
    DIGITS = "digits"
    """Tones sent down a line: behind an exchange they can be a number."""
    QUEUE = "queue"
    CONFERENCE = "conference"
    SIP = "sip"
    CLIENT = "client"
    ROUTE = "route"
    """Another way to a SIP address than to name it: a transfer, one of several, headers that a switchboard reads."""
    APPLICATION = "application"
    SIM = "sim"
    WORKFLOW = "workflow"
    CONNECTOR = "connector"
    """An agent, room or conversation that is set up at the carrier."""
    CONFIGURATION = "configuration"
    """A recording configuration at the carrier, which may hold callbacks that nobody read."""
    SOCKET = "socket"
    """A websocket that hears and speaks on the call."""


class Plain(StrEnum):
    INERT = "inert"
    SENDER = "sender"
    """The number that is shown to whoever is reached."""


@dataclass(frozen=True, slots=True)
class Link:
    """An http(s) address."""

    kind: UrlKind
    method: str = ""
    """The attribute that names the method; POST where there is none."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody or something is reached."""

    kind: PartyKind
    implied: bool = False
    """Reached even where nothing is written: the carrier has a default."""


Role = Plain | Link | Reach


@dataclass(frozen=True, slots=True)
class Term:
    """One element."""

    places: Mapping[str, Role]
    """Attribute, or `TEXT`, -> role. What is not here is no place of the element."""
    children: frozenset[str] = frozenset()
    prose: bool = False
    """The text is words for people: kept to the last blank, and children may stand in its midst."""
    links: tuple[tuple[str, Link], ...] = field(init=False)
    reaches: tuple[tuple[str, Reach], ...] = field(init=False)
    senders: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        roles = self.places.items()
        object.__setattr__(self, "links", tuple((place, role) for place, role in roles if isinstance(role, Link)))
        object.__setattr__(self, "reaches", tuple((place, role) for place, role in roles if isinstance(role, Reach)))
        object.__setattr__(self, "senders", tuple(place for place, role in roles if role is Plain.SENDER))


def term(places: Mapping[str, Role] | None = None, inert: str = "", children: str = "", *, prose: bool = False) -> Term:
    """`inert` and `children` are names with blanks between them; a prose text is inert."""
    inert_places: dict[str, Role] = dict.fromkeys(inert.split(), Plain.INERT)
    words: dict[str, Role] = {TEXT: Plain.INERT} if prose else {}
    return Term({**words, **(places or {}), **inert_places}, frozenset(children.split()), prose)


def document(method: str = "method") -> Link:
    return Link(UrlKind.DOCUMENT, method)


def status(method: str = "statusCallbackMethod") -> Link:
    return Link(UrlKind.STATUS, method)


RECORDING = Link(UrlKind.RECORDING, "recordingStatusCallbackMethod")
RECORDED: Mapping[str, Role] = {
    "recordingStatusCallback": RECORDING,
    "recordingConfigurationId": Reach(PartyKind.CONFIGURATION),
}
RECORDING_NAMES = "recordingStatusCallbackMethod recordingStatusCallbackEvent"
STATUS_NAMES = "statusCallbackMethod statusCallbackEvent"
