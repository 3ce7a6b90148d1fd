"""What the state needs of the part that changes the room's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from agent import wire
from agent.model.control import ControlFacts
from agent.ports import StoredEntry
from agent.state.agenda import Slot


class Control(Protocol):
    """Room control as the screen shows it (`agent.control.room`). All methods are quick and safe in any thread."""

    def overlay(self, entries: Sequence[StoredEntry], now: datetime) -> Sequence[StoredEntry]:
        """The stored calendar as it will be when the server has taken what is on its way."""

    def facts(self, slots: Sequence[Slot], now: datetime) -> ControlFacts:
        """What is offered now, and what is known of each of these meetings."""

    def notices(self, now: datetime) -> list[wire.Notice]:
        """What was done lately and can be taken back, and what failed."""
