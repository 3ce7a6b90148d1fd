"""One room's inputs gathered: stored entries and the source's health. What they mean is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from agent import wire
from agent.errors import StoreError
from agent.model.sync import SourceHealth, Window
from agent.ports import CalendarStore, StoredEntry
from agent.state import project
from agent.state.policy import RoomPolicy
from agent.state.project import Inputs, Projection

log = structlog.get_logger()

_A_DAY = timedelta(days=1)


class RoomInputs:
    """Makes projections. `health` is the sync worker's; `window` the span that is synced at an instant;
    `notices` what other parts have to say; `look` the screen's."""

    def __init__(
        self,
        policy: RoomPolicy,
        store: CalendarStore,
        health: Callable[[], SourceHealth],
        window: Callable[[datetime], Window],
        notices: Callable[[datetime], Sequence[wire.Notice]] = lambda _: (),
        look: wire.Look | None = None,
    ) -> None:
        self._policy = policy
        self._look = look or wire.Look()
        self._store = store
        self._health = health
        self._window = window
        self._notices = notices
        self._entries: Sequence[StoredEntry] = ()
        self.store_code: str | None = None
        """Why the database could not be read the last time; None while it can."""

    def project(self, now: datetime) -> Projection:
        """The room's state at an instant. A database that cannot be read leaves the entries of the last time."""
        notices = tuple(self._notices(now))
        entries = self._read(now)
        inputs = Inputs(policy=self._policy, entries=entries, health=self._health(), notices=notices, look=self._look)
        return project.project(inputs, now)

    def _read(self, now: datetime) -> Sequence[StoredEntry]:
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
        return self._entries
