"""`dialgate destination ...`."""

from __future__ import annotations

from tests.fakes.native_api import CommandLine, NativeApi

ROW = {
    "tenant": "acme",
    "number": "+1***0141",
    "note": "Ann's desk",
    "added_by": "SK1",
    "added_at": "2026-03-02T03:00:00Z",
    "removed_by": "",
    "removed_at": None,
}


def test_a_number_is_added(api: NativeApi, line: CommandLine) -> None:
    """For the tenant that is named, with what is known of it."""
    api.says("POST /v1/destinations", ROW, status=201)
    said = line.run("destination", "add", "+12025550141", "--tenant", "acme", "--note", "Ann's desk")
    assert (0, True) == (said.exit_code, "Ann's desk" in said.stdout)
    (asked,) = api.asked
    assert ({"number": "+12025550141", "note": "Ann's desk"}, {"tenant": "acme"}) == (asked.body, asked.query)


def test_numbers_are_listed(api: NativeApi, line: CommandLine) -> None:
    """With who added them; none is a sentence."""
    api.says("GET /v1/destinations", {"items": [ROW]}, {"items": []})
    first, second = (line.run("destination", "list").stdout for _ in range(2))
    assert all(word in first for word in ("+1***0141", "Ann's desk", "SK1"))
    assert "There is no own destination.\n" == second


def test_a_number_is_removed(api: NativeApi, line: CommandLine) -> None:
    """However it is written, it stays one part of the path."""
    api.says("DELETE /v1/destinations/%2B1%20202%20555%200141", ROW)
    assert 0 == line.run("destination", "remove", "+1 202 555 0141", "--tenant", "acme").exit_code
    assert [{"tenant": "acme"}] == [asked.query for asked in api.asked]
