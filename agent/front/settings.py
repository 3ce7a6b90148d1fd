"""What a front needs to be told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontSettings:
    """`hosts`: names this box answers to besides loopback.

    `ports`: ports it may be addressed by besides the one a connection came in on. `status_token`: what lets a peer that
    is not loopback read status and metrics; empty: nothing does. `linked`: a page on another port of this machine may
    link to the home page, as the demo's control page does; anywhere else such a navigation is refused.
    """

    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    status_token: str = field(default="", repr=False)
    linked: bool = False
