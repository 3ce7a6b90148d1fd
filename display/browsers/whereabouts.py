"""Where a page is: what it shows, whether it may be there, and that it comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from display.browsers.addresses import Verdict
from display.browsers.guard import ADDRESS, OTHER_HOST, Guard
from display.browsers.happenings import Failed, Happening, Navigated, Noticed

BLANK_S = 0.5
"""After loading: a page without anything to paint."""
_RETURNS = 3
"""How often a page that was carried off is brought back."""


class Whereabouts:
    """Follows the main frame. `painted` is set when the page that `asked` asked for has its first picture. `tell` is
    told what happens, `go` is called with the last good address when the page must go back there."""

    def __init__(self, guard: Guard, tell: Callable[[Happening], None], go: Callable[[str], None]) -> None:
        self._guard = guard
        self._tell = tell
        self._go = go
        self._asked = False  # whoever asked learns by an answer what became of it
        self._loader = ""
        self._good = ""
        self._returns = _RETURNS
        self.painted = asyncio.Event()

    def asked(self, url: str) -> None:
        """The page is sent to an address."""
        self._asked, self._loader, self._good, self._returns = True, "", url, _RETURNS
        self.painted.clear()

    def arrived(self) -> None:
        """It is there."""
        self._asked = False

    def event(self, method: str, params: Mapping[str, Any], main_frame: str) -> None:
        """Take an event of the page."""
        match method:
            case "Page.frameNavigated" if "parentId" not in params["frame"]:
                self._navigated(params["frame"])
            case "Page.navigatedWithinDocument" if params["frameId"] == main_frame:
                self._at(params["url"])
            case "Page.lifecycleEvent" if params["loaderId"] == self._loader:
                self._lifecycle(params["name"])

    def _navigated(self, frame: Mapping[str, Any]) -> None:
        refused = frame.get("unreachableUrl")
        if refused is None:
            self._loader = frame["loaderId"]
            self._at(frame["url"])
            return
        if not self._asked:
            self._tell(Failed())
        if self._guard.rules(refused) is Verdict.BLOCKED:  # by policy, before the request could be held
            self._stray()

    def _at(self, url: str) -> None:
        verdict = self._guard.rules(url)
        if verdict in (Verdict.EXPECTED, Verdict.OTHER):
            self._good = url
        else:
            self._stray()
        if verdict is Verdict.OTHER:
            self._tell(Noticed(OTHER_HOST))
        self._tell(Navigated(url))

    def _stray(self) -> None:
        self._tell(Noticed(ADDRESS))
        if self._returns > 0 and self._good:
            self._returns -= 1
            self._go(self._good)

    def _lifecycle(self, name: str) -> None:
        if name in ("firstPaint", "firstContentfulPaint"):
            self.painted.set()
        elif name == "load":
            asyncio.get_running_loop().call_later(BLANK_S, self.painted.set)
