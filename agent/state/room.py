"""One room's inputs gathered: stored entries and the source's health. What they mean is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from agent import wire
from agent.errors import StoreError
from agent.model.control import ControlFacts
from agent.model.event import ItemId
from agent.model.join import JoinInfo
from agent.model.sync import SourceHealth, Window
from agent.ports import CalendarStore, StoredEntry
from agent.state import agenda, project
from agent.state.agenda import Slot
from agent.state.control import Control
from agent.state.display import DisplayFacts
from agent.state.policy import RoomPolicy
from agent.state.project import Inputs, Projection, ways_of
from agent.state.troubles import notices

log = structlog.get_logger()

_A_DAY = timedelta(days=1)


class RoomInputs:
    """Makes projections. `health` is the sync worker's; `window` the span that is synced at an instant;
    `notices` what other parts have to say; `look` the screen's; `display` what is known of the display; `commands` what
    is taken besides the usual ones; `control` what changes the calendar, None where nothing does."""

    def __init__(
        self,
        policy: RoomPolicy,
        store: CalendarStore,
        health: Callable[[], SourceHealth],
        window: Callable[[datetime], Window],
        notices: Callable[[datetime], Sequence[wire.Notice]] = lambda _: (),
        look: wire.Look | None = None,
        *,
        display: Callable[[], DisplayFacts] = DisplayFacts,
        commands: Callable[[], tuple[str, ...]] = tuple,
        control: Control | None = None,
    ) -> None:
        self._policy = policy
        self._look = look or wire.Look()
        self._store = store
        self._health = health
        self._window = window
        self._notices = notices
        self._display = display
        self._commands = commands
        self._control = control
        self._entries: Sequence[StoredEntry] = ()
        self._shown: Sequence[StoredEntry] = ()
        self.store_code: str | None = None
        """Why the database could not be read the last time; None while it can."""

    @property
    def stored(self) -> int:
        """How many entries the database had the last time it was read."""
        return len(self._entries)

    def project(self, now: datetime) -> Projection:
        """The room's state at an instant. A database that cannot be read leaves the entries of the last time."""
        self._read(now)
        display, control = self._display(), self._control
        entries = self._overlaid(now)
        inputs = Inputs(
            policy=self._policy,
            entries=entries,
            health=self._health(),
            launcher=display.launcher,
            showing=display.shows,
            shown=display.inputs,
            screen=display.screen,
            notices=(
                *(control.notices(now) if control is not None else ()),
                *self._notices(now),
                *notices(display, self._policy.language),
            ),
            look=self._look,
            commands=self._commands(),
            control=control.facts(self.slots(now), now) if control is not None else ControlFacts(),
        )
        return project.project(inputs, now)

    def slots(self, now: datetime) -> Sequence[Slot]:
        """The listed meetings as they are shown, out of what the database had the last time it was read."""
        return agenda.slots(self._overlaid(now), now, self._policy.zone)

    def way(self, meeting_id: str, index: int | None) -> JoinInfo | None:
        """A listed meeting's way to join with all its numbers, whatever the screen may show of them: the first, or an
        alternative. None where there is none any more."""
        stored = next((each for each in self._shown if each.meeting_id == meeting_id), None)
        ways = ways_of(stored, self._policy)[0] if stored is not None else ()
        return next(iter(ways[0 if index is None else index + 1 :]), None)

    def item_of(self, meeting_id: str) -> ItemId | None:
        """The source's present handle of a stored meeting; None where there is none any more."""
        found = (each.entry.occurrence.item_id for each in self._entries if each.meeting_id == meeting_id)
        return next(found, None)

    def _overlaid(self, now: datetime) -> Sequence[StoredEntry]:
        self._shown = self._entries if self._control is None else self._control.overlay(self._entries, now)
        return self._shown

    def _read(self, now: datetime) -> None:
        synced = self._window(now)
        # all-day meetings lie by their own zone's midnight, up to a day from the room's
        listed = Window(min(synced.start, now - _A_DAY) - _A_DAY, synced.end)
        try:
            self._entries = self._store.entries(listed)
        except StoreError as error:
            if self.store_code is None:
                log.warning("store.unreadable", code=error.code)
            self.store_code = error.code
        else:
            if self.store_code is not None:
                log.info("store.readable")
            self.store_code = None
