"""What most extractors do: every service's pattern, one after another, over the raw text."""

from __future__ import annotations

import re

from agent.meetings.conferences import CONFERENCES

_PATTERNS = [
    re.compile(rf"https?://(?:[a-z0-9.-]+\.)?{re.escape(host.removeprefix('*.'))}/[^\s\"'<>]*", re.IGNORECASE)
    for conference in CONFERENCES
    for place in conference.places
    for host in place.hosts
]


def links(text: str) -> list[str]:
    """What every pattern finds, in the order of the patterns."""
    return [found[0] for pattern in _PATTERNS for found in pattern.finditer(text)]
