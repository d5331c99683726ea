"""Which machines the gate asks in a tenant's name: none inside its own network, unless the tenant may.

Judges hosts as written and addresses as resolved; whoever resolves and connects stands in `fetch`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


class RefusedHostError(ValueError):
    """`str(error)` is the sentence for the tenant; it names no address, which would map the network for them."""


def _networks(*written: str) -> tuple[_Network, ...]:
    return tuple(ip_network(one) for one in written)


_WITH_LEAVE = _networks("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
"""Private and loopback."""
_NEVER = _networks(
    "0.0.0.0/8",  # this host
    "100.64.0.0/10",  # carriers' own address translation; 100.100.100.200 is a metadata service
    "168.63.129.16/32",  # a metadata service in a public range
    "169.254.0.0/16",  # link-local; 169.254.169.254 and its neighbours are metadata services
    "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a metadata service
    "192.0.2.0/24",
    "192.88.99.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "100::/64",
    "2001:2::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:db8::/32",
    "3fff::/20",
    "5f00::/16",
    "64:ff9b:1::/48",
    "fd00:ec2::/32",  # metadata services
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)
"""Source: IANA, IPv4 and IPv6 Special-Purpose Address Registries; read 2026-11."""
_EMBEDDING = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("::ffff:0:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("2002::/16"), 80),
    (IPv6Network("::/96"), 0),
)
"""Networks whose addresses hold one of version 4, and how many bits stand behind it: mapped, translated, NAT64, 6to4,
compatible."""
_TEREDO = IPv6Network("2001::/32")
_LOOPBACK = IPv6Address("::1")

_NAME = re.compile(
    r"[a-z0-9_](?:[a-z0-9_-]{0,62}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}[a-z0-9_])?)*\.?", re.ASCII
)
_ENDS_LIKE_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?", re.ASCII)


def literal(host: str) -> Address | None:
    """The address that a host is, or None for a name that has to be resolved. `host` in lower case, IPv6 without its
    brackets. Errors: `RefusedHostError` for what two readers could take for two things.
    """
    if ":" in host and "%" not in host:
        try:
            return IPv6Address(host)
        except ValueError:
            pass
    elif _ENDS_LIKE_A_NUMBER.fullmatch(host):
        try:
            return IPv4Address(host)
        except ValueError:
            raise RefusedHostError("The host is an address in an unusual spelling; write it as four numbers.") from None
    elif _NAME.fullmatch(host):
        return None
    raise RefusedHostError("The host is no name of letters, digits, dots and dashes.")


def permitted(addresses: Iterable[str], *, private: bool) -> list[str]:
    """All of them, or none: a name that leads to a forbidden address as well leads there by chance. `private`: the
    tenant's leave. Errors: `RefusedHostError`.
    """
    found = [ip_address(one) for one in addresses]
    if not found:
        raise RefusedHostError("The host has no address.")
    for address in found:
        check(address, private=private)
    return [str(address) for address in found]


def check(address: Address, *, private: bool) -> None:
    """Errors: `RefusedHostError`."""
    for one in (address, *_embedded(address)):
        if _within(one, _NEVER) or one.is_multicast or one.is_unspecified:
            raise RefusedHostError("The host leads to an address that is never asked.")
        if _within(one, _WITH_LEAVE):
            if not private:
                raise RefusedHostError(
                    "The host leads to a private or loopback address, for tenants made with --allow-private-urls alone."
                )
        elif one.is_private and not _holds_another(one):
            raise RefusedHostError("The host leads to an address that is never asked.")


def _within(address: Address, networks: Iterable[_Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _holds_another(address: Address) -> bool:
    return bool(_embedded(address))


def _embedded(address: Address) -> tuple[IPv4Address, ...]:
    """Those of version 4 that an address of version 6 leads to."""
    if not isinstance(address, IPv6Address) or address == _LOOPBACK or address.is_unspecified:
        return ()
    if address in _TEREDO:
        return tuple(address.teredo or ())
    return tuple(
        IPv4Address(int(address) >> behind & 0xFFFFFFFF) for network, behind in _EMBEDDING if address in network
    )
