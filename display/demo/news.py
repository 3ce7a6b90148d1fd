"""What the core says of the room, for the page: what the display has told it, and what is wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from agent.wire import DISPLAY_CONFIG, DisplayConfig, InputConfig
from display.core.client import CoreClient, CoreUnreachable
from display.core.decode import Malformed, decode

log = logging.getLogger(__name__)

AGAIN_S = 1.0
_STREAM = "/api/v1/stream"
_MOST = 20


class News:
    """The room as the core knows it. `changed` is called at each change."""

    def __init__(self, client: CoreClient, changed: Callable[[], None]) -> None:
        self._client = client
        self._changed = changed
        self.room: Mapping[str, Any] | None = None

    async def run(self) -> None:
        """Follow it until cancelled, over every break."""
        while True:
            try:
                async for event in self._client.events(_STREAM):
                    if event.name == "room":
                        self._is(excerpt(event.json()))
            except (CoreUnreachable, ValueError) as error:
                log.info("no news of the room: %s", error)
            self._is(None)
            await asyncio.sleep(AGAIN_S)

    def _is(self, room: Mapping[str, Any] | None) -> None:
        if room != self.room:
            self.room = room
            self._changed()


def excerpt(room: Any) -> Mapping[str, Any] | None:
    """The part of a RoomState that the page shows; None where it is no such thing."""
    if not isinstance(room, dict):
        return None
    return {
        "screen": str(room.get("screen", "")),
        "inputs": _entries(room, "inputs", ("name", "label", "kind", "state", "showing")),
        "notices": _entries(room, "notices", ("code", "severity", "title", "detail")),
    }


def _entries(room: Mapping[str, Any], key: str, wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    found = room.get(key)
    entries = found[:_MOST] if isinstance(found, list) else []
    return [{name: each.get(name) for name in wanted} for each in entries if isinstance(each, dict)]


async def inputs(client: CoreClient) -> list[InputConfig]:
    """The inputs of the room's configuration. Raises CoreUnreachable."""
    try:
        return decode(DisplayConfig, await client.get(DISPLAY_CONFIG)).inputs
    except Malformed as error:
        raise CoreUnreachable(f"{DISPLAY_CONFIG}: {error}") from None
