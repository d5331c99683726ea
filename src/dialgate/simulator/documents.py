"""Where a call's instructions come from: inline, or fetched signed from a URL with the carrier's parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urljoin

from dialgate.simulator.records import Call
from dialgate.simulator.state import Simulator
from dialgate.simulator.twiml import TwimlError, Verb, parse_twiml
from dialgate.simulator.webhooks import Reply
from dialgate.simulator.wire import API_VERSION, Form, Pairs

_FETCH_FAILED = 11200
_ADDRESSES = frozenset(
    {
        "action",
        "partialResultCallback",
        "recordingStatusCallback",
        "referUrl",
        "statusCallback",
        "statusCallbackUrl",
        "transcribeCallback",
        "url",
        "waitUrl",
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """Inline TwiML, or a URL with a second one for failures; or the verbs that the carrier itself makes up."""

    twiml: str = ""
    url: str = ""
    method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    verbs: tuple[Verb, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Verbs to execute; `url` is what relative addresses refer to, empty for inline TwiML."""

    verbs: tuple[Verb, ...]
    url: str = ""


def source_of(sim: Simulator, form: Form) -> Source:
    """Instructions given, or those of the application that is named."""
    application = sim.holders.get(form.get("ApplicationSid"))
    if application is not None:
        told = application.values
        return Source(
            url=told["VoiceUrl"],
            method=told["VoiceMethod"],
            fallback_url=told["VoiceFallbackUrl"],
            fallback_method=told["VoiceFallbackMethod"],
        )
    return Source(
        twiml=form.get("Twiml"),
        url="" if form.get("Twiml") else form.get("Url"),
        method=form.get("Method", "POST"),
        fallback_url=form.get("FallbackUrl"),
        fallback_method=form.get("FallbackMethod", "POST"),
    )


async def load(sim: Simulator, call: Call, source: Source, extra: Pairs = ()) -> Document:
    """The document behind a source; the fallback's if that cannot be had.

    Errors: TwimlError if neither can.
    """
    if source.verbs:
        return Document(source.verbs)
    if not source.url:
        return Document(parse_twiml(source.twiml) if source.twiml else ())
    try:
        return await _fetch(sim, call, source.url, source.method, extra)
    except TwimlError as error:
        if not source.fallback_url:
            raise
        call.note(sim.clock.now(), error=str(error), code=error.code)
        why = (("ErrorCode", str(error.code)), ("ErrorUrl", source.url))
        return await _fetch(sim, call, source.fallback_url, source.fallback_method, extra + why)


async def follow(
    sim: Simulator, call: Call, current: Document, address: str, method: str, extra: Pairs = ()
) -> Document:
    """The document at an address found in the current one.

    Errors: TwimlError.
    """
    url = urljoin(current.url, address)
    if not url.startswith(("http://", "https://")):
        raise TwimlError(21205, f"{address!r} leads nowhere: the current document has no URL")
    return await load(sim, call, replace(Source(), url=url, method=method or "POST"), extra)


def with_addresses(verb: Verb, base: str) -> Verb:
    """The verb, and what is in it, with each address written out: they are relative to their document."""
    attributes = {
        name: urljoin(base, value) if name in _ADDRESSES and value and base else value
        for name, value in verb.attributes.items()
    }
    return Verb(verb.name, attributes, verb.text, tuple(with_addresses(child, base) for child in verb.children))


def call_pairs(sim: Simulator, call: Call) -> Pairs:
    """The parameters that come with every webhook of a call."""
    parent = (("ParentCallSid", call.parent_call_sid),) if call.parent_call_sid else ()
    return (
        ("CallSid", call.sid),
        ("AccountSid", sim.config.account_sid),
        ("From", call.sender),
        ("To", call.to),
        ("Caller", call.sender),
        ("Called", call.to),
        ("CallStatus", call.status),
        ("Direction", call.direction),
        ("ApiVersion", API_VERSION),
        *parent,
        *((("AnsweredBy", call.answered_by),) if call.answered_by else ()),
    )


async def _fetch(sim: Simulator, call: Call, url: str, method: str, extra: Pairs) -> Document:
    reply = await sim.webhooks.ask(url, call_pairs(sim, call) + extra, method.upper(), call.cookies)
    call.cookies.update(reply.cookies)
    call.note(sim.clock.now(), fetched=url, method=method.upper(), answered=reply.status, error=reply.error)
    if not reply.good:
        raise TwimlError(_FETCH_FAILED, f"No document at {url}: {reply.error or reply.status}")
    return Document(_read(reply), reply.url)


def _read(reply: Reply) -> tuple[Verb, ...]:
    """Plain text is spoken and audio is played, as the carrier does.

    Source: Twilio, "TwiML for Programmable Voice", supported MIME types, read 2026-11.
    """
    if reply.content_type.startswith("audio/"):
        return (Verb("Play", {}, reply.url, ()),)
    if reply.content_type == "text/plain":
        return (Verb("Say", {}, reply.text, ()),)
    return parse_twiml(reply.text)
