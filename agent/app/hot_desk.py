"""Shows another mailbox for a while in place of the room, and leaves nothing of it behind.

The room's own calendar goes on being read into its own store meanwhile, so it is there at once when the time is over.
The other one has a store of its own in STATE/hot-desk, which is erased at the end. A directory that is found there at
the start is what a crash has left: it is erased too, and the room's calendar shown, since nobody can know who stands
before the screen by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog

from agent import wire
from agent.app.box import Box
from agent.app.guest import Guest, MakeInputs
from agent.errors import CommandError, RoomAgentError
from agent.model.sync import SIGN_IN_REFUSED, SourceHealth
from agent.setup.guard import Guard, Locked
from agent.state import hot_desk
from agent.state.hot_desk import Wanted
from agent.state.room import RoomInputs
from agent.store.audit import AGENT, AuditLog
from agent.store.audit_chain import Fact
from agent.store.erase import erase
from agent.wire import SCREEN

log = structlog.get_logger()

FOLDER = "hot-desk"
WHO = "admin-pin"
"""In the audit log: somebody who knew the administrator's PIN."""
LOOK_EVERY_S = 1.0


class HotDesks:
    """`agent.state.hot_desk.HotDesk`. `guard` knows the PIN; `health` is the room's own source's; `make_inputs` makes
    what a mailbox's state is projected from; `wake` is called when another calendar is to be shown."""

    def __init__(
        self,
        box: Box,
        audit: AuditLog,
        guard: Guard,
        health: Callable[[], SourceHealth],
        make_inputs: MakeInputs,
        wake: Callable[[], None],
    ) -> None:
        self._box = box
        self._audit = audit
        self._guard = guard
        self._health = health
        self._make_inputs = make_inputs
        self._wake = wake
        self._guest: Guest | None = None
        self._ending = asyncio.Lock()
        self._folder = box.places.state / FOLDER
        self._left_since = self._erase_left()

    @property
    def inputs(self) -> RoomInputs | None:
        """What to show in place of the room; None while the room itself is shown."""
        return self._guest.inputs if self._guest is not None else None

    @property
    def commands(self) -> tuple[str, ...]:
        """What is taken now besides the usual commands."""
        return hot_desk.commands(offered=bool(self._box.config.hot_desk.allowed), active=self.inputs is not None)

    def notices(self) -> list[wire.Notice]:
        """That another calendar is shown, or that something of one could not be deleted."""
        language, guest = self._box.config.room.language, self._guest
        told = []
        if guest is not None and guest.shown is not None:
            told.append(hot_desk.notice(guest.wanted, guest.command_id, guest.shown, self._box.zone, language))
        if self._left_since is not None:
            told.append(hot_desk.not_erased(self._left_since, language))
        return told

    async def allow(self, wanted: Wanted, pin: str) -> None:
        """Whether it may be shown. The PIN comes before the list: who does not know it learns nothing of the list."""
        config = self._box.config
        if not config.set_up:
            raise CommandError("setup.no_config", "This room is not set up yet.", 409)
        if not config.hot_desk.allowed:
            raise hot_desk.off()
        if config.calendar.source == "graph" and config.calendar.graph.auth == "device_code":
            raise hot_desk.delegated()
        await self._check(pin)
        if not hot_desk.is_allowed(wanted.mailbox, config.hot_desk.allowed):
            await self._note("hot_desk.refused", WHO, mailbox=wanted.mailbox)
            raise hot_desk.not_allowed()
        if self._guest is not None:
            raise hot_desk.busy_now()

    async def show(self, command_id: str, wanted: Wanted) -> None:
        """Read the calendar and show it."""
        code = self._health().code
        if code in SIGN_IN_REFUSED:  # another mailbox must not be a way to try a refused secret more often
            raise RoomAgentError(code, "The room's own account is refused; another mailbox cannot be read with it.")
        if self._guest is not None:
            raise hot_desk.busy()
        guest = self._guest = Guest(self._box, self._folder, wanted, command_id, self._wake)
        try:
            await guest.read(self._make_inputs)
        except BaseException as error:
            await asyncio.shield(self._end(guest, getattr(error, "code", "stopped")))
            raise
        await self._note("hot_desk.shown", WHO, mailbox=wanted.mailbox, minutes=wanted.minutes)
        self._wake()

    async def undo(self, command_id: str) -> None:
        """Back to the room's own calendar now. Needs no PIN: it takes nothing from anybody."""
        guest = self._guest
        if guest is None or guest.command_id != command_id or guest.inputs is None:
            raise hot_desk.nothing_to_undo()
        await self._end(guest, "asked")

    async def run(self) -> None:
        """For ever: looks whether the time is over. At its end nothing of another mailbox is left."""
        try:
            while True:
                await asyncio.sleep(LOOK_EVERY_S)
                await self.look()
        finally:
            if self._guest is not None:
                await self._end(self._guest, "stopped")

    async def look(self) -> None:
        """End what has to end now."""
        guest = self._guest
        why = guest.over() if guest is not None else None
        if guest is not None and why is not None:
            await self._end(guest, why)

    async def _note(self, act: str, who: str, **facts: Fact) -> None:
        """Written down in a thread: it waits for the disk."""
        await asyncio.to_thread(partial(self._audit.add, act, who, **facts))

    async def _check(self, pin: str) -> None:
        if not self._guard.has_pin():
            raise hot_desk.pin_missing()
        try:
            right = await self._guard.is_pin(pin, SCREEN)
        except Locked as locked:
            raise hot_desk.pin_locked(locked.retry_after_s) from None
        if not right:
            await self._note("pin.wrong", "screen", wait_s=self._guard.retry_after_s(SCREEN))
            raise hot_desk.pin_wrong()

    async def _end(self, guest: Guest, why: str) -> None:
        """The room's own calendar is shown from the first line on; then everything of the other one goes."""
        async with self._ending:
            if self._guest is not guest:
                return
            shown = guest.hide()
            self._wake()
            await guest.close()
            self._left_since = await asyncio.to_thread(self._erase_folder)
            self._guest = None
            await self._note("hot_desk.ended" if shown else "hot_desk.failed", AGENT, why=why)
            self._wake()

    def _erase_left(self) -> datetime | None:
        if not self._folder.exists():
            return None
        left = self._erase_folder()
        self._audit.add("hot_desk.ended", AGENT, why="restart")
        return left

    def _erase_folder(self) -> datetime | None:
        """None when it is gone; else since when it is not."""
        try:
            erase(self._folder)
        except OSError as error:
            log.error("hot_desk.not_erased", path=error.filename, reason=error.strerror)  # noqa: TRY400
            return self._box.clock.now()
        return None
