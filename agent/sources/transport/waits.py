"""How long a server asks us to wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 600.0


def clamp(seconds: float) -> float | None:
    """At most ten minutes; None when it is no sensible wait (zero, negative, not a number)."""
    return min(seconds, LONGEST_S) if seconds > 0 else None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds asked for by a Retry-After header, as a number or an HTTP date, clamped; None when absent or nonsense.

    A date counts from the answer's own Date header: our clock may be wrong. RFC 9110, 10.2.3.
    """
    value = headers.get("Retry-After", "").strip()
    try:
        return clamp(float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    try:
        since = parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, OverflowError):
        since = now
    try:
        return clamp((until - since).total_seconds())
    except TypeError:  # a date without a zone beside one with a zone
        return None
