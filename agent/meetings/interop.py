"""The page that tells how a video system dials into a Teams meeting. It is no join link, and nothing is composed from
it; but in any language it says which printed address is the one to dial, and which printed number is the video id.
Source: join-providers.md 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.meetings.urls import Url

_VIDEO_ID = re.compile(r"\d{6,12}")
_ID_NAMES = ("conf", "confid")
_KEY_NAMES = ("ivr", "tenantkey")
_DOMAIN_NAMES = ("d", "domain")
_NEAR = 120


@dataclass(frozen=True, slots=True)
class Instructions:
    """`domains`: hosts of the service behind the page; `key`: the name in front of them, if disclosed; lower case."""

    domains: frozenset[str]
    key: str | None
    video_id: str

    def addresses(self, text: str) -> Iterator[str]:
        """The printed addresses that reach the service, lower case: those of the key, else those with the video id
        printed close behind. Any other address of these hosts may be somebody's mail address."""
        video_id = re.compile(r"[ \-]?".join(self.video_id))
        lower = text.lower()
        for domain in self.domains:
            for found in re.finditer(rf"([\w.+*-]{{1,64}})@{re.escape(domain)}(?![\w-])", lower, re.ASCII):
                named = found[1] == self.key if self.key else video_id.search(lower, found.end(), found.end() + _NEAR)
                if named:
                    yield found[0]


def read_instructions(url: Url) -> Instructions | None:
    """What the address of such a page discloses; None when it is another page."""
    first, *rest = url.segments or ("",)
    if first.lower() not in ("teams", "msteams"):
        return None
    printed = _first(url, _ID_NAMES) or (rest[-1] if rest else "")
    if not _VIDEO_ID.fullmatch(printed):
        return None
    key = _first(url, _KEY_NAMES)
    domains = (url.host, _first(url, _DOMAIN_NAMES) or "", *rest[:-1])
    return Instructions(
        frozenset(domain.lower() for domain in domains if domain), key.lower() if key else None, printed
    )


def _first(url: Url, names: tuple[str, ...]) -> str | None:
    return next((value for name in names if (value := url.parameter(name))), None)
