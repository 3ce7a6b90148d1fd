"""Timers that nudge (APScheduler), and the guard that wakes them after a clock step.

Jobs do nothing but call a function that sets a flag: what is due is decided by the part itself on the monotonic clock.
APScheduler computes wall-clock due times; when the system clock is set back, its next run may lie hours ahead. The
guard compares wall and monotonic clock once a second and wakes the scheduler and its listeners after a step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from agent.ports import Clock

STEP_S = 2.0
LOOK_EVERY_S = 1.0


class Timers:
    """Recurring nudges by name. `run` lives as long as the process; jobs start with it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._stepped: list[Callable[[], None]] = []

    def every(self, name: str, seconds: float, nudge: Callable[[], None], *, jitter_s: float = 0) -> None:
        """Call `nudge` every `seconds` ± jitter. A late run is made up for once, never several times."""
        trigger = IntervalTrigger(seconds=seconds, jitter=jitter_s or None)
        self._scheduler.add_job(nudge, trigger, id=name, coalesce=True, max_instances=1, misfire_grace_time=None)

    def daily(self, name: str, zone: ZoneInfo, nudge: Callable[[], None]) -> None:
        """Call `nudge` a few seconds into each day of a zone."""
        trigger = CronTrigger(hour=0, minute=0, second=5, timezone=zone)
        self._scheduler.add_job(nudge, trigger, id=name, coalesce=True, max_instances=1, misfire_grace_time=None)

    def on_clock_step(self, nudge: Callable[[], None]) -> None:
        """Call `nudge` whenever the wall clock has jumped by more than 2 s."""
        self._stepped.append(nudge)

    async def run(self) -> None:
        self._scheduler.start()
        try:
            offset = self._offset()
            while True:
                await asyncio.sleep(LOOK_EVERY_S)
                drift = self._offset() - offset
                if abs(drift) > STEP_S:
                    offset += drift
                    self._reschedule()
                    for nudge in self._stepped:
                        nudge()
        finally:
            self._scheduler.shutdown(wait=False)

    def _offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _reschedule(self) -> None:
        for job in self._scheduler.get_jobs():
            job.reschedule(job.trigger)
        self._scheduler.wakeup()
