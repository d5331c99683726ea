"""A path is one of those that the gate offers, byte for byte, or it is nothing."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialgate.app.errors import BadRequestError, NotFoundError
from dialgate.app.front import Operation, Route
from dialgate.carriers.twilio.client import CARRIER_PATH
from dialgate.carriers.twilio.front import paths
from dialgate.carriers.twilio.front.operations import FORMS, Offer
from dialgate.carriers.twilio.front.paths import upstream
from dialgate.carriers.twilio.media import MEDIA_PATH
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from tests.unit.carriers.twilio.front.wire import ACCOUNT, CALL, CONFERENCE, MESSAGE, SURFACE

BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
MEDIA_MESSAGE = "MM" + "3" * 32
EXAMPLES = {
    name: {"running": "Twilio.CURRENT", "member": "Front", "message": MEDIA_MESSAGE}.get(name)
    or ("x" if form == FORMS["named"] else form[:2] + "5" * 32)
    for name, form in FORMS.items()
}


RECORDING, QUEUE, MEDIA, TRANSCRIPTION = (kind + "4" * 32 for kind in ("RE", "QU", "ME", "TR"))


def route(method: str, raw_path: str) -> Route | Block:
    return paths.route(SURFACE.operations, method, raw_path)


@pytest.mark.parametrize(
    ("method", "path", "operation", "channel", "sid"),
    [
        ("POST", "/Calls.json", Operation.CREATE, Channel.VOICE, ""),
        ("GET", "/Calls.json", Operation.LIST, Channel.VOICE, ""),
        ("POST", f"/Calls/{CALL}.json", Operation.UPDATE, Channel.VOICE, CALL),
        ("GET", f"/Calls/{CALL}.json", Operation.FETCH, Channel.VOICE, CALL),
        ("DELETE", f"/Calls/{CALL}.json", Operation.CONTROL, Channel.VOICE, CALL),
        ("POST", "/Messages.json", Operation.CREATE, Channel.SMS, ""),
        ("GET", f"/Messages/{MESSAGE}.json", Operation.FETCH, Channel.SMS, MESSAGE),
        ("POST", f"/Messages/{MEDIA_MESSAGE}.json", Operation.UPDATE, Channel.SMS, MEDIA_MESSAGE),
        ("POST", f"/Messages/{MESSAGE}/Feedback.json", Operation.CONTROL, Channel.SMS, MESSAGE),
        ("GET", f"/Messages/{MESSAGE}/Media/{MEDIA}", Operation.MEDIA, Channel.SMS, MEDIA),
        ("GET", f"/Messages/{MESSAGE}/Media/{MEDIA}.json", Operation.FETCH, Channel.SMS, MEDIA),
        ("POST", f"/Conferences/{CONFERENCE}/Participants.json", Operation.CREATE, Channel.VOICE, CONFERENCE),
        ("POST", f"/Conferences/{CONFERENCE}/Participants/a.1.json", Operation.CONTROL, Channel.VOICE, "a.1"),
        ("POST", f"/Calls/{CALL}/Recordings/Twilio.CURRENT.json", Operation.CONTROL, Channel.VOICE, "Twilio.CURRENT"),
        ("POST", f"/Queues/{QUEUE}/Members/Front.json", Operation.CONTROL, Channel.VOICE, "Front"),
        ("GET", f"/Recordings/{RECORDING}.mp3", Operation.MEDIA, Channel.VOICE, RECORDING),
        ("GET", f"/Recordings/{RECORDING}.wav", Operation.MEDIA, Channel.VOICE, RECORDING),
        ("GET", f"/Recordings/{RECORDING}.json", Operation.FETCH, Channel.VOICE, RECORDING),
        ("GET", f"/Transcriptions/{TRANSCRIPTION}.json", Operation.FETCH, Channel.VOICE, TRANSCRIPTION),
    ],
)
def test_offered_operations_are_known(method: str, path: str, operation: Operation, channel: Channel, sid: str) -> None:
    """Method and path together name the operation, and the carrier's path is made anew from constants."""
    found = route(method, BASE + path)
    assert isinstance(found, Route)
    assert (operation, ACCOUNT, channel, method, sid) == (
        found.operation,
        found.account_sid,
        found.channel,
        found.method,
        found.sid,
    )
    assert path == f"/{upstream(found)}"


def test_where_a_callback_leads_there_is_json() -> None:
    """The carrier's links to transcriptions have no ending."""
    for path in (f"Transcriptions/{TRANSCRIPTION}", f"Recordings/{RECORDING}/Transcriptions/{TRANSCRIPTION}"):
        found = route("GET", f"{BASE}/{path}")
        assert isinstance(found, Route)
        assert (Operation.FETCH, f"{path}.json") == (found.operation, upstream(found))


def test_a_conference_by_name_is_the_tenants_own() -> None:
    """The name is written behind the tenant's account, in the path and in the filter."""
    found = route("POST", f"{BASE}/Conferences/sales-1/Participants.json")
    listing = route("GET", f"{BASE}/Conferences.json?FriendlyName=sales+1")
    assert isinstance(found, Route)
    assert isinstance(listing, Route)
    assert f"Conferences/{ACCOUNT}.sales-1/Participants.json" == upstream(found)
    assert (("FriendlyName", f"{ACCOUNT}.sales 1"),) == listing.query


def test_the_account_document_is_an_operation_of_its_own() -> None:
    """SDKs fetch the account; the gate answers it."""
    found = route("GET", f"{BASE}.json")
    assert isinstance(found, Route)
    assert (Operation.ACCOUNT, ACCOUNT) == (found.operation, found.account_sid)


@pytest.mark.parametrize(
    ("prefix", "campaign", "purpose"),
    [("", "", ""), ("/c/spring-26", "spring-26", ""), ("/c/spring.26/collection", "spring.26", "collection")],
)
@pytest.mark.parametrize("offer", SURFACE.operations.values(), ids=lambda offer: offer.template)
def test_campaign_and_purpose_can_stand_before_every_path(
    offer: Offer, prefix: str, campaign: str, purpose: str
) -> None:
    """SDKs cannot send headers, so the base URL carries the campaign, whatever is asked."""
    path = offer.template
    for name in offer.placeholders:
        path = path.replace(f"{{{name}}}", EXAMPLES[name], 1)
    method = next(key[0] for key, one in SURFACE.operations.items() if one is offer)
    found = route(method, f"{prefix}{BASE}/{path}")
    assert isinstance(found, Route)
    assert (offer.template, campaign, purpose) == (found.template, found.campaign, found.purpose)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/2010-04-01/Accounts.json",
        f"{BASE}/Calls",
        f"{BASE}/Calls.xml",
        f"{BASE}/Calls.json/",
        f"{BASE}/Calls.json.json",
        f"{BASE}/calls.json",
        f"{BASE}//Calls.json",
        f"{BASE}/./Calls.json",
        f"{BASE}/x/../Calls.json",
        f"{BASE}/Calls%2Ejson",
        f"{BASE}/Calls%252Ejson",
        f"{BASE}/Call%73.json",
        f"{BASE}/Calls.json;x=1",
        f"{BASE}/Calls.json#x",
        f"{BASE}\\Calls.json",
        f"{BASE}/Calls.json\n",
        f"/{BASE}/Calls.json",
        f"http://api.twilio.com{BASE}/Calls.json",
        f"//api.twilio.com{BASE}/Calls.json",
        f"/2008-08-01/Accounts/{ACCOUNT}/Calls.json",
        f"{BASE}/SMS/Messages.json",
        f"{BASE}/Calls/{CALL}/Siprec.json",
        f"{BASE}/Calls/{CALL}/Streams.json",
        f"{BASE}/Calls/{CALL}/Payments.json",
        f"{BASE}/Calls/{CALL}/UserDefinedMessages.json",
        f"{BASE}/Calls/{CALL}/Calls/{CALL}.json",
        f"{BASE}/Calls/{CALL}/{CALL}.json",
        f"{BASE}/Calls/{CALL}",
        f"{BASE}/Calls/{CALL}.mp3",
        f"{BASE}/Conferences/a%2Fb/Participants.json",
        f"{BASE}/Conferences/../Participants.json",
        f"{BASE}/Conferences/a b/Participants.json",
        f"{BASE}/Accounts/{ACCOUNT}/Calls.json",
        f"{BASE}/IncomingPhoneNumbers/Local.json",
        f"{BASE}/OutgoingCallerIds.json",
        f"{BASE}/IncomingPhoneNumbers.json",
        f"{BASE}/Keys.json",
        f"{BASE}/Applications.json",
        "/v1/Services",
        "/v2/Flows/FW1/Executions",
        f"/c/a%2Fb{BASE}/Calls.json",
        f"/c/..{BASE}/Calls.json",
        f"/c/{'x' * 65}{BASE}/Calls.json",
        f"/c/a/b/c{BASE}/Calls.json",
        f"/c/a/b2{BASE}/Calls.json",
        f"/c//x{BASE}/Calls.json",
        f"/c/*{BASE}/Calls.json",
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_every_other_path_is_refused(method: str, path: str) -> None:
    """No trick with a path and no other surface of the carrier comes through."""
    assert isinstance(route(method, path), Block)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "post", "PROPFIND"])
@pytest.mark.parametrize("path", ["/Calls.json", f"/Calls/{CALL}.json", ".json"])
def test_every_other_method_is_refused(method: str, path: str) -> None:
    """Only the methods of the offered operations exist."""
    assert isinstance(route(method, BASE + path), Block)


@pytest.mark.parametrize("sid", [MESSAGE, "CA1", "x", CALL.upper(), CALL + "0", "IN" + "1" * 32])
def test_what_cannot_be_a_sid_does_not_exist(sid: str) -> None:
    """Nothing but a SID of the right form is ever put into a path of the carrier."""
    with pytest.raises(NotFoundError):
        route("GET", f"{BASE}/Calls/{sid}.json")


def test_filters_of_lists_are_passed_in_order() -> None:
    """The carrier's own filters and paging work."""
    found = route("GET", f"{BASE}/Calls.json?PageSize=2&To=%2B14155552671&StartTime%3E=2026-11-21T00:00:00Z")
    assert isinstance(found, Route)
    assert (("PageSize", "2"), ("To", "+14155552671"), ("StartTime>", "2026-11-21T00:00:00Z")) == found.query


WORDS = st.text("CFREAQUM0123456789abcdef./%;?#\\\\~_-\x00\n é", max_size=40)


@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    template=st.sampled_from(sorted({offer.template for offer in SURFACE.operations.values()})),
    names=st.lists(st.one_of(st.sampled_from([*EXAMPLES.values(), "..", "x.json"]), WORDS), min_size=2, max_size=2),
    ending=st.sampled_from(["", "", "", ".json", "/", ";x", "?a=b", "?a", "#x"]),
)
def test_whatever_is_asked_the_carrier_sees_a_path_of_the_table_or_none(
    method: str, template: str, names: list[str], ending: str
) -> None:
    """No bytes of a dialer make another path than one of those that the client may ask for."""
    with suppress(BadRequestError, NotFoundError):
        words = iter(names)
        filled = re.sub(r"{\w+}", lambda _: next(words), template)
        found = route(method, f"{BASE}/{filled}{ending}")
        if isinstance(found, Route):
            asks = MEDIA_PATH if found.operation is Operation.MEDIA else CARRIER_PATH
            assert found.operation is Operation.ACCOUNT or asks.fullmatch(upstream(found))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Calls.json?Unknown=1"),
        ("GET", "/Calls.json?To=1&To=2"),
        ("GET", "/Calls.json?DateSent=1"),
        ("GET", "/Calls.json?To"),
        ("GET", f"/Calls/{CALL}.json?x=1"),
        ("DELETE", f"/Calls/{CALL}.json?x=1"),
        ("GET", ".json?x=1"),
    ],
)
def test_any_other_query_is_refused(method: str, path: str) -> None:
    """No parameter slips past through the query."""
    with pytest.raises(BadRequestError):
        route(method, BASE + path)


def test_a_query_behind_an_attempt_is_left_to_the_attempt() -> None:
    """It refuses the attempt, which is put on record as such."""
    found = route("POST", f"{BASE}/Calls.json?To=%2B14155552671")
    assert isinstance(found, Route)
    assert (("", "To=%2B14155552671"),) == found.query
