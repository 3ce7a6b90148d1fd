"""Which window lies above which. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from display.model import Geometry, Role


@dataclass(frozen=True, slots=True)
class Placed:
    """A window to be stacked. `born` grows with each new one; `dialog`: it belongs above the windows of its role."""

    id: int
    role: Role
    born: int
    dialog: bool = False


def order(windows: Iterable[Placed], front: Role) -> list[int]:
    """The ids from bottom to top: the roles in their order, but the front's last; in each, dialogs above."""
    bottom_up = list(Role)

    def height(window: Placed) -> tuple[bool, int, bool, int]:
        return window.role is front, bottom_up.index(window.role), window.dialog, window.born

    return [window.id for window in sorted(windows, key=height)]


def moves(present: Sequence[int], wanted: Sequence[int]) -> list[tuple[int, int | None]]:
    """What to do to get from one order to the other: (window, the one it goes right under; None: on top).

    What is covered is moved under what covers it, never the other way round: nothing is seen that was not meant to be.
    Where a window lies that is not in `present` is not known: it is put into its place.
    """
    steps: list[tuple[int, int | None]] = []
    now = [each for each in present if each in wanted]
    above: int | None = None
    for each in reversed(wanted):
        place = len(now) - 1 if above is None else now.index(above) - 1
        if place < 0 or now[place] != each:
            steps.append((each, above))
            if each in now:
                now.remove(each)
            now.insert(len(now) if above is None else now.index(above), each)
        above = each
    return steps


def centred(width: int, height: int, screen: Geometry) -> Geometry:
    """A dialog's place in the middle of a screen, no larger than it."""
    width, height = min(width, screen.width), min(height, screen.height)
    return Geometry(width, height, screen.x + (screen.width - width) // 2, screen.y + (screen.height - height) // 2)
