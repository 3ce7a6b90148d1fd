"""What the screen shows: the room, another mailbox in its place, or that nobody has set the box up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from agent import wire
from agent.app.box import Box
from agent.app.control import Controls
from agent.app.expiries import Expiries
from agent.app.hot_desk import HotDesks
from agent.app.look import read_images
from agent.config import Config
from agent.model.join import JoinInfo
from agent.model.sync import SourceHealth
from agent.ports import CalendarStore
from agent.setup.guard import Guard
from agent.state import look, troubles
from agent.state.control import Control
from agent.state.desk import Desk
from agent.state.expiry import notices
from agent.state.policy import RoomPolicy
from agent.state.project import Projection, setup_state
from agent.state.room import RoomInputs
from agent.store.audit import AuditLog
from agent.sync.window import next_midnight


class Shown:
    """`store` and `health` are those of the room's own calendar; `wake` is called when another one is to be shown.
    `own` is what the room's own state is made of, whatever is shown."""

    def __init__(
        self,
        box: Box,
        store: CalendarStore,
        health: Callable[[], SourceHealth],
        *,
        desk: Desk,
        expiries: Expiries,
        audit: AuditLog,
        guard: Guard,
        control: Controls | None = None,
        wake: Callable[[], None],
    ) -> None:
        self._box = box
        self._health = health
        self._desk = desk
        self._expiries = expiries
        self._control = control
        self._since = box.clock.now()
        self.images = read_images(box.config)
        self._look = look.look_of(box.config, self.images.usable)
        self.own = self._inputs(box.config, store, health, control.room if control is not None else None)
        self.hot_desk = HotDesks(box, audit, guard, health, self._inputs, wake)

    def project(self, now: datetime) -> Projection:
        """The state of the screen at an instant."""
        if self._box.config.set_up:
            return self._inputs_shown.project(now)
        room = self._box.config.room
        told = [*self._notices_of_look(), *troubles.notices(self._desk.facts, room.language)]
        state = setup_state(room.language, now, room.timezone, self._look, told)
        return Projection(state, next_midnight(now, self._box.zone))

    def way(self, meeting_id: str, index: int | None) -> JoinInfo | None:
        """How to join a meeting that is shown, or one of its alternatives; None where there is none."""
        return self._inputs_shown.way(meeting_id, index)

    @property
    def _inputs_shown(self) -> RoomInputs:
        return self.hot_desk.inputs or self.own

    def _inputs(
        self,
        config: Config,
        store: CalendarStore,
        health: Callable[[], SourceHealth],
        control: Control | None = None,
    ) -> RoomInputs:
        """What a mailbox's state is made of: the room's own, or one that is shown in its place."""
        return RoomInputs(
            RoomPolicy.of(config),
            store,
            health,
            self._box.window,
            self._notices,
            self._look,
            display=lambda: self._desk.facts,
            commands=lambda: self.hot_desk.commands,
            control=control,
        )

    def _notices(self, now: datetime) -> list[wire.Notice]:
        ending = notices(self._expiries.now(self._health()), now, self._box.config.room.language)
        second = self._control.notices() if self._control is not None else []
        return [*self.hot_desk.notices(), *second, *ending, *self._notices_of_look()]

    def _notices_of_look(self) -> list[wire.Notice]:
        return look.notices(self.images.unusable, self._since, self._box.config.room.language)
