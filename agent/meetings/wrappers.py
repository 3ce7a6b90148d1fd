"""Link protection: what mail gateways and chat programs put around a link, taken off without asking anyone.

A new one is one line in `WRAPPERS`: its hosts (see `HostIndex`), the start of its path, and a function
from the parsed address to the address inside (None: cannot be decoded).
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from agent.meetings import limits, urls
from agent.meetings.hosts import HostIndex
from agent.meetings.urls import Url

Decode = Callable[[Url], str | None]

_V3_RUN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_ONE_SLASH = re.compile(r"^(https?):/(?!/)", re.IGNORECASE)
_SINGLE = re.compile(r"\*(\*(.))?")


@dataclass(frozen=True, slots=True)
class Wrapper:
    name: str
    hosts: tuple[str, ...]
    path: str
    decode: Decode


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """`url`: the innermost address, None when a wrapper could not be decoded; `opaque` then names that wrapper and
    `opaque_host` the host it discloses, if any."""

    url: Url | None
    opaque: str | None = None
    opaque_host: str | None = None
    layers: tuple[str, ...] = ()


def unwrap(url: Url) -> Unwrapped:
    """Take off up to `limits.WRAPPERS` layers. An address that is not wrapped comes back as it is."""
    layers: list[str] = []
    current: Url | None = url
    while current is not None:
        wrapper = _wrapper_of(current)
        if wrapper is None:
            return Unwrapped(current, layers=tuple(layers))
        if len(layers) == limits.WRAPPERS:
            break
        layers.append(wrapper.name)
        inner = wrapper.decode(current)
        if inner is None:
            return Unwrapped(None, wrapper.name, current.parameter("domain"), tuple(layers))
        current = urls.parse(_ONE_SLASH.sub(r"\1://", inner.strip()))
    return Unwrapped(None, layers=tuple(layers))


def _wrapper_of(url: Url) -> Wrapper | None:
    if url.scheme not in urls.WEB and url.scheme:
        return None
    return next((wrapper for wrapper in _BY_HOST.find(url.host) if url.path.startswith(wrapper.path)), None)


def _parameter(*names: str) -> Decode:
    def decode(url: Url) -> str | None:
        return next((value for name in names if (value := url.parameter(name))), None)

    return decode


def _opaque(_url: Url) -> None:
    return None


def _proofpoint_v1(url: Url) -> str | None:
    found = re.search(r"(?:^|&)u=(.*?)(?:&k=|$)", url.query or "", re.DOTALL)
    return html.unescape(unquote(found[1])) if found else None


def _proofpoint_v2(url: Url) -> str | None:
    found = re.search(r"(?:^|&)u=(.*?)(?:&[dc]=|$)", url.query or "", re.DOTALL)
    return html.unescape(unquote(found[1].translate({45: "%", 95: "/"}))) if found else None


def _proofpoint_v3(url: Url) -> str | None:
    """`*` stands for the next byte of the trailer, `**X` for a run of them. Source: join-providers.md section 4."""
    inner, end, rest = _whole(url).partition("__")[2].rpartition("__;")
    encoded, mark, _ = rest.partition("!")
    if not (end and mark):
        return None
    try:
        trailer = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None
    at = 0

    def fill(star: re.Match[str]) -> str:
        nonlocal at
        length = _V3_RUN.find(star[2]) + 2 if star[1] else 1
        at += length
        return trailer[at - length : at]

    return _SINGLE.sub(fill, inner)


def _avanan(url: Url) -> str | None:
    parts = _whole(url).split("___")
    return parts[1] if len(parts) > 2 else None


def _last_segment(url: Url) -> str | None:
    return unquote(url.path.rsplit("/", 1)[1]) or None


def _sophos(url: Url) -> str | None:
    value = (url.parameter("u") or "").replace("+", "-").replace("/", "_").rstrip("=")
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8") or None
    except (binascii.Error, ValueError):
        return None


def _whole(url: Url) -> str:
    """Path, query and fragment as printed, for wrappers that put an address in the middle of theirs."""
    query = f"?{url.query}" if url.query is not None else ""
    return url.path + query + (f"#{url.fragment}" if url.fragment is not None else "")


WRAPPERS: tuple[Wrapper, ...] = (
    Wrapper(
        "safe-links",
        (
            "*.safelinks.protection.outlook.com",
            "*.safelinks.protection.office365.us",
            "*.safelinks.protection.outlook.cn",
        ),
        "/",
        _parameter("url"),
    ),
    Wrapper("teams-safe-links", ("statics.teams.cdn.office.net",), "/evergreen-assets/safelinks/", _parameter("url")),
    Wrapper(
        "teams-safe-links",
        ("teams.public.onecdn.static.microsoft",),
        "/evergreen-assets/safelinks/",
        _parameter("url"),
    ),
    Wrapper("owa", ("outlook.office.com", "outlook.office365.com"), "/mail/safelink.html", _parameter("url")),
    Wrapper("proofpoint-v1", ("urldefense.proofpoint.com", "urldefense.com"), "/v1/url", _proofpoint_v1),
    Wrapper("proofpoint-v2", ("urldefense.proofpoint.com", "urldefense.com"), "/v2/url", _proofpoint_v2),
    Wrapper("proofpoint-v3", ("urldefense.com", "urldefense.proofpoint.com", "urldefense.us"), "/v3/", _proofpoint_v3),
    Wrapper("barracuda", ("linkprotect.cudasvc.com",), "/url", _parameter("a")),
    Wrapper("cisco", ("secure-web.cisco.com",), "/", _last_segment),
    Wrapper("trend-micro", ("*.trendmicro.com",), "/wis/clicktime/v1/query", _parameter("url")),
    Wrapper("sophos", ("*.protection.sophos.com",), "/", _sophos),
    Wrapper("symantec", ("clicktime.symantec.com",), "/", _parameter("u")),
    Wrapper("fireeye", ("protect2.fireeye.com",), "/url", _parameter("u")),
    Wrapper("fireeye", ("protect2.fireeye.com",), "/v1/url", _parameter("u")),
    Wrapper("avanan", ("*.avanan.click",), "/v2/", _avanan),
    Wrapper("google", ("www.google.*", "google.*"), "/url", _parameter("q", "url")),
    Wrapper("linkedin", ("www.linkedin.com", "linkedin.com"), "/safety/go", _parameter("url")),
    Wrapper("linkedin", ("www.linkedin.com", "linkedin.com"), "/redir/redirect", _parameter("url")),
    Wrapper("slack", ("slack-redir.net",), "/link", _parameter("url")),
    Wrapper(
        "facebook", ("l.facebook.com", "lm.facebook.com", "l.messenger.com", "l.instagram.com"), "/", _parameter("u")
    ),
    Wrapper("youtube", ("www.youtube.com", "youtube.com"), "/redirect", _parameter("q")),
    Wrapper("vk", ("vk.com",), "/away.php", _parameter("to")),
    Wrapper("mimecast", ("*.mimecast.com", "*.mimecastprotect.com"), "/s/", _opaque),
    Wrapper("inky", ("shared.outlook.inky.com",), "/link", _opaque),
)

_BY_HOST = HostIndex((pattern, wrapper) for wrapper in WRAPPERS for pattern in wrapper.hosts)
