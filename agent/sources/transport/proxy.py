"""Which way to a host."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from agent.sources.transport.settings import HttpSettings


def proxy_url(settings: HttpSettings) -> str:
    """The proxy with its credentials, read now; empty for none. Never log it."""
    if not settings.proxy:
        return ""
    proxy = settings.proxy if "://" in settings.proxy else f"http://{settings.proxy}"
    if settings.proxy_credentials is None:
        return proxy
    user, _, password = settings.proxy_credentials().partition(":")
    parts = urlsplit(proxy)
    return parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc}").geturl()


def goes_direct(host: str, no_proxy: Sequence[str]) -> bool:
    """Whether a host is on the list, in any case; loopback addresses and `localhost` always are."""
    host = host.lower().rstrip(".")
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    return any(_matches(host, address, entry.strip().lower()) for entry in no_proxy)


def _matches(host: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None, entry: str) -> bool:
    if entry == "*":
        return True
    if address is not None:
        try:
            return address in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    domain = entry.removeprefix("*").lstrip(".").rstrip(".")
    return bool(domain) and (host == domain or host.endswith("." + domain))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
