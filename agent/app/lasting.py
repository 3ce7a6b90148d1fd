"""What outlives a core: with another configuration the next one gets the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.api.parts import FrontSide
    from agent.setup.service import SetupService
    from agent.state.starts import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """`run`: the process's own start, None for a command that does one thing and ends. `setup`: wizard and settings.
    `home_url`: where the front serves the home screen, None where `web.listen` says it. `fronts`: what fronts are told,
    None for what the core's own box says. `reset`: what forgets everything, for the key at the box."""

    run: Run | None = None
    setup: SetupService | None = None
    home_url: str | None = None
    fronts: FrontSide | None = None
    reset: Callable[[], Awaitable[None]] | None = None
