"""What the control page is about, told by who starts the demo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSettings:
    """`room`: address of the mailbox the home screen shows. `timezone`: IANA name of the room's wall clock.

    `hosts`: names the page may be called by besides loopback's.
    """

    room: str
    timezone: str
    home_url: str
    hosts: frozenset[str] = frozenset()
