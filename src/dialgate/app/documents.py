"""What the app asks of the documents that a carrier follows: read strictly, whom they would reach, which addresses they
name, and the same written with the gate's own in their place. Pure; implemented by each carrier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dialgate.domain.attempt import Channel

if TYPE_CHECKING:
    from dialgate.app.front import Pairs, Wanted
    from dialgate.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document could not be read, or is not followed."""

    reason: Reason
    """`UNKNOWN_TWIML`, or `BAD_REQUEST` for what cannot be read at all."""
    message: str
    """A sentence that says what to mend. It names elements and attributes, never their values."""
    carrier_code: int
    """What the carrier itself would tell the fallback as `ErrorCode`."""
    element: str = ""


class Party(Protocol):
    """Somebody or something that a document would reach."""

    @property
    def index(self) -> int:
        """Where it stands among the parties of its document."""
        ...

    @property
    def text(self) -> str:
        """As written; empty for a message to whoever is on the call, or wrote."""
        ...

    @property
    def calling(self) -> str:
        """Empty where the carrier takes the call's own."""
        ...

    @property
    def said(self) -> str:
        """Of a message."""
        ...

    @property
    def channel(self) -> Channel: ...

    @property
    def is_attempt(self) -> bool:
        """Whether it is an attempt of its own."""
        ...

    @property
    def endpoint(self) -> str:
        """Of a SIP phone or a client: its exact address, which must be an own destination; empty for anybody else."""
        ...

    @property
    def is_tones(self) -> bool: ...

    @property
    def beside(self) -> int | None:
        """Of tones: the number that they are sent to once it answers; None: to whoever is on the call."""
        ...

    @property
    def ungated(self) -> str:
        """For what nobody can gate, if it is no own destination: what to write instead."""
        ...


@dataclass(frozen=True, slots=True)
class Needed:
    """An address of the gate that a document must have before it is served."""

    url: str
    """The dialer's own, absolute and with its fragment; empty without `twiml`: a status report for the gate alone."""
    method: str
    wanted: Wanted
    events: tuple[str, ...] = ()
    party: int | None = None
    """Index of the number whose leg or message is meant; None: the call itself."""
    told: Pairs = ()
    """What the dialer is to be told beside what the carrier says."""
    twiml: str = ""
    """The document itself: the rest of this one."""


Written = Mapping[int, str | None]
"""By party: the gate's own number in place of what was written, or None where it was refused."""


class Document(Protocol):
    """One that was read."""

    @property
    def parties(self) -> Sequence[Party]:
        """In document order."""
        ...

    def begun(self) -> Document:
        """As far as it can be judged now: instead of what reaches somebody after a long while, it asks for the rest."""
        ...

    def needed(self, written: Written) -> tuple[Needed, ...]:
        """Always the same, in the same order, for the same `written`."""
        ...

    def served(self, written: Written, addresses: Sequence[str]) -> bytes:
        """As the carrier gets it; `addresses` as `needed` asked for them. What was refused is left out: where nobody
        is left to be dialled or written to, the document goes on at its action as after a failure, or with what
        follows.
        """
        ...


class Documents(Protocol):
    content_type: str

    def read(
        self, body: bytes, content_type: str, url: str, account_sid: str, channel: Channel = Channel.VOICE
    ) -> Document | Problem:
        """`url`: its own address, empty for one that was given inline. `account_sid`: the tenant's, whose conferences
        and queues are kept apart from those of others.
        """
        ...

    def apology(self, language: str) -> bytes:
        """Spoken words and a hang-up; `language`: `en` or `zh`."""
        ...

    def hang_up(self) -> bytes: ...
