"""Only addresses that have been judged reach the connector."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest

from dialgate.carriers.twilio.hosts import RefusedHostError
from dialgate.carriers.twilio.resolving import Judging, Resolve, SystemResolver


def says(*addresses: str) -> Resolve:
    async def resolve(host: str) -> Sequence[str]:
        return addresses

    return resolve


async def test_the_connector_gets_what_was_judged() -> None:
    """Each address once, in numbers, with the port that was asked."""
    judging = Judging(says("8.8.8.8", "2606:4700::1", "8.8.8.8"), private=False)
    found = await judging.resolve("dialer.example", 443)
    await judging.close()
    families = [socket.AF_INET, socket.AF_INET6]
    assert [("8.8.8.8", 443), ("2606:4700::1", 443)] == [(one["host"], one["port"]) for one in found]
    assert families == [one["family"] for one in found]
    assert {"dialer.example"} == {one["hostname"] for one in found}


@pytest.mark.parametrize("addresses", [(), ("8.8.8.8", "10.0.0.1"), ("169.254.169.254",)])
async def test_one_forbidden_address_refuses_the_name(addresses: Sequence[str]) -> None:
    """So does none at all."""
    with pytest.raises(RefusedHostError):
        await Judging(says(*addresses), private=False).resolve("dialer.example", 443)


async def test_the_machine_resolves_its_own_name() -> None:
    """Without a network."""
    system = SystemResolver()
    assert "127.0.0.1" in await system("127.0.0.1")
    system.close()
