"""Who came to the room's meetings, and the release of those that nobody came to: `agent.control.parts.Attends`.

Looks once a second. A release is on disk before it is asked for: after a crash it is not asked for again, and at worst
a meeting keeps the room that could have lost it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from agent.control import presence, release
from agent.control.attended import Attended
from agent.control.parts import Releases
from agent.control.policy import ControlPolicy
from agent.control.prompts import Prompts
from agent.control.release import Case, Verdict
from agent.errors import CommandError, StoreError
from agent.model.control import CHECK_IN, TOUCH
from agent.ports import AttendanceStore, Clock
from agent.state.agenda import Slot
from agent.state.display import DisplayFacts
from agent.store.audit import AuditLog

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
FORGET_EVERY_S = 86_400.0
REFUSED_S = 600.0
"""After a release that was refused nobody is asked about the meeting for so long."""


class Attendances:
    """`slots`: the listed meetings at an instant; `watching`: whether a page or a display is there; `stale`: whether
    the calendar is not to be trusted; `pending`: whether a change of this meeting is on its way; `turned` is called
    when something here is another thing on the screen."""

    def __init__(
        self,
        *,
        store: AttendanceStore,
        releases: Callable[[], Releases],
        policy: ControlPolicy,
        clock: Clock,
        slots: Callable[[datetime], Sequence[Slot]],
        watching: Callable[[], bool],
        stale: Callable[[], bool],
        display: Callable[[], DisplayFacts],
        pending: Callable[[str], bool],
        turned: Callable[[], None],
        audit: AuditLog,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._attended = Attended(store)
        self._releases = releases
        self._policy = policy
        self._clock = clock
        self._slots = slots
        self._watching = watching
        self._stale = stale
        self._display = display
        self._pending = pending
        self._turned = turned
        self._audit = audit
        self._sleep = sleep
        self._listed: Sequence[Slot] = ()
        self._prompts = Prompts()
        self._refused: dict[str, float] = {}
        self._touched = float("-inf")
        self._forgotten = float("-inf")

    @property
    def asks(self) -> bool:
        """Whether people are asked to check in at all: by a button, or by the prompt before a release."""
        return self._policy.check_in or self._policy.release_after > timedelta(0)

    def checked_in(self, meeting_id: str) -> bool | None:
        """Whether somebody is known to have come; None where nobody is asked."""
        if not self.asks:
            return None
        if release.came(self._attended.of(meeting_id)):
            return True
        return False if self._policy.check_in or meeting_id in self._prompts else None

    def release_at(self, slot: Slot, now: datetime) -> datetime | None:
        """When the meeting will be released if nobody comes; None while its prompt is not up."""
        shown = self._prompts.shown(slot)
        if shown is None or not slot.running(now):
            return None
        return release.release_at(slot, self._policy.release_after, shown)

    async def check_in(self, slot: Slot, actor: str, command_id: str) -> None:
        """Somebody says that he is there: known at once, on disk and audited when this returns. Raises StoreError."""
        self._note([slot], CHECK_IN)
        await self._attended.write(slot.id)
        await asyncio.to_thread(
            lambda: self._audit.add("room.check_in", actor, command=command_id, meeting=slot.id, answer="done")
        )

    def seen(self, slots: Collection[Slot], evidence: str) -> None:
        """Something shows that people are in these meetings. The first that shows it counts; on disk within seconds."""
        if self.asks:
            self._note(slots, evidence)

    def came(self, evidence: str, meeting_id: str = "") -> None:
        """Somebody did something at the room's screen that shows that people came: to the listed meeting with this id,
        without one to those that run or are about to begin."""
        if meeting_id:
            self.seen([slot for slot in self._listed if slot.id == meeting_id], evidence)
        else:
            self.seen(presence.near(self._listed, self._clock.now()), evidence)

    async def kept(self, meeting_id: str) -> None:
        """The release of this meeting was taken back: it is not released again, and counts as no strike."""
        try:
            await self._attended.read([meeting_id])
        except StoreError as error:
            self._attended.failed(error)
        self._attended.kept(meeting_id, self._clock.now())
        await self._attended.catch_up()
        self._turned()

    async def run(self) -> None:
        """Look once a second. A database that cannot be read or written never ends this."""
        while True:
            if self.asks:
                try:
                    await self.look()
                except StoreError as error:
                    self._attended.failed(error)
                    self._lower(*self._prompts)
            await self._sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Take in what shows people now, and do what is due. Raises StoreError when the list cannot be read."""
        now = self._clock.now()
        self._listed = [slot for slot in self._slots(now) if self._matters(slot, now)]
        try:
            await self._attended.take_in(self._listed, now)
        except StoreError as error:
            self._attended.failed(error)
        self._evidence(now)
        await self._attended.catch_up()
        for slot in self._listed:
            if slot.running(now) or slot.id in self._prompts:
                await self._judge(slot)
        listed = {slot.id for slot in self._listed}
        self._lower(*(set(self._prompts) - listed))
        self._refused = {each: until for each, until in self._refused.items() if each in listed}
        await self._forget()

    def _matters(self, slot: Slot, now: datetime) -> bool:
        """Whether people may come to it by now, or something is known of it. The list goes on for weeks."""
        return slot.begin <= now + release.COMES_FROM or self._attended.of(slot.id) is not None

    def _evidence(self, now: datetime) -> None:
        """What the display shows of people now, and when somebody touched it last."""
        facts = self._display()
        shown = presence.at_display(facts)
        if shown is not None:
            self.seen(presence.running(self._listed, now), shown)
        if facts.touched is not None and facts.touched > self._touched:
            self._touched = facts.touched
            ago = timedelta(seconds=self._clock.monotonic() - facts.touched)
            self.seen(presence.near(self._listed, now - ago), TOUCH)

    def _note(self, slots: Collection[Slot], evidence: str) -> None:
        now = self._clock.now()
        fresh = [slot for slot in slots if self._attended.came(slot, evidence, now)]
        self._prompts.take_down(slot.id for slot in fresh)
        if fresh:
            self._turned()

    async def _judge(self, slot: Slot) -> None:
        now, at = self._clock.now(), self._clock.monotonic()
        prompted = self._prompts.age(slot, now, at)
        case = Case(
            now=now,
            attendance=self._attended.of(slot.id),
            known=self._attended.known(slot.id),
            stale=self._stale(),
            watched=self._watching(),
            pending=self._pending(slot.id) or at < self._refused.get(slot.id, at),
            prompted=prompted,
        )
        found = release.verdict(slot, self._policy.release_after, case)
        if found is Verdict.RELEASE:
            await self._release(slot, now)
        elif found is not Verdict.PROMPT:
            self._lower(slot.id)
        elif prompted is None:
            self._prompts.put_up(slot, now, at)
            self._turned()

    def _lower(self, *meeting_ids: str) -> None:
        if self._prompts.take_down(meeting_ids):
            self._turned()

    async def _release(self, slot: Slot, now: datetime) -> None:
        self._attended.released(slot, now)
        try:
            await self._attended.write(slot.id)
            uid = slot.stored.entry.occurrence.key.uid
            strikes = await asyncio.to_thread(self._store.strikes, uid, now - release.STRIKES_FOR)
            if release.came(self._attended.of(slot.id)):  # while the disk was busy
                self._attended.released(slot, None)
                return
            await self._releases().release(slot.id, strikes)
        except (CommandError, StoreError) as error:
            self._attended.released(slot, None)
            self._refused[slot.id] = self._clock.monotonic() + REFUSED_S
            log.warning("release.refused", code=error.code)
        finally:
            self._lower(slot.id)

    async def _forget(self) -> None:
        """Once a day, what counts as no strike any more."""
        if self._clock.monotonic() - self._forgotten < FORGET_EVERY_S:
            return
        self._forgotten = self._clock.monotonic()
        with suppress(StoreError):  # tomorrow then
            await asyncio.to_thread(self._store.forget, self._clock.now() - release.STRIKES_FOR)
