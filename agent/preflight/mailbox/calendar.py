"""`mailbox.calendar`: whether the calendar can be read, as the box will read it. Names times, never subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from agent.errors import AccessDenied, SignInFailed, SourceError
from agent.model.preflight import Finding, Who
from agent.model.sync import Window
from agent.preflight.account.refusals import name_of, refused
from agent.preflight.commands import rooms
from agent.preflight.context import Notes, Target
from agent.preflight.findings import failed, passed
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by, trouble

SHOWN = 3


@dataclass(frozen=True)
class Calendar:
    """The step; notes the meetings for those after it."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "mailbox.calendar"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del notes
        account, room = self.visit.account, self.visit.room
        now, days = target.clock.now(), target.config.calendar
        window = Window(now - timedelta(days=days.days_behind), now + timedelta(days=days.days_ahead))
        denied = self.visit.opened()
        try:
            if denied is not None:
                raise denied
            delta = self.visit.ask(lambda checkup: checkup.source.changes_since(None, window, {}))
        except SignInFailed as error:
            return refused(error, account)
        except AccessDenied:
            finding = failed("mailbox.calendar_denied", Who.EXCHANGE_ADMIN, room=room, account=name_of(account))
            return mended_by(finding, rooms.calendar_rights(room))
        except SourceError as error:
            return trouble(error)
        self.visit.meetings = delta.fetched
        to_come = sorted(
            each.occurrence.start
            for each in delta.fetched
            if each.occurrence.end > now and not each.occurrence.cancelled
        )
        said = {"room": self.visit.room_name, "count": str(len(to_come)), "days": str(days.days_ahead)}
        if not to_come:
            return passed("mailbox.calendar_empty", **said)
        return passed("mailbox.calendar", **said, next=_times(to_come[:SHOWN], account.timezone))


def _times(starts: Sequence[datetime], zone: str) -> str:
    """On the room's clock, in figures every language reads."""
    return ", ".join(f"{start.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for start in starts)
