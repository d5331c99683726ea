"""The command line's way to a running gate."""

from __future__ import annotations

import pytest

from dialgate.ops.client import Client, GateAwayError, GateRefusedError, address, in_path
from tests.fakes.native_api import CommandLine, NativeApi


def client(api: NativeApi) -> Client:
    return Client(api.url, "SK1", "secret", "a test")


def test_what_is_empty_is_not_asked(api: NativeApi) -> None:
    """Options that nobody gave do not reach the gate; switches are written as JSON writes them."""
    api.says("GET /v1/x", {"a": 1})
    assert {"a": 1} == client(api).get("/v1/x", {"to": "", "key": None, "unmask": False, "limit": 0})
    assert {"unmask": "false", "limit": "0"} == api.asked[0].query


def test_bodies_are_json(api: NativeApi) -> None:
    """A body arrives as it was given, under the key's credentials."""
    api.says("POST /v1/x", {}, status=201)
    client(api).post("/v1/x", {"to": "+1"})
    assert ({"to": "+1"}, "Basic U0sxOnNlY3JldA==") == (api.asked[0].body, api.asked[0].authorization)


def test_a_refusal_has_its_sentence(api: NativeApi) -> None:
    """The gate's own words reach the person."""
    api.refuses("DELETE /v1/x", 409, "It exists.")
    with pytest.raises(GateRefusedError) as refused:
        client(api).delete("/v1/x")
    assert (409, "It exists.") == (refused.value.status, refused.value.detail)


def test_readiness_is_read_either_way(api: NativeApi) -> None:
    """What is wrong is told by a gate that is not ready."""
    api.says("GET /readyz", {"checks": []}, status=503)
    assert {"checks": []} == client(api).readiness()


def test_nobody_there() -> None:
    """A closed port is a gate that is away, named by its address."""
    with pytest.raises(GateAwayError, match=r"http://127\.0\.0\.1:9"):
        Client("http://127.0.0.1:9", "SK1", "secret", "a test").get("/v1/x")


def test_part_of_a_path_stays_a_part() -> None:
    """A number's plus, and a slash of a hostile argument, are encoded."""
    assert ("%2B14155552671", "..%2Fkeys") == (in_path("+14155552671"), in_path("../keys"))


def test_an_open_address_is_reached_on_this_machine() -> None:
    """A gate that listens everywhere is asked on loopback."""
    assert ("http://127.0.0.1:8080", "http://10.0.0.1:80") == (address("0.0.0.0:8080"), address("10.0.0.1:80"))


def test_only_web_addresses_are_opened(line: CommandLine) -> None:
    """DIALGATE_URL cannot lead to a file."""
    line.environment["DIALGATE_URL"] = "file:///etc/passwd"
    said = line.run("blocked")
    assert (1, True) == (said.exit_code, "No gate answers" in said.stderr)
