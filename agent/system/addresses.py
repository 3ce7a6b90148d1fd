"""The addresses of this machine, as others on the network reach it."""

from __future__ import annotations

import fcntl
import socket
import struct
from contextlib import suppress
from pathlib import Path

_SIOCGIFADDR = 0x8915  # netdevice(7)


_INTERFACES = Path("/sys/class/net")
"""Not if_nameindex(3): it asks by netlink, a family of sockets that the core's sandbox does not have."""


def own_addresses() -> list[str]:
    """IPv4 addresses of the network interfaces, loopback left out; empty while there is no network."""
    try:
        return _addresses(sorted(each.name for each in _INTERFACES.iterdir()))
    except OSError:
        return []


def _addresses(names: list[str]) -> list[str]:
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as probe:
        for name in names:
            with suppress(OSError):  # an interface without an IPv4 address
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                address = socket.inet_ntoa(answer[20:24])
                if not address.startswith("127."):
                    found.append(address)
    return found
