"""A path is one of those that the gate offers, byte for byte, or it is nothing."""

from __future__ import annotations

import pytest

from dialgate.app.errors import BadRequestError, NotFoundError
from dialgate.app.front import Operation, Route
from dialgate.carriers.twilio.front.paths import route, upstream
from dialgate.domain.attempt import Channel
from dialgate.domain.decision import Block
from tests.unit.carriers.twilio.front.wire import ACCOUNT, CALL, MESSAGE

BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
MEDIA_MESSAGE = "MM" + "3" * 32


@pytest.mark.parametrize(
    ("method", "path", "operation", "channel", "sid", "upstream_path"),
    [
        ("POST", "/Calls.json", Operation.CREATE, Channel.VOICE, "", "Calls.json"),
        ("GET", "/Calls.json", Operation.LIST, Channel.VOICE, "", "Calls.json"),
        ("POST", f"/Calls/{CALL}.json", Operation.UPDATE, Channel.VOICE, CALL, f"Calls/{CALL}.json"),
        ("GET", f"/Calls/{CALL}.json", Operation.FETCH, Channel.VOICE, CALL, f"Calls/{CALL}.json"),
        ("POST", "/Messages.json", Operation.CREATE, Channel.SMS, "", "Messages.json"),
        ("GET", f"/Messages/{MESSAGE}.json", Operation.FETCH, Channel.SMS, MESSAGE, f"Messages/{MESSAGE}.json"),
        (
            "POST",
            f"/Messages/{MEDIA_MESSAGE}.json",
            Operation.UPDATE,
            Channel.SMS,
            MEDIA_MESSAGE,
            f"Messages/{MEDIA_MESSAGE}.json",
        ),
    ],
)
def test_offered_operations_are_known(
    method: str, path: str, operation: Operation, channel: Channel, sid: str, upstream_path: str
) -> None:
    """Method and path together name the operation, and the carrier's path is made anew from constants."""
    found = route(method, BASE + path)
    assert Route(operation, ACCOUNT, channel, sid) == found
    assert upstream_path == upstream(Route(operation, ACCOUNT, channel, sid))


def test_the_account_document_is_an_operation_of_its_own() -> None:
    """SDKs fetch the account; the gate answers it."""
    assert Route(Operation.ACCOUNT, ACCOUNT, Channel.VOICE) == route("GET", f"{BASE}.json")


@pytest.mark.parametrize(
    ("prefix", "campaign", "purpose"),
    [("", "", ""), ("/c/spring-26", "spring-26", ""), ("/c/spring.26/collection", "spring.26", "collection")],
)
def test_campaign_and_purpose_can_stand_before_the_path(prefix: str, campaign: str, purpose: str) -> None:
    """SDKs cannot send headers, so the base URL carries the campaign."""
    found = route("POST", f"{prefix}{BASE}/Calls.json")
    assert Route(Operation.CREATE, ACCOUNT, Channel.VOICE, "", campaign, purpose) == found


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
        f"{BASE}/Calls/{CALL}/Recordings.json",
        f"{BASE}/Calls/{CALL}",
        f"{BASE}/Conferences/CF1/Participants.json",
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


@pytest.mark.parametrize(
    "method", ["DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "post", "PROPFIND"]
)
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


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Calls.json?Unknown=1"),
        ("GET", "/Calls.json?To=1&To=2"),
        ("GET", "/Calls.json?DateSent=1"),
        ("GET", "/Calls.json?To"),
        ("GET", f"/Calls/{CALL}.json?x=1"),
        ("POST", "/Calls.json?To=%2B14155552671"),
        ("GET", ".json?x=1"),
    ],
)
def test_any_other_query_is_refused(method: str, path: str) -> None:
    """No parameter slips past through the query."""
    with pytest.raises(BadRequestError):
        route(method, BASE + path)
