"""What the core orders of the shell: to show an input, to show the home screen, to go by another configuration."""

from __future__ import annotations

import logging
from collections.abc import Callable

from agent.wire import DisplayConfig, Home, ShowInput
from display.core.client import Event
from display.core.decode import Malformed, decode

log = logging.getLogger(__name__)

ANSWER_S = 8.0
"""A picture that is not on the screen by then will not come."""


class OrderBook:
    """Orders that are under way. `now` is monotonic; `done` tells the core what became of one."""

    def __init__(self, done: Callable[[str, str | None], None], now: Callable[[], float]) -> None:
        self._done = done
        self._now = now
        self._awaited: dict[str, tuple[str, float]] = {}

    def show(self, order: ShowInput) -> None:
        """The order is done when this input's picture is in front."""
        self._awaited[order.order_id] = (order.input, self._now() + ANSWER_S)

    def home(self, order: Home) -> None:
        """That is done at once: the home screen is always there."""
        self._done(order.order_id, None)

    def settle(self, shown: str | None, coming: frozenset[str]) -> None:
        """Tell what is done and what will not be, now that this input is in front and these have a picture, or will
        have one in a moment."""
        for order_id, (name, until) in list(self._awaited.items()):
            if name == shown:
                code = None
            elif name not in coming:
                code = "display.input_not_live"
            elif self._now() >= until:
                code = "display.input_not_shown"
            else:
                continue
            del self._awaited[order_id]
            self._done(order_id, code)

    @property
    def due(self) -> float | None:
        """When the next one runs out of time."""
        return min((until for _, until in self._awaited.values()), default=None)


class Obeyed:
    """What a kind of order does."""

    def __init__(
        self,
        *,
        configure: Callable[[DisplayConfig], None],
        show_input: Callable[[ShowInput], None],
        home: Callable[[Home], None],
    ) -> None:
        self._configure = configure
        self._show_input = show_input
        self._home = home

    def obey(self, event: Event) -> None:
        """Do what an event says. Orders of the meeting and of the home browser are for others."""
        try:
            if event.name == "config":
                self._configure(decode(DisplayConfig, event.json()))
            elif event.name == "show_input":
                self._show_input(decode(ShowInput, _named(event.json())))
            elif event.name == "home":
                self._home(decode(Home, event.json()))
        except (Malformed, ValueError) as error:
            log.warning("the core's order %s was not understood: %s", event.name, error)


def _named(data: object) -> object:
    """An input may be called `name`, as in RoomState."""
    return {"input": data["name"], **data} if isinstance(data, dict) and "name" in data else data
