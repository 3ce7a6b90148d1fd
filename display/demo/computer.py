"""What this computer has for the demo."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

from display.browsers import chromium
from display.demo import screen
from display.demo.texts import texts


def all_there() -> bool:
    """Whether what it cannot do without is installed. Tells what is missing, and what for."""
    missing = [name for name, program in (("xvfb", shutil.which("Xvfb")), ("chromium", chromium.find())) if not program]
    without = [name for name in ("mpv",) if shutil.which(name) is None]
    for name in (*missing, *without):
        sys.stderr.write(f"{texts()[f'demo.missing.{name}']}\n")
    return not missing


def can_have_window() -> bool:
    """Whether the screen can be a window on the desktop. Tells what is missing."""
    possible = screen.can_have_window(os.environ)
    if not possible:
        sys.stderr.write(f"{texts()['demo.missing.xephyr']}\n")
    return possible


def has_desktop(environment: Mapping[str, str]) -> bool:
    """Whether a browser would get a window; without one a text browser would take over the terminal."""
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
