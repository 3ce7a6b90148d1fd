"""From what somebody chose on the screen to the order that opens it on the display."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from agent import wire
from agent.app.box import Box
from agent.app.joining import Services
from agent.model.join import JoinInfo
from agent.state.launchers import Launcher, closes_at, open_order
from agent.state.policy import RoomPolicy
from agent.state.typed import offered
from agent.state.ways import changed

Way = Callable[[str, int | None], JoinInfo | None]


class Orders:
    """`way` finds a listed meeting's way to join."""

    def __init__(self, box: Box, way: Way, services: Services) -> None:
        self._box = box
        self._way = way
        self._services = services
        self._policy = RoomPolicy.of(box.config)
        self._grace = timedelta(minutes=box.config.display.meeting_grace_min)
        self._launchers = {each.provider: Launcher(each.launcher, each.command) for each in box.config.join.launchers}

    def listed(self, meeting: wire.Meeting, alternative: int | None) -> wire.Open:
        """For a meeting of the list, or one of its alternatives. Raises CommandError, OrderFailed."""
        info = self._way(meeting.id, alternative)
        if info is None or not _is(info, meeting, alternative):
            raise changed()
        return self._order(info, closes_at(meeting, self._box.clock.now(), self._grace, self._box.zone))

    def typed(self, text: str, way: int | None) -> wire.Open:
        """For a typed text and one of its ways. Raises CommandError, OrderFailed."""
        ways: Sequence[JoinInfo] = offered(self._services.find(text), self._policy)
        return self._order(ways[way or 0], None)

    def _order(self, info: JoinInfo, until: str | None) -> wire.Open:
        return open_order(info, self._launchers, self._services.conferences, self._policy.name, until)


def _is(info: JoinInfo, meeting: wire.Meeting, alternative: int | None) -> bool:
    """Whether this is still the way that the person saw: the list may have been read again in between."""
    shown = meeting.join
    if shown is not None and alternative is not None:
        shown = shown.alternatives[alternative]
    return shown is not None and (shown.provider, shown.url) == (info.provider, info.url)
