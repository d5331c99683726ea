"""What the native API adds to an application."""

from __future__ import annotations

from tests.fakes.api_gate import Http, say


async def test_metrics_are_served_in_the_text_format(http: Http) -> None:
    """A scraper needs no key and finds the counters."""
    said = await say(http, "GET", "/metrics", pair=None)
    assert (200, True) == (said.status, "# TYPE dialgate_attempts_total counter" in said.text)


async def test_an_unknown_path_and_a_wrong_method_are_problems(http: Http) -> None:
    """Nothing under `/v1` falls through to the carrier surface."""
    assert (
        "application/problem+json" == (await say(http, "GET", "/v1/nothing")).headers["Content-Type"].partition(";")[0]
    )
    assert 400 <= (await say(http, "PUT", "/v1/decisions")).status < 500
