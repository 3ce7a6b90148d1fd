"""Recurrence patterns to XML and back: daily and weekly, the ones the organisation knows."""

from __future__ import annotations

from datetime import date

from agent.demo import world as w
from agent.demo.exchange.errors import EwsError
from agent.demo.exchange.names import Element, local, mt, t

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GROUPS = {"Day": range(7), "Weekday": range(5), "WeekendDay": range(5, 7)}


def render(rule: w.Recurrence, first: date) -> Element:
    """`Recurrence` for a series whose first occurrence is on the local date `first`."""
    interval = t("Interval", str(rule.interval))
    if rule.frequency is w.Frequency.DAILY:
        pattern = t("DailyRecurrence", interval)
    else:
        days = sorted(rule.weekdays or {first.weekday()})
        pattern = t("WeeklyRecurrence", interval, t("DaysOfWeek", " ".join(_DAYS[day] for day in days)))
    start = t("StartDate", first.isoformat())
    if rule.count is not None:
        ends = t("NumberedRecurrence", start, t("NumberOfOccurrences", str(rule.count)))
    elif rule.until is not None:
        ends = t("EndDateRecurrence", start, t("EndDate", rule.until.isoformat()))
    else:
        ends = t("NoEndRecurrence", start)
    return t("Recurrence", pattern, ends)


def read(element: Element) -> w.Recurrence:
    """Raises ErrorCalendarInvalidRecurrence for other patterns and for nonsense."""
    parts = {local(part): part for part in element}
    try:
        count, until = _range(parts)
        if "DailyRecurrence" in parts:
            interval = int(parts["DailyRecurrence"].findtext(mt("t:Interval")) or "1")
            return w.Recurrence(frequency=w.Frequency.DAILY, interval=interval, count=count, until=until)
        weekly = parts["WeeklyRecurrence"]
        interval = int(weekly.findtext(mt("t:Interval")) or "1")
        days = _weekdays(weekly.findtext(mt("t:DaysOfWeek")) or "")
    except (KeyError, ValueError) as error:
        raise EwsError("ErrorCalendarInvalidRecurrence") from error
    return w.Recurrence(frequency=w.Frequency.WEEKLY, interval=interval, weekdays=days, count=count, until=until)


def _range(parts: dict[str, Element]) -> tuple[int | None, date | None]:
    if "NumberedRecurrence" in parts:
        return int(parts["NumberedRecurrence"].findtext(mt("t:NumberOfOccurrences")) or ""), None
    if "EndDateRecurrence" in parts:
        return None, date.fromisoformat((parts["EndDateRecurrence"].findtext(mt("t:EndDate")) or "")[:10])
    return None, None


def _weekdays(names: str) -> frozenset[int]:
    days: set[int] = set()
    for name in names.split():
        days.update(_GROUPS.get(name) or {_DAYS.index(name)})
    return frozenset(days)
