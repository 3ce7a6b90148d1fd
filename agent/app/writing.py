"""What writes to the room's calendar, each on connections of its own; libraries are loaded at the first call."""

from __future__ import annotations

from collections.abc import Callable

from agent import sources
from agent.app.accounts import account_of
from agent.app.box import Box
from agent.ports import OwnerMarks, RequestBox, WritableCalendar
from agent.sources.deferred import DeferredBox, DeferredMarks, DeferredWriter
from agent.sources.following import Following, Serving


def make_writer(box: Box, serving: Serving) -> WritableCalendar:
    """The writer of the source that serves."""
    calendar = box.config.calendar
    names = [name for name in (calendar.source, calendar.fallback) if name]
    return Following({name: DeferredWriter(name, _opener(box, name)) for name in names}, serving)


def make_inbox(box: Box) -> RequestBox:
    """The room's inbox by the configured source: an answer's message belongs to one protocol."""
    return DeferredBox(lambda: sources.open_requests(account_of(box, box.config.calendar.source), box.clock))


def make_marks(box: Box) -> OwnerMarks:
    """The marks of owners by the configured source."""
    return DeferredMarks(lambda: sources.open_owner_marks(account_of(box, box.config.calendar.source), box.clock))


def _opener(box: Box, name: str) -> Callable[[], WritableCalendar]:
    return lambda: sources.open_writer(account_of(box, name), box.clock)
