"""Forms in, dates and errors out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dialgate.simulator.wire import CarrierError, Form, iso8601, parse_day, parse_moment, rfc2822

MOMENT = datetime(2026, 11, 21, 20, 0, 5, tzinfo=UTC)


def test_a_form_keeps_order_repeats_and_blanks() -> None:
    """Nothing of a body is lost in reading it."""
    form = Form.parse("B=2&A=1&B=3&C=")
    assert form.pairs == (("B", "2"), ("A", "1"), ("B", "3"), ("C", ""))
    assert (form.get("B"), form.all("B"), form.get("D", "x"), "C" in form, "D" in form) == (
        "3",
        ["2", "3"],
        "x",
        True,
        False,
    )


def test_an_error_has_the_carriers_four_fields() -> None:
    """SDKs find code, message, more_info and status where they look for them."""
    assert CarrierError(400, 21610, "no").body() == {
        "code": 21610,
        "message": "no",
        "more_info": "https://www.twilio.com/docs/errors/21610",
        "status": 400,
    }


@pytest.mark.parametrize(
    "text", ["2026-11-21T20:00:05Z", "2026-11-21T21:00:05.9+01:00", "2026-11-21T20:00:05", rfc2822(MOMENT) or ""]
)
def test_moments_are_read_in_both_notations(text: str) -> None:
    """ISO 8601 and RFC 2822 give the same instant in whole seconds."""
    assert parse_moment(text) == MOMENT


def test_dates_are_written_as_the_carrier_does() -> None:
    """RFC 2822 in UTC, and null for what has not happened; ISO 8601 in newer APIs."""
    assert iso8601(MOMENT) == "2026-11-21T20:00:05Z"
    assert (rfc2822(MOMENT), rfc2822(None)) == ("Sat, 21 Nov 2026 20:00:05 +0000", None)


def test_a_day_is_told_from_an_instant() -> None:
    """Only a bare date is a day."""
    assert (parse_day("2026-11-21"), parse_day("2026-11-21T00:00:00Z"), parse_day("x")) == (
        date(2026, 11, 21),
        None,
        None,
    )
