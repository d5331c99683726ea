"""Filters and pages."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from dialgate.simulator.lists import matches_text, matches_time, page
from dialgate.simulator.records import Message
from dialgate.simulator.wire import Asked, CarrierError, Form
from tests.unit.simulator.conftest import START


def rows(*sids: str) -> list[Message]:
    return [Message(sid, "+1", "+2", "sent", "outbound-api", START, START) for sid in sids]


def shown(query: str, *sids: str) -> dict[str, object]:
    return page(Asked(path="/M.json", query=Form.parse(query)), "messages", rows(*sids), lambda row: {"sid": row.sid})


def query_of(link: object) -> dict[str, list[str]]:
    return parse_qs(urlsplit(str(link)).query)


def test_a_page_links_to_the_next_and_keeps_the_filters() -> None:
    """Following the links shows every row once, also when new rows have come in front meanwhile."""
    first = shown("To=%2B1&PageSize=2", "d", "c", "b", "a")
    assert first["messages"] == [{"sid": "d"}, {"sid": "c"}]
    assert query_of(first["next_page_uri"]) == {"To": ["+1"], "PageSize": ["2"], "Page": ["1"], "PageToken": ["PAc"]}
    second = shown(urlsplit(str(first["next_page_uri"])).query, "f", "e", "d", "c", "b", "a")
    assert (second["messages"], second["next_page_uri"], second["page"]) == ([{"sid": "b"}, {"sid": "a"}], None, 1)


def test_an_empty_list_is_one_empty_page() -> None:
    """No rows, no neighbours."""
    empty = shown("")
    assert [empty[name] for name in ("messages", "start", "end", "next_page_uri", "previous_page_uri")] == [
        [],
        0,
        0,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", True),
        ("T=2026-11-21", True),
        ("T=2026-11-21T00:00:00Z", True),
        ("T=2026-11-22", False),
        ("T%3C=2026-11-21", True),
        ("T%3C=2026-11-20", False),
        ("T%3E=2026-11-21T20:00:00Z", True),
        ("T%3E=2026-11-21T20:00:01Z", False),
        ("T%3E=2026-11-20&T%3C=2026-11-21T19:59:59Z", False),
    ],
)
def test_times_are_filtered_by_day_or_bound(query: str, *, expected: bool) -> None:
    """Equality means that day; bounds are inclusive; a resource without the time never matches a filter."""
    assert matches_time(Form.parse(query), "T", START) is expected
    assert matches_time(Form.parse(query), "T", None) is (query == "")


def test_text_filters_compare_exactly() -> None:
    """Only filters that were given count."""
    query = Form.parse("To=%2B1")
    assert [matches_text(query, To=to, From="x") for to in ("+1", "+12", None)] == [True, False, False]


@pytest.mark.parametrize("query", ["Page=x", "PageSize=-1"])
def test_a_page_that_is_no_number_is_refused(query: str) -> None:
    """In the carrier's way: 400."""
    with pytest.raises(CarrierError):
        shown(query)


def test_a_time_that_cannot_be_read_is_refused() -> None:
    """In the carrier's way: 400."""
    with pytest.raises(CarrierError):
        matches_time(Form.parse("T=soon"), "T", START + timedelta(0))
