"""How a series repeats, as a patternedRecurrence."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from agent.demo import world as w
from agent.demo.exchange.zones import windows_name

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def recurrence(booking: w.Booking) -> dict[str, Any] | None:
    """Pattern and range; None for what does not repeat."""
    rule = booking.recurrence
    if rule is None:
        return None
    first = booking.start.astimezone(ZoneInfo(booking.timezone)).date()
    pattern: dict[str, Any] = {
        "type": rule.frequency.value, "interval": rule.interval, "month": 0, "dayOfMonth": 0,
        "firstDayOfWeek": "sunday", "index": "first",
    }  # fmt: skip
    if rule.frequency is w.Frequency.WEEKLY:
        pattern["daysOfWeek"] = [_WEEKDAYS[day] for day in sorted(rule.weekdays or {first.weekday()})]
    kind = "endDate" if rule.until else "numbered" if rule.count else "noEnd"
    span = {
        "type": kind,
        "startDate": first.isoformat(),
        "endDate": rule.until.isoformat() if rule.until else "0001-01-01",
        "recurrenceTimeZone": windows_name(booking.timezone),
        "numberOfOccurrences": rule.count or 0,
    }
    return {"pattern": pattern, "range": span}
