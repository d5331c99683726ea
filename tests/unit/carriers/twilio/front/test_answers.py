"""The carrier's answers belong to the tenant, hold no secret, and show nobody else's rows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dialgate.app.ports import CarrierAnswer
from dialgate.carriers.twilio.front.answers import Swap, account, page, passed_on, refused_for_opt_out
from tests.unit.carriers.twilio.front.wire import ACCOUNT, CALL, CARRIER, PUBLIC_URL, TENANT

JSON = "application/json"
OTHER = "CA" + "9" * 32
SWAP = Swap(CARRIER, PUBLIC_URL)


def carrier(document: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> CarrierAnswer:
    return CarrierAnswer(status, json.dumps(document).encode(), JSON, headers)


def passed(document: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(passed_on(carrier(document), SWAP, TENANT).body)
    return found


def test_the_account_name_is_swapped_wherever_it_stands() -> None:
    """SIDs, URIs and sentences name the tenant's account; the resource keeps its SID."""
    document = {
        "sid": CALL,
        "account_sid": CARRIER,
        "uri": f"/2010-04-01/Accounts/{CARRIER}/Calls/{CALL}.json",
        "subresource_uris": {"recordings": f"/2010-04-01/Accounts/{CARRIER}/Calls/{CALL}/Recordings.json"},
        "message": f"No {CARRIER} here",
        "price": None,
        "num": 1,
        "list": [{"account_sid": CARRIER}],
    }
    expected = json.loads(json.dumps(document).replace(CARRIER, ACCOUNT))
    assert expected == passed(document)


@pytest.mark.parametrize("key", ["body", "transcription_text"])
def test_a_text_is_left_alone(key: str) -> None:
    """What a person wrote or said is not rewritten."""
    assert {key: f"about {CARRIER}"} == passed({key: f"about {CARRIER}"})


def test_links_to_the_carrier_lead_to_the_gate() -> None:
    """A recording is fetched where it was asked for; links of other kinds stay."""
    link = f"https://api.twilio.com/2010-04-01/Accounts/{CARRIER}/Recordings/RE1"
    document = {"media_url": link, "more_info": "https://www.twilio.com/docs/errors/1"}
    expected = {**document, "media_url": f"{PUBLIC_URL}/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE1"}
    assert expected == passed(document)


def test_names_are_shown_as_they_were_given() -> None:
    """The account before the name of a conference is the gate's affair."""
    assert {"friendly_name": "sales"} == passed({"friendly_name": f"{ACCOUNT}.sales"})
    assert {"friendly_name": "my line"} == passed({"friendly_name": "my line"})


def test_what_is_gone_has_no_document() -> None:
    """A removal is answered without a body."""
    found = passed_on(CarrierAnswer(204, b"", ""), SWAP, TENANT)
    assert (204, b"") == (found.status, found.body)


@pytest.mark.parametrize("key", ["auth_token", "AUTH_TOKEN", "auth-token", "secret", "token"])
def test_no_secret_leaves(key: str) -> None:
    """A key that names a secret is dropped at any depth, whatever its value."""
    assert {"a": [{"b": {}}]} == passed({key: "x", "a": [{"b": {key: {"x": 1}}}]})


def test_status_and_retry_after_stay() -> None:
    """A carrier's refusal passes unchanged, and of its headers only what a dialer needs."""
    document = {"code": 20429, "message": "Too many", "status": 429, "more_info": "x"}
    answer = passed_on(carrier(document, 429, (("Retry-After", "3"), ("Set-Cookie", "x"))), SWAP, TENANT)
    assert (429, document, (("Retry-After", "3"),)) == (answer.status, json.loads(answer.body), answer.headers)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (CarrierAnswer(400, b"<html>secret</html>", "text/html"), 400),
        (CarrierAnswer(401, b"{", JSON), 401),
        (CarrierAnswer(404, b"[]", JSON), 404),
        (CarrierAnswer(200, b"\xff", JSON), 409),
        (CarrierAnswer(200, b'{"a": 1}', "text/plain"), 409),
    ],
)
def test_what_is_no_json_is_not_passed_on(answer: CarrierAnswer, status: int) -> None:
    """Only the status of an unreadable answer reaches the dialer, in words of the gate."""
    found = passed_on(answer, SWAP, TENANT)
    assert (status, True) == (found.status, b"secret" not in found.body)
    assert {"code", "message", "more_info", "status", "details"} == json.loads(found.body).keys()


LISTING = {
    "calls": [
        {"sid": CALL, "account_sid": CARRIER, "date_created": "Sat, 21 Nov 2026 20:00:00 +0000"},
        {"sid": OTHER, "account_sid": CARRIER, "date_created": None},
        {"no": "sid"},
        "row",
    ],
    "next_page_uri": f"/2010-04-01/Accounts/{CARRIER}/Calls.json?PageSize=2&Page=1&PageToken=PA{OTHER}",
    "page_size": 2,
}


def test_rows_of_others_are_removed() -> None:
    """A list shows what the tenant made, and its paging leads back to the gate under the tenant's name."""
    body = json.loads(page(carrier(LISTING), SWAP, TENANT, {CALL}).body)
    assert [CALL] == [row["sid"] for row in body["calls"]]
    assert f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json?PageSize=2&Page=1&PageToken=PA{OTHER}" == body["next_page_uri"]
    assert CARRIER not in json.dumps(body)


def test_a_list_without_rows_keeps_its_shape() -> None:
    """An empty page is an empty page."""
    assert {"messages": [], "page": 0} == json.loads(page(carrier({"messages": [], "page": 0}), SWAP, TENANT, ()).body)


@pytest.mark.parametrize(("keep", "end"), [((), 50), ((CALL,), 50), ((CALL, "CA" + "9" * 32), 51)])
def test_a_page_does_not_count_what_others_made(keep: tuple[str, ...], end: int) -> None:
    """`end` is that of the rows that are left."""
    rows = [{"sid": CALL}, {"sid": "CA" + "9" * 32}]
    told = page(carrier({"calls": rows, "start": 50, "end": 51}), SWAP, TENANT, keep)
    assert end == json.loads(told.body)["end"]


def test_a_list_that_is_no_json_is_not_passed_on() -> None:
    """As for single resources."""
    assert 409 == page(CarrierAnswer(200, b"x", JSON), SWAP, TENANT, ()).status


def test_the_account_document_is_the_gates_own() -> None:
    """It has what SDKs read and no `auth_token`."""
    body = json.loads(account(TENANT).body)
    assert (ACCOUNT, "active", "acme") == (body["sid"], body["status"], body["friendly_name"])
    assert "token" not in json.dumps(body)


@pytest.mark.parametrize(("document", "expected"), [({"code": 21610}, True), ({"code": 21211}, False), ([], False)])
def test_the_carriers_word_for_an_opt_out_is_known(document: object, *, expected: bool) -> None:
    """21610 alone means it."""
    assert expected is refused_for_opt_out(carrier(document, 400))
