"""The carrier's ways of writing: form bodies in, RFC 2822 dates and error bodies out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qsl

Pairs = tuple[tuple[str, str], ...]
API_VERSION = "2010-04-01"


class CarrierError(Exception):
    """The carrier's refusal of a request, as it is put on the wire."""

    def __init__(self, status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def body(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class Form:
    """Parameters in the order they came, repeats included; the last of a repeated name wins."""

    pairs: Pairs = ()

    @classmethod
    def parse(cls, text: str) -> Form:
        return cls(tuple(parse_qsl(text, keep_blank_values=True)))

    def __contains__(self, name: str) -> bool:
        return any(name == given for given, _ in self.pairs)

    def all(self, name: str) -> list[str]:
        return [value for given, value in self.pairs if given == name]

    def get(self, name: str, default: str = "") -> str:
        return next((value for given, value in reversed(self.pairs) if given == name), default)


@dataclass(frozen=True, slots=True)
class Asked:
    """One authenticated request to the carrier: what is asked, without how it travelled.

    `sid` is the first name in the path, `part` the second.
    """

    sid: str = ""
    path: str = ""
    query: Form = field(default_factory=Form)
    form: Form = field(default_factory=Form)
    part: str = ""

    def not_found(self) -> CarrierError:
        return CarrierError(404, 20404, f"The requested resource {self.path} was not found")


@dataclass(frozen=True, slots=True)
class Content:
    """Sound or pictures instead of JSON; the asker may want only a range of it."""

    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON body, or content; neither for a deletion. `sid` names the resource that was made or changed."""

    status: int
    body: Mapping[str, object] | None = None
    sid: str | None = None
    content: Content | None = None


def rfc2822(moment: datetime | None) -> str | None:
    """`Sat, 21 Nov 2026 20:00:00 +0000`, or null."""
    return None if moment is None else format_datetime(moment.astimezone(UTC))


def iso8601(moment: datetime) -> str:
    """`2026-11-21T20:00:00Z`, as newer APIs write."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    """An instant in UTC and whole seconds, from ISO 8601 or RFC 2822; without a zone it is UTC.

    Errors: ValueError.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = parsedate_to_datetime(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)


def parse_day(text: str) -> date | None:
    """A date without a time of day, or None if the text is anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
