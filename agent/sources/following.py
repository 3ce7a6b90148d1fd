"""The writing half of whichever source serves: the configured one, or its fallback."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from agent.model.control import Mail, NewBooking, Present, Taken
from agent.model.event import ItemId
from agent.model.sync import Window
from agent.ports import WritableCalendar

Serving = Callable[[], str]
"""The name of the source that serves now."""


class Following:
    """`agent.ports.WritableCalendar` by the source that serves. Ids of items belong to their source: those of another
    one are gone there."""

    def __init__(self, writers: Mapping[str, WritableCalendar], serving: Serving) -> None:
        self._writers = writers
        self._serving = serving

    @property
    def name(self) -> str:
        return self._writer.name

    def taken(self, window: Window) -> Sequence[Taken]:
        return self._writer.taken(window)

    def created(self, key: str, booking: NewBooking) -> Present | None:
        return self._writer.created(key, booking)

    def create(self, key: str, booking: NewBooking) -> Present:
        return self._writer.create(key, booking)

    def read(self, item_id: ItemId) -> Present | None:
        return self._writer.read(item_id)

    def set_end(self, seen: Present, end: datetime) -> Present:
        return self._writer.set_end(seen, end)

    def delete(self, item_id: ItemId) -> None:
        self._writer.delete(item_id)

    def send(self, key: str, mail: Mail) -> str:
        return self._writer.send(key, mail)

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()

    @property
    def _writer(self) -> WritableCalendar:
        return self._writers[self._serving()]
