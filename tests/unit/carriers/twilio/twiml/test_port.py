"""The documents port on TwiML."""

from __future__ import annotations

from dialgate.app.documents import Problem
from dialgate.carriers.twilio.twiml.port import TwimlDocument, TwimlDocuments
from tests.unit.carriers.twilio.twiml.writing import URL, voice

ACCOUNT = "AC" + "1" * 32
DOCUMENTS = TwimlDocuments()


def _read(verbs: str) -> TwimlDocument:
    found = DOCUMENTS.read(voice(verbs).encode(), "text/xml", URL, ACCOUNT)
    assert isinstance(found, TwimlDocument)
    return found


def test_addresses_are_written_where_they_were_needed() -> None:
    """What is asked for first is written first, so that each address stands in its own place."""
    document = _read("<Dial action='/a'>+14155552671</Dial><Redirect>/b</Redirect>")
    written = {0: "+12025550199"}
    needed = document.needed(written)
    served = document.served(written, [f"https://gate.example{one.url[-2:]}/{one.wanted}" for one in needed]).decode()
    assert 'action="https://gate.example/a/document"' in served
    assert 'statusCallback="https://gate.example/status"' in served
    assert "<Redirect>https://gate.example/b/document</Redirect>" in served
    assert [0] == [party.index for party in document.parties]


def test_what_comes_later_is_asked_for() -> None:
    """By a redirect to the rest, which stands behind the same address; refused as a whole all the same."""
    document = _read("<Gather/><Dial>+14155552671</Dial><Redirect/>")
    begun = document.begun()
    assert (1, 0) == (len(document.parties), len(begun.parties))
    keys, rest = begun.needed({})
    assert (URL, True) == (rest.url, "<Dial>+14155552671</Dial><Redirect/>" in rest.twiml)
    assert b"<Redirect>https://gate.example/rest</Redirect></Response>" in begun.served(
        {}, [keys.url, "https://gate.example/rest"]
    )
    assert begun.begun() is begun


def test_what_cannot_be_read_is_a_problem() -> None:
    """In words, and with the carrier's own code."""
    found = DOCUMENTS.read(b"<html>", "text/html", URL, ACCOUNT)
    assert isinstance(found, Problem)


def test_a_call_that_may_not_go_on_ends() -> None:
    """Without words, or with an apology in the person's language."""
    assert b"<Response><Hangup/></Response>" in DOCUMENTS.hang_up()
    assert "抱歉" in DOCUMENTS.apology("zh").decode()
