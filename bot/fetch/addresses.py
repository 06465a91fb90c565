"""Where a request may go. Addresses inside our own network answer only where a setting names them."""

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""Before the IPv4 address in an interface identifier: https://www.rfc-editor.org/rfc/rfc5214#section-6.1"""
_CLOSED = tuple(ipaddress.ip_network(text) for text in ("fec0::/10", "3fff::/20", "64:ff9b:1::/48", "192.88.99.0/24"))
"""Site-local, for documents, NAT64 of one's own, relays of 6to4: open to the `ipaddress` of some Pythons."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. ValueError for anything but http(s) with a host."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it is no http(s) address")
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet.

    `is_global` alone passes multicast, and IPv6 forms that carry a private IPv4 address (NAT64, 6to4, mapped, ISATAP).
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if any(parsed in network for network in _CLOSED if network.version == parsed.version):
        return False
    inner = _carried(parsed)
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def _carried(address: IPAddress) -> IPAddress:
    """The IPv4 address inside an IPv6 one, where it carries one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


async def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the order to try them. OSError if there is none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
