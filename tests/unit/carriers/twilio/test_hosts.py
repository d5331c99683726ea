"""The gate asks no machine of its own network for a tenant."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from dialgate.carriers.twilio.hosts import RefusedHostError, check, literal, permitted

PUBLIC = (
    "8.8.8.8",
    "93.184.216.34",
    "2606:2800:220:1::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
)
WITH_LEAVE = (
    "127.0.0.1",
    "127.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "::1",
    "fd12::1",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::1",
    "2002:c0a8:101::",
    "2001:0:808:808:0:0:80ff:fffe",
)
NEVER = (
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "0.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:a9fe:a9fe::1",
    "2001:0:a9fe:a9fe::1",
    "2001:db8::1",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)


def refused(address: str, *, private: bool) -> bool:
    try:
        check(ip_address(address), private=private)
    except RefusedHostError:
        return True
    return False


@pytest.mark.parametrize(
    ("addresses", "expected"), [(PUBLIC, (False, False)), (WITH_LEAVE, (True, False)), (NEVER, (True, True))]
)
def test_addresses_inside_are_refused(addresses: tuple[str, ...], expected: tuple[bool, bool]) -> None:
    """Private and loopback ones without leave; link-local, metadata, shared, reserved, multicast and unspecified ones
    with it as well; and each of them in whatever address of version 6 it is wrapped.
    """
    judged = {one: (refused(one, private=False), refused(one, private=True)) for one in addresses}
    assert dict.fromkeys(addresses, expected) == judged


def test_one_forbidden_address_is_enough() -> None:
    """A name with a public and a private address is refused: which one is taken is chance."""
    assert ["8.8.8.8", "1.1.1.1"] == permitted(["8.8.8.8", "1.1.1.1"], private=False)
    for addresses in (["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], []):
        with pytest.raises(RefusedHostError):
            permitted(addresses, private=False)


@pytest.mark.parametrize("host", ["example.com", "example.com.", "a_b.example", "xn--fiq.example", "localhost", "1a"])
def test_names_are_resolved(host: str) -> None:
    """They are no addresses."""
    assert literal(host) is None


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("fd00::a", "fd00::a")])
def test_plain_addresses_are_addresses(host: str, expected: str) -> None:
    """In their usual spelling."""
    assert expected == str(literal(host))


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "0177.0.0.1",
        "127.0.0.01",
        "127.0.0.1.",
        "127.0.0.0x1",
        "1.2.3.4.5",
        "017700000001",
        "fe80::1%eth0",
        "[::1",
        "１２７.0.0.1",
        "127。0.0.1",
        "ⓔxample.com",
        "a..b",
        ".a",
        "-a",
        "a b",
        "a%2e",
        "user@host",
        "",
        "a" * 70,
    ],
)
def test_odd_spellings_are_refused(host: str) -> None:
    """Decimal, octal, hexadecimal and short forms, other scripts' digits, zones and escapes: two readers, two hosts."""
    with pytest.raises(RefusedHostError):
        literal(host)
