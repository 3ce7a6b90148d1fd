"""The latest RoomState and its revision, for everybody who shows it.

One task recomputes: when a part says that something changed, and when time alone changes the list. A new revision is
on disk before anybody sees it, so it never falls; a state that differs in nothing but `now` is not published.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from agent import wire
from agent.errors import StoreError
from agent.ports import CalendarStore, Clock
from agent.state.project import Projection

log = structlog.get_logger()

REVISION = "state.revision"
KEEP_ALIVE_S = 15.0
LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Repair:
    """To the page of this id: your screen is wrong, make it anew from this revision. An empty id means everybody."""

    revision: int
    page_id: str = ""


class Hub:
    """`make(now)` gives the projection and may read the store: it runs in a worker thread.

    `rebuilt`: the store was made anew and may have forgotten the revision, which must not fall nevertheless.
    """

    def __init__(
        self,
        store: CalendarStore,
        clock: Clock,
        make: Callable[[datetime], Projection],
        on_publish: Callable[[wire.RoomState], None] = lambda _: None,
        *,
        rebuilt: bool = False,
    ) -> None:
        self._on_publish = on_publish
        self._store = store
        self._clock = clock
        self._make = make
        self._revision, self._digest = _first(store, clock.now(), rebuilt=rebuilt)
        self._state: wire.RoomState | None = None
        self._dirty = asyncio.Event()
        self._published = asyncio.Event()
        self._ended = asyncio.Event()
        self._watchers = 0
        self._repairs = 0
        self._wrong_page = ""
        self._changes_at: datetime | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def state(self) -> wire.RoomState:
        """The latest state, stamped with the present. Only valid once `ready`."""
        assert self._state is not None
        return replace(self._state, now=wire.instant(self._clock.now()))

    @property
    def ready(self) -> bool:
        return self._state is not None

    @property
    def watchers(self) -> int:
        """How many streams are open."""
        return self._watchers

    def wake(self) -> None:
        """Something changed: look again soon. May be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._dirty.set)
        else:
            self._dirty.set()

    async def run(self) -> None:
        """Keep the state current, until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._dirty.clear()
            await self._refresh()
            await self._sleep()

    def repair(self, page_id: str = "") -> None:
        """Tell whoever listens now that a page's screen is wrong. Only in the event loop."""
        self._repairs += 1
        self._wrong_page = page_id
        self._tell()

    async def states(self) -> AsyncIterator[wire.RoomState | Repair | None]:
        """The latest state at once, then each newer one; None every 15 s of quiet; a Repair whenever it is asked for.

        A slow reader misses states and repairs in between, never the last one. Ends with `end_streams`.
        """
        seen: int | None = None
        repairs = self._repairs
        self._watchers += 1
        try:
            while not self._ended.is_set():
                published = self._published
                if self._state is not None and self._state.revision != seen:
                    state = self.state
                    seen = state.revision
                    yield state
                elif seen is not None and self._repairs != repairs:
                    repairs = self._repairs
                    yield Repair(seen, self._wrong_page)
                elif not await _set_within(published, KEEP_ALIVE_S):
                    yield None
        finally:
            self._watchers -= 1

    async def streaming(self) -> None:
        """Until `end_streams`."""
        await self._ended.wait()

    async def ended_within(self, seconds: float) -> bool:
        """Wait; whether the streams are to end. For streams of other things than states."""
        return await _set_within(self._ended, seconds)

    def end_streams(self) -> None:
        """End all streams, for good."""
        self._ended.set()
        self._published.set()

    async def _refresh(self) -> None:
        projection = await asyncio.to_thread(self._make, self._clock.now())
        self._changes_at = projection.changes_at
        digest = _digest(projection.state)
        if digest == self._digest and self._state is not None:
            return
        if digest != self._digest:
            self._revision += 1
            self._digest = digest
            await self._persist()
        self._state = replace(projection.state, revision=self._revision)
        self._on_publish(self._state)
        self._tell()

    def _tell(self) -> None:
        published, self._published = self._published, asyncio.Event()
        published.set()

    async def _persist(self) -> None:
        try:
            await asyncio.to_thread(self._store.set_note, REVISION, f"{self._revision}:{self._digest}")
        except StoreError as error:
            log.warning("revision.not_stored", code=error.code)

    async def _sleep(self) -> None:
        """Until woken or until time changes the list; looks at the wall clock every second."""
        while not self._dirty.is_set():
            if self._changes_at is not None and self._clock.now() >= self._changes_at:
                return
            await _set_within(self._dirty, LOOK_EVERY_S)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether an event is set before the time is over."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


def _digest(state: wire.RoomState) -> str:
    data = wire.to_dict(state)
    del data["now"], data["revision"]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def last_revision(store: CalendarStore) -> int:
    """The revision that was published last; 0 before the first one ever. Raises StoreError."""
    return _noted(store)[0]


def _first(store: CalendarStore, now: datetime, *, rebuilt: bool) -> tuple[int, str]:
    """Revision and digest to go on from. Where they are lost, a number that no earlier revision can have reached: the
    seconds since 1970, since no room changes once a second for decades."""
    try:
        revision, digest = _noted(store)
    except StoreError as error:
        log.warning("revision.not_read", code=error.code)
        rebuilt, revision, digest = True, 0, ""
    return (int(now.timestamp()), "") if rebuilt and not revision else (revision, digest)


def _noted(store: CalendarStore) -> tuple[int, str]:
    number, _, digest = (store.note(REVISION) or "").partition(":")
    return (int(number), digest) if number.isdigit() else (0, "")
