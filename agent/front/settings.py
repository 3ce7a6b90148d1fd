"""What a front needs to be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontSettings:
    """`hosts`: names this box answers to besides loopback.

    `ports`: ports it may be addressed by besides the one a connection came in on. `linked`: a page on another port of
    this machine may link to the home page, as the demo's control page does; anywhere else such a navigation is refused.

    `setup`: this is the wizard's own front for a technician's browser, where nothing else is reachable. `settings`: the
    box is set up; peers that are not loopback may open its settings, with the PIN, and `/ops`, with the PIN or the
    token, over TLS. `closed`: nothing is served here any more, or not yet.

    A front may be told others while it serves, all but `setup` and `linked`.
    """

    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    linked: bool = False
    setup: bool = False
    settings: bool = False
    closed: bool = False


Told = Callable[[], FrontSettings]
"""The settings that hold now."""
