"""A document made ours."""

from __future__ import annotations

from hypothesis import given as examples
from hypothesis import strategies as st

from dialgate.carriers.twilio.twiml import (
    Document,
    Party,
    UrlKind,
    UrlUse,
    parties,
    read,
    rewrite,
    serialise,
)
from dialgate.domain.attempt import Channel
from tests.unit.carriers.twilio.twiml.trees import DIALER_HOST, NUMBER_STEM, documents
from tests.unit.carriers.twilio.twiml.writing import given

_OURS = "+12025550199"


def _rewritten(document: Document) -> tuple[Document, list[Party], list[UrlUse]]:
    asked: list[Party] = []
    used: list[UrlUse] = []

    def number(party: Party) -> str:
        asked.append(party)
        return _OURS

    def front(use: UrlUse) -> str:
        used.append(use)
        return f"https://gate.example/{len(used)}"

    return rewrite(document, number, front), asked, used


def test_numbers_and_addresses_are_replaced_and_the_rest_stays() -> None:
    """A usual document keeps its words and settings; every number is the gate's own and every address leads here."""
    found, asked, used = _rewritten(
        given(
            "<Gather action='/keys' method='get' numDigits='1'><Say>Press 1</Say></Gather>"
            "<Play>hold.mp3</Play>"
            "<Dial callerId='+12025550100' action='done' recordingStatusCallback='https://r.example/r' record='true'>"
            "<Number statusCallback='/s' statusCallbackEvent='ringing completed' sendDigits='w1'>(415) 555-2671"
            "</Number></Dial><Redirect>?step=2#rc=2</Redirect>"
        )
    )
    assert (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        '<Gather action="https://gate.example/1" method="get" numDigits="1"><Say>Press 1</Say></Gather>'
        "<Play>https://dialer.example/v/hold.mp3</Play>"
        '<Dial callerId="+12025550100" action="https://gate.example/2" recordingStatusCallback="https://gate.example/3"'
        ' record="true"><Number statusCallback="https://gate.example/4" statusCallbackEvent="ringing completed"'
        ' sendDigits="w1">+12025550199</Number></Dial><Redirect>https://gate.example/5</Redirect></Response>'
    ) == serialise(found).decode()
    assert ["(415) 555-2671"] == [party.text for party in asked]
    assert [
        UrlUse("Gather", "action", "https://dialer.example/keys", "GET", UrlKind.DOCUMENT),
        UrlUse("Dial", "action", "https://dialer.example/v/done", "POST", UrlKind.DOCUMENT),
        UrlUse("Dial", "recordingStatusCallback", "https://r.example/r", "POST", UrlKind.RECORDING),
        UrlUse("Number", "statusCallback", "https://dialer.example/s", "POST", UrlKind.STATUS),
        UrlUse("Redirect", "", "https://dialer.example/v/start?step=2#rc=2", "POST", UrlKind.DOCUMENT),
    ] == used


def test_an_implied_number_is_written_out() -> None:
    """A message to whoever wrote names the number that was gated; without an answer it stays implied."""
    document = given("<Message>Hi</Message>", Channel.SMS)
    written = rewrite(document, lambda _party: _OURS, lambda _use: "")
    assert b'<Message to="+12025550199">Hi</Message>' in serialise(written)
    assert document == rewrite(document, lambda _party: "", lambda _use: "")


def test_empty_addresses_stay_empty() -> None:
    """An empty action means this document, an empty waitUrl silence: neither is a place to ask."""
    document = given("<Gather action=''/><Dial action=''><Conference waitUrl=''>a</Conference></Dial><Redirect/>")
    assert (document, [], []) == _rewritten(document)


def test_a_party_is_asked_for_by_its_place() -> None:
    """The same number twice is two parties, each with its own answer."""
    document = given("<Dial><Number>+14155552671</Number><Client>a</Client><Number>+14155552671</Number></Dial>")
    found = rewrite(document, lambda party: f"+1202555010{party.index}", lambda _use: "")
    assert ["+12025550100", "a", "+12025550102"] == [party.text for party in parties(found)]


@examples(document=documents())
def test_nothing_of_the_dialers_is_left(document: Document) -> None:
    """Whatever a document is made of, after rewriting no number and no http(s) address of the dialer's is in it."""
    found, asked, _ = _rewritten(document)
    left = serialise(found).decode()
    assert [party for party in parties(document) if party.is_number] == asked
    assert (-1, -1) == (left.find(DIALER_HOST), left.find(NUMBER_STEM))


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
