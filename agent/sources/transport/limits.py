"""How much of what a server allows is used up, where its answers tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NUMBER = re.compile(r"\s*(\d{1,9}(?:\.\d{1,6})?)\b")
_PAIRS = (("RateLimit-Limit", "RateLimit-Remaining"), ("X-RateLimit-Limit", "X-RateLimit-Remaining"))


def used_up(headers: Mapping[str, str]) -> float | None:
    """The part of the limit that is gone, 1.0 for all of it and more beyond; None when nothing is told.

    Graph sends `x-ms-throttle-limit-percentage` from 0.8 on ("Microsoft Graph throttling guidance"), others the limit
    and what remains of it.
    """
    share = _number(headers.get("x-ms-throttle-limit-percentage"))
    if share is not None:
        return share
    for limit_name, remaining_name in _PAIRS:
        limit, remaining = _number(headers.get(limit_name)), _number(headers.get(remaining_name))
        if limit and remaining is not None:
            return max(0.0, 1 - remaining / limit)
    return None


def _number(text: str | None) -> float | None:
    found = _NUMBER.match(text or "")
    return float(found[1]) if found else None
