"""Waiting inside an event loop for what another process does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(predicate: Callable[[], object], *, within: float = 5.0, what: str = "it did not come to be") -> None:
    """Let the loop run until `predicate` holds; AssertionError after `within` seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while not predicate():
        assert loop.time() < end, f"{what} within {within} s"
        await asyncio.sleep(0.005)
