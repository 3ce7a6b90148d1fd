"""What the API needs of the core, handed over by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.model.picture import Picture
from agent.ports import Clock
from agent.state.commands import CommandLog
from agent.state.hub import Hub
from agent.state.page import PageWatch
from agent.state.ways import display_absent
from agent.sync.pull import PullReport
from agent.sync.raw import RawCalendar
from agent.wire import Typed


async def no_display(_: str) -> None:
    """Raises CommandError (503)."""
    raise display_absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts behind the API.

    `sync` reads the calendar now; its report says how that went. `raw` reads all of it and keeps nothing. `typed` gives
    the ways to join what a person typed, under the room's policy. `status` is the health document, `readiness` which
    parts are ready. `metrics` takes the Accept header and gives body and content type. `api_token` lets local programs
    command. `language` is that of sentences for people. `images` are those of the look, by name. `show_input` has the
    display show an input; the display brings it.
    """

    hub: Hub
    clock: Clock
    commands: CommandLog
    page: PageWatch
    sync: Callable[[], Awaitable[PullReport]]
    raw: Callable[[], Awaitable[RawCalendar]]
    typed: Callable[[str], Typed]
    status: Callable[[], dict[str, Any]]
    readiness: Callable[[], dict[str, bool]]
    metrics: Callable[[str], tuple[bytes, str]]
    api_token: str
    language: str
    images: Mapping[str, Picture] = field(default_factory=dict)
    show_input: Callable[[str], Awaitable[None]] = no_display
