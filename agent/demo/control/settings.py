"""What the control page is about, told by who starts the demo."""

from __future__ import annotations

from dataclasses import dataclass

from agent.demo.world import Processing


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSettings:
    """`room`: address of the mailbox the home screen shows. `timezone`: IANA name of the room's wall clock.

    `by_box`: the mode in which the room's box answers: over EWS requests alone are enough for it (NONE), over Graph
    they have to stand in the calendar (UPDATE). `hosts`: names the page may be called by besides loopback's.
    """

    room: str
    timezone: str
    home_url: str
    by_box: Processing = Processing.NONE
    hosts: frozenset[str] = frozenset()
