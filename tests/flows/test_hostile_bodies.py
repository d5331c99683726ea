"""Bodies that two readers could read in two ways, or that ask for what does not pass: refused with the mend."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote_plus

import pytest
from multidict import CIMultiDict

from tests.flows.asking import FORM, Dialer

BAD, INVALID, MISSING = (400, 990100, "bad_request"), (400, 21211, "invalid_number"), (400, 21604, "bad_request")
BLOCKED, UNKNOWN = (403, 990300, "surface_blocked"), (400, 990113, "unknown_twiml")
LARGE = 65 * 1024


@dataclass(frozen=True, slots=True)
class Case:
    """`body`: T and F stand for the two numbers. `mend`: words of the message that say what to do or what is wrong."""

    name: str
    body: str
    refusal: tuple[int, int, str]
    mend: str
    read: bool = True
    """Whether the called number could be read, so that a record of the refusal must exist."""
    what: str = "Messages"
    content_type: str = FORM
    headers: tuple[tuple[str, str], ...] = ()


def unread(name: str, body: str, mend: str, content_type: str = FORM) -> Case:
    return Case(name, body, BAD, mend, read=False, content_type=content_type)


def call(name: str, more: str, mend: str, refusal: tuple[int, int, str] = BLOCKED) -> Case:
    return Case(name, f"To=T&From=F&{more}", refusal, mend, what="Calls")


def twiml(name: str, document: str, mend: str) -> Case:
    return call(f"twiml {name}", f"Twiml={quote_plus(document)}", mend, BAD)


GOOD = "To=T&From=F&Body=Hello"
CASES = (
    unread("json", '{"To": "T"}', "x-www-form-urlencoded", "application/json"),
    unread("plain text", GOOD, "x-www-form-urlencoded", "text/plain"),
    unread("multipart", GOOD, "x-www-form-urlencoded", "multipart/form-data; boundary=x"),
    unread("no content type", GOOD, "x-www-form-urlencoded", ""),
    unread("utf-7", GOOD, "UTF-8", f"{FORM}; charset=utf-7"),
    unread("utf-16", GOOD, "UTF-8", f"{FORM}; charset=utf-16"),
    unread("latin-1", GOOD, "UTF-8", f"{FORM}; charset=iso-8859-1"),
    unread("not utf-8", "To=T&From=F&Body=%ff%fe", "UTF-8"),
    unread("surrogate", "To=T&From=F&Body=%ed%a0%80", "UTF-8"),
    unread("broken escape", "To=T&From=F&Body=%zz", "hex digits"),
    unread("cut escape", "To=T&From=F&Body=Hello%4", "hex digits"),
    unread("line end", "To=T&From=F&Body=Hello\r\n", "%"),
    unread("no equals sign", "To=T&From=F&Body", "name=value"),
    unread("empty piece", "To=T&&From=F&Body=Hello", "name=value"),
    unread("oversized", f"To=T&From=F&Body={'x' * LARGE}", "65536"),
    unread("two called numbers", "To=T&To=T&From=F&Body=Hello", "one number"),
    unread("two spellings", "To=T&to=T&From=F&Body=Hello", "one number"),
    unread("lower case", "to=T&From=F&Body=Hello", "To"),
    Case("no called number", "From=F&Body=Hello", MISSING, "'To'", read=False),
    Case("brackets", "To%5B%5D=T&From=F&Body=Hello", MISSING, "'To'", read=False),
    Case("semicolons", "To=T;From=F;Body=Hello&From=F", INVALID, "one number"),
    Case("nothing", "", MISSING, "'To'", read=False),
    Case("a list of numbers", "To=T%2CT&From=F&Body=Hello", INVALID, "one"),
    Case("two senders", "To=T&From=F&From=F&Body=Hello", BAD, "once"),
    Case("two bodies", "To=T&From=F&Body=Hello&body=Goodbye", BAD, "once"),
    Case("unknown name", f"{GOOD}&Foo=bar", BAD, "Foo"),
    Case("name in other letters", f"{GOOD}&validityperiod=60", BAD, "validityperiod"),
    Case("nul", "To=T&From=F&Body=Hel%00lo", BAD, "NUL"),
    Case("application", f"{GOOD}&ApplicationSid=AP00000000000000000000000000000000", BLOCKED, "ApplicationSid"),
    Case("scheduled", f"{GOOD}&ScheduleType=fixed&SendAt=2030-01-01T00:00:00Z", BAD, "MessagingServiceSid"),
    Case("number as a harmless value", f"{GOOD}&TrafficType=%2B14155552671", BLOCKED, "TrafficType"),
    Case("address as a harmless value", f"{GOOD}&TrafficType=https%3A%2F%2Fa.example", BLOCKED, "TrafficType"),
    Case("callback by ftp", f"{GOOD}&StatusCallback=ftp%3A%2F%2Fdialer.example%2Fs", BAD, "StatusCallback"),
    Case("query", f"{GOOD}", BAD, "query", what="Messages.json?To=1&x"),
    Case("validity", f"{GOOD}&ValidityPeriod=-1", BAD, "ValidityPeriod"),
    Case("key with a space", GOOD, BAD, "Idempotency-Key", headers=(("Idempotency-Key", "a b"),)),
    Case(
        *("two campaigns", GOOD, BAD, "X-Dialgate-Campaign"),
        headers=(("X-Dialgate-Campaign", "a"), ("X-Dialgate-Campaign", "b")),
    ),
    call("two documents", "Url=http%3A%2F%2F127.0.0.1%2Fa&Twiml=%3CResponse%2F%3E", "Only one", BAD),
    call("user info", "Url=http%3A%2F%2Fa%3Ab%40127.0.0.1%2Fa", "Url", BAD),
    call("no digits", "SendDigits=12a&Twiml=%3CResponse%2F%3E", "SendDigits", BAD),
    call("another sender", "CallerId=%2B14155552671%0A&Twiml=%3CResponse%2F%3E", "CallerId", BAD),
    call("own trunk", "Byoc=BY00000000000000000000000000000000&Twiml=%3CResponse%2F%3E", "Byoc"),
    call("method", "Method=PUT&Url=https%3A%2F%2Fdialer.example%2Fa", "Method", BAD),
    call("unknown name in a call", "Foo=bar&Twiml=%3CResponse%2F%3E", "Foo", BAD),
    call("unknown twiml", f"Twiml={quote_plus('<Response><Sandwich/></Response>')}", "Sandwich", UNKNOWN),
    twiml("with a relative action", '<Response><Gather action="/next"/></Response>', "action"),
    twiml("with a document type", "<!DOCTYPE Response><Response/>", "document type"),
    twiml("with an entity", '<!DOCTYPE r [<!ENTITY n "1">]><Response><Say>&n;</Say></Response>', "document type"),
    twiml("broken", "<Response><Say>Hello</Response>", "well-formed"),
    twiml("in another charset", '<?xml version="1.0" encoding="utf-16"?><Response/>', "UTF-8"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_body_that_cannot_pass_is_refused_in_words(demo: Dialer, case: Case) -> None:
    """4xx with the mend, a decision record where the called number could be read, and nothing at the carrier."""
    number = demo.running.new_number()
    written = case.body.replace("=T", f"={quote_plus(number)}").replace("%2CT", f"%2C{quote_plus(number)}")
    body = written.replace("=F", f"={quote_plus(demo.sender)}").encode()
    headers = CIMultiDict(case.headers)
    if case.content_type:
        headers["Content-Type"] = case.content_type
    path = demo.path(case.what if "?" in case.what else f"{case.what}.json")
    heard = await demo.ask("POST", path, data=body, headers=headers, skip_auto_headers=["Content-Type"])
    assert case.refusal == heard.refusal, heard.text
    assert case.mend in heard.json["message"]
    assert [] == await demo.reached(number=number)
    assert case.read is bool(heard.decision)
    if case.read:
        row = await demo.record(heard.decision)
        assert ("block", case.refusal[2]) == (row["verdict"], row["reasons"][0]["code"])
        assert heard.decision == heard.json["details"]["decision_id"]
