"""Whose window is this. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from display.model import Role

Known = Mapping[Role, frozenset[int]]
"""The processes of each role: those that we, or our siblings, started."""

_CLAIMS = {
    "room-home": Role.HOME,
    "room-meeting": Role.MEETING,
    "room-content": Role.CONTENT,
    "room-overlay": Role.OVERLAY,
}


def role_of(pid: int, known: Known) -> Role | None:
    """The role of the process that made a window; None for a stranger. What the window says of itself does not count:
    a page can choose its name."""
    return next((role for role, pids in known.items() if pid in pids), None)


def claim_of(instance: str, name: str) -> Role | None:
    """The role a window claims by its WM_CLASS; mpv puts the name we give it into the instance part."""
    return _CLAIMS.get(name) or _CLAIMS.get(instance)
