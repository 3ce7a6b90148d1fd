"""Accidents to try: a part of the box is killed, and the box has to carry on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum

from Xlib import error
from Xlib.display import Display
from Xlib.xobject.drawable import Window

from display.model import Role
from display.windows.roles import claim_of
from display.windows.server import owner


class Accident(StrEnum):
    """What is killed."""

    HOME = "home"
    SHELL = "shell"
    PLAYER = "player"
    MEETING = "meeting"


_WINDOW_OF = {Accident.HOME: Role.HOME, Accident.PLAYER: Role.CONTENT, Accident.MEETING: Role.MEETING}


class Accidents:
    """`shell` gives the shell's process, 0 where there is none; the others are found by their windows on our screen."""

    def __init__(self, display: Display, shell: Callable[[], int]) -> None:
        self._display = display
        self._shell = shell

    def victims(self) -> Mapping[Accident, int]:
        """The processes that can be killed now."""
        by_role = self._owners()
        found = {accident: by_role.get(role, 0) for accident, role in _WINDOW_OF.items()}
        return {accident: pid for accident, pid in {**found, Accident.SHELL: self._shell()}.items() if pid}

    def cause(self, accident: Accident) -> bool:
        """Kill, without a warning. False where there is nobody to be killed."""
        pid = self.victims().get(accident, 0)
        if pid <= 1 or pid == os.getpid():
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def _owners(self) -> Mapping[Role, int]:
        found: dict[Role, int] = {}
        for window in self._display.screen().root.query_tree().children:
            role = _claim(window)
            if role is not None:
                found[role] = owner(self._display, window)
        return found


def _claim(window: Window) -> Role | None:
    try:
        given = window.get_wm_class()
    except (error.XError, UnicodeDecodeError):
        return None
    return claim_of(str(given[0]), str(given[1])) if given else None
