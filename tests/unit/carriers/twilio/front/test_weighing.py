"""No parameter passes unless its table says what it does, and no value passes for what it is not."""

from __future__ import annotations

import pytest

from dialgate.app.front import Pairs, Wanted
from dialgate.carriers.twilio.front.parameters import Kind, Table, Target
from dialgate.carriers.twilio.front.weighing import Rules, addresses, seconds, weigh
from dialgate.domain.reasons import Reason
from tests.unit.carriers.twilio.front.wire import PARAMETERS, PUBLIC_URL

TABLE = Table(
    {"Url": Kind.URL, "Method": Kind.INERT, "Note": Kind.INERT, "From": Kind.SENDER, "Events": Kind.INERT},
    {"Url": Target.DOCUMENT},
    frozenset({"Events"}),
)
BAD, BLOCKED = Reason.BAD_REQUEST, Reason.SURFACE_BLOCKED


@pytest.mark.parametrize(
    ("field", "reasons"),
    [
        (("Note", "a word"), []),
        (("Note", ""), []),
        (("Note", "call 415 555 2671"), []),
        (("Note", "415 555 2671"), [BLOCKED]),
        (("Note", "+1 415"), []),
        (("Note", "see +14155552671"), [BLOCKED]),
        (("Note", "４１５５５５２６７１"), [BLOCKED]),
        (("Note", "http://a"), [BLOCKED]),
        (("Note", "//a.example"), [BLOCKED]),
        (("Note", "tel:1"), [BLOCKED]),
        (("Note", "<a/>"), [BLOCKED]),
        (("Note", "a\0"), [BAD]),
        (("note", "a"), [BAD]),
        (("Method", "get"), []),
        (("Method", "PATCH"), [BAD]),
        (("From", "x" * 129), [BAD]),
        (("From", "a\nb"), [BAD]),
        (("Url", "https://a.example/?b=c#rc=1"), []),
        (("Url", "https://a@b.example/"), [BAD]),
        (("Url", "javascript:1"), [BAD]),
        (("Url", ""), []),
    ],
)
def test_a_value_must_be_what_its_name_says(field: tuple[str, str], reasons: list[Reason]) -> None:
    """A harmless name does not carry a number, an address or a document, whoever declared it harmless."""
    assert reasons == [block.reason for block in weigh(TABLE, (field,))]


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ((("Note", "a"), ("Note", "a")), [BAD]),
        ((("Note", "a"), ("NOTE", "b")), [BAD, BAD]),
        ((("Events", "a"), ("Events", "b")), []),
        ((("Events", "a"), ("events", "b")), [BAD]),
    ],
)
def test_a_name_is_given_once(fields: Pairs, reasons: list[Reason]) -> None:
    """Only lists repeat; a second spelling is no second parameter."""
    assert reasons == [block.reason for block in weigh(TABLE, fields)]


def test_an_operation_without_a_table_takes_nothing() -> None:
    """Not even what other operations know."""
    none = Rules(PARAMETERS, PUBLIC_URL).table("")
    assert [BAD] == [block.reason for block in weigh(none, (("Status", "completed"),))]


def test_addresses_know_their_method() -> None:
    """POST where nothing is said; a method that does not stand in the table belongs to nothing."""
    (use,) = addresses(TABLE, (("Url", "https://a.example/"), ("Method", "get")))
    assert ("Url", "GET", Wanted.DOCUMENT) == (use.place, use.method, use.wanted)


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("36000", 36_000), ("0", None), ("36001", None), ("1.5", None)])
def test_seconds_are_whole_and_within_bounds(text: str, value: int | None) -> None:
    """The validity of a message."""
    assert value == seconds(text)
