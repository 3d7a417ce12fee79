"""Network addresses of callers."""

import ipaddress


def network(origin: str | None) -> str:
    """What one caller can hardly change: an IPv4 address, or the first half of an IPv6 one.

    >>> network("::ffff:192.0.2.7"), network("2001:db8::1"), network(None)
    ('192.0.2.7', '2001:db8::/64', '')
    """
    address = _address(origin)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address or origin or "")


def is_this_machine(origin: str | None) -> bool:
    """Whether the caller, or the proxy that speaks for it, runs on the same machine."""
    address = _address(origin)
    return origin is None or (address is not None and address.is_loopback)


def _address(origin: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address((origin or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
