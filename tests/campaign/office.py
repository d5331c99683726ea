"""The dialer's web server: documents for its calls, and everything that it was told, signatures checked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.campaign.cases import CASES
from tests.campaign.leads import CLOSER, SLOW_CLOSER

ALL_CALL_EVENTS = "initiated ringing answered completed"
ROOM_EVENTS = "start end join leave hold mute"
PATIENCE_S = 60
MUSIC, NEWS = "Please hold", "Two minutes left"
PLAYED = (MUSIC, NEWS)
WAIT = f"<Say>{MUSIC}</Say><Pause length='36000'/>"
MUSIC_OF_ITS_OWN = "<Say>All are busy</Say><Pause length='36000'/>"
DOCUMENTS = {
    "/announce": f"<Say>{NEWS}</Say>",
    "/agent": "<Say>You are logged in</Say><Pause length='36000'/>",
    "/agent/idle": "<Pause length='36000'/>",
    "/agent/take": "<Dial action='/agent/idle?lead={lead}'><Conference>room {lead}</Conference></Dial>",
    "/bye": "<Say>Goodbye</Say><Hangup/>",
    "/dequeued": "<Say>Thank you for waiting</Say>",
    "/agent/fetch": "<Dial action='/agent/idle?lead={lead}'><Queue url='/whisper?lead={lead}'>{lead}</Queue></Dial>",
    "/desk": "<Record action='/noted?lead={lead}' recordingStatusCallback='/recording?lead={lead}' maxLength='5' "
    "transcribeCallback='/written?lead={lead}'/>",
    "/fallback": "<Say>We are sorry</Say>",
    "/hold": WAIT,
    "/music": WAIT,
    "/noted": "<Say>Noted</Say>",
    "/transferred": "<Say>Thank you</Say><Redirect method='GET'>/bye?lead={lead}</Redirect>",
    "/whisper": "<Say>A customer for you</Say>",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One request to the dialer."""

    path: str
    method: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    signed: bool


@dataclass(slots=True)
class Office:
    """`told` and `happened` by the name of the lead."""

    token: str
    sender: str
    url: str = ""
    told: defaultdict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    happened: defaultdict[tuple[str, str], asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    def at(self, path: str, lead: str, **more: object) -> str:
        return f"{self.url}{path}?{urlencode({'lead': lead, **more})}"

    async def until(self, lead: str, what: str) -> None:
        """Errors: TimeoutError that says what did not come true."""
        try:
            await asyncio.wait_for(self.happened[lead, what].wait(), PATIENCE_S)
        except TimeoutError:
            raise TimeoutError(f"{lead}: {what}; told {[(t.path, t.form) for t in self.told[lead]]}") from None

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.text()
        form = dict(parse_qsl(body, keep_blank_values=True))
        url, signature = f"{self.url}{request.raw_path}", request.headers.get("X-Twilio-Signature", "")
        signed = bool(RequestValidator(self.token).validate(url, form, signature))
        told = Told(request.path, request.method, dict(request.query), {**request.query, **form}, signed)
        lead = told.query.get("lead", "")
        self.told[lead].append(told)
        case = CASES.get(told.query.get("kind", ""))
        document = self._document(told, lead) if case is None else ""
        for what in _events(told):
            self.happened[lead, what].set()
        if case is not None and told.path.startswith("/answer"):
            return case.response(told.path, urlencode({"lead": lead, "kind": told.query["kind"]}))
        if document is None:
            return web.Response(status=500, text="the dialer's own trouble")
        return web.Response(text=f"<Response>{document}</Response>", content_type="text/xml")

    def _document(self, told: Told, lead: str) -> str | None:
        """None: nothing but trouble."""
        match told.path:
            case "/answer":
                return None if told.query["kind"] == "fallback" else self._answered(told, lead)
            case "/menu":
                return self._transfer(lead)
            case "/digits":
                return f"<Say>You said {told.form['Digits']}</Say>"
            case path:
                return DOCUMENTS.get(path, "").format(lead=lead)

    def _answered(self, told: Told, lead: str) -> str:
        if told.form.get("AnsweredBy", "human") != "human":
            return "<Say>Please call us back</Say><Hangup/>"
        at = f"lead={lead}"
        match told.query["kind"]:
            case "transfer":
                return f"<Gather numDigits='1' action='/menu?{at}'><Say>Press 1</Say></Gather><Say>Goodbye</Say>"
            case "survey":
                again = f"<Gather timeout='2' action='/digits?{at}'><Say>Your rating</Say></Gather>"
                return f"{again}<Say>Once more</Say>{again}"
            case "parked":
                return f"<Enqueue waitUrl='/music?{at}' action='/dequeued?{at}'>{lead}</Enqueue>"
            case "hunt":
                both = f"<Number>{SLOW_CLOSER}</Number><Number>{CLOSER}</Number>"
                return f"<Dial timeout='30' action='/transferred?{at}'>{both}</Dial>"
            case "redirected":
                return MUSIC_OF_ITS_OWN
            case "queue":
                return f"<Enqueue waitUrl='/music?{at}' action='/dequeued?{at}'>desk</Enqueue>"
            case _:
                room = (
                    f"<Conference startConferenceOnEnter='false' endConferenceOnExit='true' waitUrl='/music?{at}' "
                    f"statusCallback='/room?{at}' statusCallbackEvent='{ROOM_EVENTS}'>room {lead}</Conference>"
                )
                return f"<Say>This call is recorded</Say><Dial>{room}</Dial><Say>Goodbye</Say>"

    def _transfer(self, lead: str) -> str:
        at = f"lead={lead}"
        leg = (
            f"<Number url='/whisper?{at}' statusCallback='/leg?{at}' statusCallbackEvent='{ALL_CALL_EVENTS}'>"
            f"{CLOSER}</Number>"
        )
        recorded = f"record='record-from-answer' recordingStatusCallback='/recording?{at}'"
        return f"<Dial callerId='{self.sender}' action='/transferred?{at}' {recorded}>{leg}</Dial>"


def _events(told: Told) -> list[str]:
    """What others wait for."""
    form = told.form
    match told.path:
        case "/room":
            label = form.get("ParticipantLabel", "")
            return [form["StatusCallbackEvent"], f"{form['StatusCallbackEvent']} {label}"]
        case "/status" if form["CallStatus"] == "in-progress":
            return ["in-progress"]
        case "/status" if form["CallStatus"] in {"completed", "busy", "no-answer", "failed", "canceled"}:
            return [f"ended {told.query['attempt']}", form["CallStatus"]]
        case "/recording":
            return [f"recording {form['RecordingStatus']}"]
        case "/text":
            return [f"text {form['MessageStatus']}"]
        case path:
            return [path]
