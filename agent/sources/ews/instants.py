"""The zones that all-day items were made in, by the names EWS has for them."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from exchangelib.winzone import MS_TIMEZONE_TO_IANA_MAP


@lru_cache(maxsize=256)
def zone_of(windows_name: str | None) -> ZoneInfo | None:
    """The zone for the id of `t:StartTimeZone`, a Windows name, rarely an IANA one; None for all others."""
    name = MS_TIMEZONE_TO_IANA_MAP.get(windows_name, windows_name)
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
