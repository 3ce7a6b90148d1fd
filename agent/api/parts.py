"""What the API needs of the core, handed over by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from agent.ports import Clock
from agent.state.commands import CommandLog
from agent.state.hub import Hub
from agent.state.page import PageWatch
from agent.sync.pull import PullReport
from agent.sync.raw import RawCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts behind the API.

    `sync` reads the calendar now; its report says how that went. `raw` reads all of it and keeps nothing. `status` is
    the health document, `readiness` which parts are ready. `metrics` takes the Accept header and gives body and content
    type. `api_token` lets local programs command. `language` is that of sentences for people.
    """

    hub: Hub
    clock: Clock
    commands: CommandLog
    page: PageWatch
    sync: Callable[[], Awaitable[PullReport]]
    raw: Callable[[], Awaitable[RawCalendar]]
    status: Callable[[], dict[str, Any]]
    readiness: Callable[[], dict[str, bool]]
    metrics: Callable[[str], tuple[bytes, str]]
    api_token: str
    language: str
