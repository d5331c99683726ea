"""A document made ours."""

from __future__ import annotations

from hypothesis import given as examples
from hypothesis import strategies as st

from dialgate.app.documents import Needed, Written
from dialgate.app.front import Wanted
from dialgate.carriers.twilio.twiml import Document, parties, read, rewrite, serialise
from dialgate.domain.attempt import Channel
from tests.unit.carriers.twilio.twiml.trees import DIALER_HOST, NUMBER_STEM, documents
from tests.unit.carriers.twilio.twiml.writing import given

ACCOUNT = "AC" + "1" * 32
_OURS = "+12025550199"
_EVENTS = 'statusCallbackEvent="initiated ringing answered completed"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def _permitted(document: Document) -> Written:
    return {party.index: _OURS for party in parties(document) if party.is_attempt}


def _rewritten(document: Document, written: Written | None = None) -> tuple[Document, list[Needed]]:
    needed: list[Needed] = []

    def front(one: Needed) -> str:
        needed.append(one)
        return f"https://gate.example/{len(needed)}"

    found = rewrite(document, ACCOUNT, "", _permitted(document) if written is None else written, front)
    return found, needed


def _served(verbs: str, *refused: int, channel: Channel = Channel.VOICE) -> tuple[str, list[Needed]]:
    """The verbs that are left once some parties were refused."""
    document = given(verbs, channel)
    found, needed = _rewritten(document, {**_permitted(document), **dict.fromkeys(refused)})
    return serialise(found).decode().removeprefix(_HEAD).removeprefix("<Response>").removesuffix("</Response>"), needed


def test_numbers_and_addresses_are_replaced_and_the_rest_stays() -> None:
    """A usual document keeps its words and settings; every number is the gate's own and every address leads here."""
    found, needed = _rewritten(
        given(
            "<Gather action='/keys' method='get' numDigits='1'><Say>Press 1</Say></Gather>"
            "<Play>hold.mp3</Play>"
            "<Dial callerId='+12025550100' action='done' recordingStatusCallback='https://r.example/r' record='true'>"
            "<Number statusCallback='/s' statusCallbackEvent='ringing completed' url='/whisper' sendDigits='w1'>"
            "(415) 555-2671</Number></Dial><Redirect>?step=2#rc=2</Redirect>"
        )
    )
    assert (
        f"{_HEAD}<Response>"
        '<Gather action="https://gate.example/1" method="get" numDigits="1"><Say>Press 1</Say></Gather>'
        "<Play>https://dialer.example/v/hold.mp3</Play>"
        '<Dial callerId="+12025550100" action="https://gate.example/2" recordingStatusCallback="https://gate.example/3"'
        f' record="true"><Number statusCallback="https://gate.example/5" {_EVENTS} url="https://gate.example/4"'
        ' sendDigits="w1">+12025550199</Number></Dial><Redirect>https://gate.example/6</Redirect></Response>'
    ) == serialise(found).decode()
    root = "https://dialer.example"
    assert [
        Needed(f"{root}/keys", "GET", Wanted.DOCUMENT),
        Needed(f"{root}/v/done", "POST", Wanted.DOCUMENT),
        Needed("https://r.example/r", "POST", Wanted.CALLBACK),
        Needed(f"{root}/whisper", "POST", Wanted.DOCUMENT, party=0),
        Needed(f"{root}/s", "POST", Wanted.STATUS, ("ringing", "completed"), party=0),
        Needed(f"{root}/v/start?step=2#rc=2", "POST", Wanted.DOCUMENT),
    ] == needed


def test_every_number_reports_to_the_gate() -> None:
    """A leg or message of which the dialer wants to hear nothing reports all the same: else its end is never known."""
    own = [Needed("", "POST", Wanted.STATUS, party=0)]
    number = f'<Number statusCallback="https://gate.example/1" {_EVENTS}>{_OURS}</Number>'
    assert (f"<Dial>{number}</Dial>", own) == _served("<Dial>+14155552671</Dial>")
    served, needed = _served("<Dial><Number statusCallbackEvent='ringing'>+14155552671</Number></Dial>")
    assert (True, own) == (_EVENTS in served, needed)
    sms = f'<Sms to="{_OURS}" statusCallback="https://gate.example/1">Hi</Sms>'
    assert (sms, own) == _served("<Sms to='+14155552671'>Hi</Sms>")


def test_the_method_of_a_report_that_goes_to_the_gate_alone_is_the_gates() -> None:
    """The dialer's wish of how to be told means nothing where it is not told."""
    served, _ = _served("<Dial><Number statusCallbackMethod='GET'>+14155552671</Number></Dial>")
    assert "Method" not in served


def test_an_implied_number_is_written_out() -> None:
    """A message to whoever wrote names the number that was gated."""
    served, _ = _served("<Message>Hi</Message>", channel=Channel.SMS)
    assert served.startswith('<Message to="+12025550199"')


def test_empty_addresses_stay_empty() -> None:
    """An empty action means this document, an empty waitUrl silence: neither is a place to ask."""
    document = given("<Gather action=''/><Dial action=''/><Redirect/>")
    assert (document, []) == _rewritten(document)


def test_an_address_that_means_this_document_is_written_out() -> None:
    """Keys, a recording or a redirect without an address go to the document itself, by the method of the verb."""
    url = "https://dialer.example/v/start"
    document = given("<Gather method='get'/><Record action=''/><Redirect/><Dial/>")
    needed: list[Needed] = []

    def front(one: Needed) -> str:
        needed.append(one)
        return "https://gate.example/1"

    served = serialise(rewrite(document, ACCOUNT, url, {}, front)).decode()
    assert [Needed(url, method, Wanted.DOCUMENT) for method in ("GET", "POST", "POST")] == needed
    assert 3 == served.count("https://gate.example/1")


def test_names_of_rooms_are_kept_apart() -> None:
    """A conference or queue of that name belongs to this tenant alone."""
    served, _ = _served("<Dial><Conference>a b</Conference></Dial><Dial><Queue>q</Queue></Dial><Enqueue>q</Enqueue>")
    assert (
        f"<Dial><Conference>{ACCOUNT}.a b</Conference></Dial><Dial><Queue>{ACCOUNT}.q</Queue></Dial>"
        f"<Enqueue>{ACCOUNT}.q</Enqueue>"
    ) == served


def test_a_party_is_answered_by_its_place() -> None:
    """The same number twice is two parties, each with its own answer."""
    document = given("<Dial><Number>+14155552671</Number><Client>a</Client><Number>+14155552671</Number></Dial>")
    found, _ = _rewritten(document, {0: "+12025550100", 2: "+12025550102"})
    assert ["+12025550100", "a", "+12025550102"] == [party.text for party in parties(found)]


TWO = "<Dial action='/done' method='GET'><Number>+14155552671</Number><Number>+14155552672</Number></Dial><Hangup/>"


def test_one_of_several_numbers_is_left_out() -> None:
    """The others of a Dial are dialled; nothing of the refused one is asked or told."""
    served, needed = _served(TWO, 0)
    assert 1 == served.count("<Number")
    assert [None, 1] == [one.party for one in needed]


def test_a_dial_without_anybody_left_goes_on_at_its_action_as_failed() -> None:
    """The dialer hears what it would hear of a dial that failed, by the method that it asked for."""
    action = Needed("https://dialer.example/done", "GET", Wanted.DOCUMENT, told=(("DialCallStatus", "failed"),))
    expected = '<Redirect method="GET">https://gate.example/1</Redirect><Hangup/>', [action]
    assert expected == _served(TWO, 0, 1)


def test_a_dial_without_anybody_left_and_without_action_is_passed_over() -> None:
    """As after a dial that failed, the next verb follows."""
    assert ("<Hangup/>", []) == _served("<Dial>+14155552671</Dial><Hangup/>", 0)
    assert ("<Hangup/>", []) == _served("<Dial><Number>+14155552671</Number></Dial><Hangup/>", 0)


def test_whoever_else_a_dial_reaches_is_still_reached() -> None:
    """A conference beside a refused number stays."""
    served, _ = _served("<Dial><Number>+14155552671</Number><Conference>a</Conference></Dial>", 0)
    assert f"<Dial><Conference>{ACCOUNT}.a</Conference></Dial>" == served


def test_a_refused_message_is_left_out() -> None:
    """It goes on at the action where there is one, told that it failed."""
    assert ("<Response/>", []) == _served("<Sms to='+14155552671'>Hi</Sms>", 0)
    served, needed = _served("<Sms to='+14155552671' action='/x'>Hi</Sms>", 0)
    assert '<Redirect method="POST">https://gate.example/1</Redirect>' == served
    assert [(("MessageStatus", "failed"), ("SmsStatus", "failed"))] == [one.told for one in needed]


def test_refused_tones_are_left_out() -> None:
    """Nothing is played in their place; the rest of the document is."""
    served, _ = _served("<Gather><Play digits='14155552671'/><Say>Hi</Say></Gather>", 0)
    assert "<Gather><Say>Hi</Say></Gather>" == served


@examples(document=documents())
def test_nothing_of_the_dialers_is_left(document: Document) -> None:
    """Whatever a document is made of, after rewriting no number and no http(s) address of the dialer's is in it."""
    left = serialise(_rewritten(document)[0]).decode()
    assert (-1, -1) == (left.find(DIALER_HOST), left.find(NUMBER_STEM))


@examples(document=documents(), data=st.data())
def test_nobody_refused_is_left(document: Document, data: st.DataObject) -> None:
    """Whoever was refused is in no document that is served, and every number that is in it was permitted."""
    numbers = [party.index for party in parties(document) if party.is_attempt]
    refused = data.draw(st.sets(st.sampled_from(numbers))) if numbers else set()
    found, _ = _rewritten(document, {**_permitted(document), **dict.fromkeys(refused)})
    left = [party for party in parties(found) if party.is_attempt]
    assert len(left) <= len(numbers) - len(refused)
    assert {_OURS} >= {party.text for party in left}


@examples(document=documents())
def test_reading_what_was_written_gives_the_same(document: Document) -> None:
    """Serialising loses nothing, before rewriting and after it."""
    for one in (document, _rewritten(document)[0]):
        assert one == read(serialise(one), "text/xml", "", one.channel)


@examples(document=documents(), data=st.data())
def test_damaged_documents_never_raise(document: Document, data: st.DataObject) -> None:
    """Bytes that were cut, put in or changed are a document or a problem; a document can always be rewritten."""
    body = bytearray(serialise(document))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        until = data.draw(st.integers(at, min(len(body), at + 5)))
        body[at:until] = data.draw(st.binary(max_size=5) | st.sampled_from(_HOSTILE))
    found = read(bytes(body), "text/xml", "https://dialer.example/", document.channel)
    if isinstance(found, Document):
        mended = _rewritten(found)[0]
        assert mended == read(serialise(mended), "text/xml", "", found.channel)


_HOSTILE = [
    b"<",
    b"&",
    b"<!--",
    b"-->",
    b"]]>",
    b"<![CDATA[",
    b"&#0;",
    b"&#13;",
    b"&#xFFFE;",
    "\ufffe\u0085\u2028".encode(),
    b"\xed\xa0\x80",
    b"<!DOCTYPE a>",
    b"<?x?>",
    b"<Number>",
    b"</Dial>",
    b" to='1'",
    b"\x00",
]


def test_clients_and_sip_phones_report_as_numbers_do() -> None:
    """A client is written without its scheme, in the form that it had; addresses of its leg are its own."""
    document = given(
        "<Dial><Client url='/w'><Identity>a</Identity><Parameter name='n' value='v'/></Client>"
        "<Sip username='u' statusCallback='/s'>sip:a@b.example</Sip></Dial>"
    )
    found, needed = _rewritten(document, {0: "client:a", 1: "sip:a@b.example"})
    assert (
        '<Dial><Client url="https://gate.example/1" statusCallbackEvent="initiated ringing answered completed"'
        ' statusCallback="https://gate.example/2"><Identity>a</Identity><Parameter name="n" value="v"/></Client>'
        '<Sip username="u" statusCallback="https://gate.example/3"'
        ' statusCallbackEvent="initiated ringing answered completed">sip:a@b.example</Sip></Dial>'
    ) in serialise(found).decode()
    assert [0, 0, 1] == [one.party for one in needed]


def test_a_refused_client_is_left_out_whole() -> None:
    """With all that would have been told to it."""
    verbs = "<Dial><Client><Identity>a</Identity><Parameter name='n' value='v'/></Client><Client>b</Client></Dial>"
    served, needed = _served(verbs, 0)
    assert (False, 1, [1]) == ("Identity" in served, served.count("<Client"), [one.party for one in needed])
