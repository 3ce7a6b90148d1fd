"""Nothing another site starts in a browser gets through (reliability.md L6, S-9)."""

from __future__ import annotations

from agent.front.guard.asked import Asked
from agent.front.guard.hosts import is_ours
from agent.front.problems import Refusal
from agent.front.settings import FrontSettings

FOREIGN_SITES = frozenset({"cross-site", "same-site"})
FOLLOWED_LINK = {b"sec-fetch-site": "same-site", b"sec-fetch-mode": "navigate", b"sec-fetch-dest": "document"}
DEFAULT_PORTS = {"http": 80, "https": 443}
FOREIGN_REQUEST = Refusal(403, "origin.foreign")


def same_site(asked: Asked, settings: FrontSettings) -> Refusal | None:
    """No `Sec-Fetch-Site` of another site, navigations included; what may change something has our Origin or none.

    Programs send none, browsers always do.
    """
    if FOREIGN_SITES.intersection(asked.all(b"sec-fetch-site")) and not (settings.linked and is_followed_link(asked)):
        return FOREIGN_REQUEST
    origins = asked.all(b"origin")
    if asked.reads or all(is_own_origin(origin, asked, settings) for origin in origins):
        return None
    return FOREIGN_REQUEST


def is_followed_link(asked: Asked) -> bool:
    """Whether somebody followed a link to the home page, into a window of its own, from another of our ports."""
    return (asked.method, asked.path) == ("GET", "/") and all(
        asked.all(name) == [value] for name, value in FOLLOWED_LINK.items()
    )


def is_own_origin(origin: str, asked: Asked, settings: FrontSettings) -> bool:
    """Whether a serialised origin is one of ours, port included: the port next door is another site's."""
    scheme, separator, host = origin.partition("://")
    if not separator or scheme not in DEFAULT_PORTS:
        return False
    return is_ours(host, DEFAULT_PORTS[scheme], asked, settings)
