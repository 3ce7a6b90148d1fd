"""Has anything in the folder changed? One small request instead of a list, whatever the size of the calendar.

SyncFolderItems tells of masters and single items, never of occurrences, and knows no window (exchange.md 3.6): its
answer is only a reason to list the window again. It is asked before the window is listed, so that what changes in
between is told the next time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.errors import SourceUnavailable
from agent.ports import Clock
from agent.sources.breaker import Breaker
from agent.sources.ews.bookmark import FolderState

MOST_PAGES = 8
"""In one round; a calendar of many years is walked over several."""
_CANNOT = frozenset({"calendar.server_error", "calendar.not_exchange"})


@dataclass(frozen=True, slots=True)
class Changes:
    """One page: `count` of changes (read flags aside), and the state to go on from. `complete`: the last page."""

    state: str
    count: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """`quiet`: nothing in the folder has changed since `state` was given out last. `failed`: it cannot be told."""

    state: FolderState
    quiet: bool
    failed: bool = False


class ChangeDetector:
    """Follows one folder. Where the server cannot do it the window's list alone decides: off for a while, then again.

    A server whose states do not move on although it tells of changes cannot do it either. That is tried out once, right
    after the folder was walked: later the silence of such a server would pass for a quiet calendar.
    """

    def __init__(self, read: Callable[[str], Changes], clock: Clock) -> None:
        self._read = read
        self._breaker = Breaker(clock)

    def look(self, state: FolderState) -> Looked:
        """From `state` on, at most `MOST_PAGES` requests and one. Raises `SourceError`, `SyncTokenInvalid` included."""
        if self._breaker.is_open:
            return Looked(state, quiet=False)
        try:
            looked = self._walk(state)
            if looked.state.walked and not state.walked:
                looked = self._walk(looked.state)
        except SourceUnavailable as error:
            if error.code not in _CANNOT:
                raise
            return Looked(state, quiet=False, failed=True)
        if looked.state.walked and not looked.failed:
            self._breaker.reset()
        return replace(looked, quiet=looked.quiet and state.walked)

    def _walk(self, state: FolderState) -> Looked:
        quiet, text = True, state.text
        for _ in range(MOST_PAGES):
            page = self._read(text)
            quiet = quiet and page.count == 0
            if page.state == text and (page.count or not page.complete):
                return Looked(FolderState(), quiet=False, failed=True)
            text = page.state
            if page.complete:
                return Looked(FolderState(text, walked=True), quiet)
        return Looked(FolderState(text, state.walked), quiet=False)

    def give_up(self) -> None:
        """The server answered everything but this: leave it alone for a while."""
        self._breaker.trip()
