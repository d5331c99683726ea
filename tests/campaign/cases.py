"""Documents as dialers write them: what the carrier makes of each is the same with a gate between.

`{next}` in a document leads to its `after`, `{told}` to a place that only listens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from tests.campaign.leads import CLOSER, SLOW_CLOSER


@dataclass(frozen=True, slots=True)
class Case:
    """`create` are further arguments of the SDK, `script` what the person does."""

    answer: str
    after: str = "<Say>Afterwards</Say>"
    content_type: str = "text/xml"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    create: Mapping[str, object] = field(default_factory=dict)
    script: Mapping[str, object] = field(default_factory=dict)

    def response(self, path: str, at: str) -> web.Response:
        """`at` is the query that belongs to this lead."""
        here = path.removesuffix("/after")
        places = {"{next}": f"{here}/after?{at}", "{told}": f"/told?{at}"}
        in_xml = {name: place.replace("&", "&amp;") for name, place in places.items()}
        if path.endswith("/after"):
            return web.Response(text=_document(_put(self.after, in_xml)), content_type="text/xml")
        whole = _put(self.answer, in_xml)
        text = whole if self.content_type != "text/xml" or whole.startswith("<?xml") else _document(whole)
        answer = web.Response(text=text, content_type=self.content_type, status=self.status)
        answer.headers.update({name: _put(value, places) for name, value in self.headers.items()})
        return answer


def _put(text: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        text = text.replace(name, place)
    return text


def _document(content: str) -> str:
    return content if content.startswith("<Response") else f"<Response>{content}</Response>"


_CONFERENCE = (
    "<Dial record='record-from-ringing' recordingStatusCallback='{told}'><Conference record='record-from-start' "
    "recordingStatusCallback='{told}' recordingStatusCallbackEvent='in-progress completed' statusCallback='{told}' "
    "statusCallbackEvent='start end join leave speaker modify announcement' waitUrl='' participantLabel='me' "
    "maxParticipants='5' beep='onEnter' region='us1'>a.b &amp; c</Conference></Dial>"
)
_LEGS = (
    f"<Number statusCallback='{{told}}' statusCallbackEvent='initiated' sendDigits='ww19'>{SLOW_CLOSER}</Number>"
    f"<Number url='{{next}}' method='GET'>{CLOSER}</Number>"
)
CASES: Mapping[str, Case] = {
    "speech": Case("<Say voice='Polly.Joanna'>Hello <break strength='weak'/> <emphasis>you</emphasis> &amp; all</Say>"),
    "sounds": Case("<Play loop='2'>https://media.example/a.mp3</Play><Play digits='ww12'/>"),
    "plain text": Case("Hello there", content_type="text/plain"),
    "audio": Case("ID3", content_type="audio/mpeg"),
    "declared": Case("<?xml version='1.0' encoding='UTF-8'?>\n<Response><Say>你好 é</Say></Response>"),
    "empty": Case(""),
    "moved": Case("", status=302, headers={"Location": "{next}"}),
    "moved with its form": Case("", status=307, headers={"Location": "{next}"}),
    "cookies": Case("<Redirect>{next}</Redirect>", headers={"Set-Cookie": "s=1; Path=/"}),
    "by get": Case(
        "<Redirect method='GET'>{next}</Redirect>", create={"method": "GET", "status_callback_method": "GET"}
    ),
    "no key": Case("<Gather timeout='1' actionOnEmptyResult='true' action='{next}' method='GET'/>"),
    "speech or keys": Case("<Gather input='speech dtmf' timeout='1' partialResultCallback='{told}'/><Say>End</Say>"),
    "key by key": Case(
        "<Gather numDigits='1' action='{next}'><Play>https://m.example/</Play></Gather>", script={"digits": "5"}
    ),
    "voice mail": Case("<Record maxLength='3' timeout='2' playBeep='false' trim='trim-silence' action='{next}'/>"),
    "not there": Case("", status=404),
    "rejected": Case("<Reject reason='busy'/>"),
    "nobody": Case("<Dial action='{next}'/>"),
    "in turn": Case(f"<Dial sequential='true' answerOnBridge='true'>{_LEGS}</Dial><Say>After</Say>"),
    "at once": Case(f"<Dial timeout='20' timeLimit='100' action='{{next}}' method='GET'>{_LEGS}</Dial>"),
    "conference": Case(_CONFERENCE, script={"duration_s": 60}),
    "text message": Case("<Sms statusCallback='{told}' action='{next}'>Hello</Sms>"),
    "left the queue": Case("<Enqueue waitUrl='{next}'>waiting</Enqueue><Say>Left</Say>", "<Say>Soon</Say><Leave/>"),
    "recorded meanwhile": Case("<Start><Recording recordingStatusCallback='{told}'/></Start><Say>Hello</Say>"),
    "written meanwhile": Case("<Start><Transcription statusCallbackUrl='{told}' name='n'/></Start><Say>Hello</Say>"),
    "hung up": Case("<Say>One</Say><Hangup/><Say>Two</Say>"),
    "patient": Case("<Say>Hello</Say>", create={"timeout": 15, "time_limit": 100, "send_digits": "ww12#"}),
    "one event": Case("<Say>Hello</Say>", create={"status_callback_event": ["completed"]}),
    "machine": Case(
        "<Say>Hello</Say>",
        create={"machine_detection": "DetectMessageEnd", "async_amd": "true", "machine_detection_timeout": 10},
        script={"answered_by": "machine_end_beep"},
    ),
    "both sides": Case(
        "<Pause length='2'/>",
        create={"record": True, "recording_channels": "dual", "recording_track": "inbound", "trim": "do-not-trim"},
    ),
}
