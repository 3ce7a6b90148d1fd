"""Servers that begin and end while the process lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from agent.system.serve import Server

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Running:
    port: int
    server: Server
    task: asyncio.Task[None]


class Servers:
    """By name. `failed` is called when one ends without being told to."""

    def __init__(self, failed: Callable[[], None]) -> None:
        self._failed = failed
        self._running: dict[str, _Running] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._running

    def port(self, kind: str) -> int | None:
        """Of the first whose name begins like this; None where there is none."""
        return next((each.port for name, each in self._running.items() if name.startswith(kind)), None)

    async def start(self, name: str, server: Server) -> None:
        """It listens when this returns, or has failed."""
        task = asyncio.create_task(server.run(), name=name)
        self._running[name] = _Running(server.port, server, task)
        while not (server.started or task.done()):  # noqa: ASYNC110  uvicorn offers a flag, no event
            await asyncio.sleep(0.005)
        task.add_done_callback(self._ended)

    async def stop(self, name: str) -> None:
        """What is open there is ended within a second or two."""
        running = self._running[name]
        running.task.remove_done_callback(self._ended)
        running.server.stop()
        await asyncio.wait([running.task])
        del self._running[name]

    async def stop_all(self) -> None:
        """All at once."""
        await asyncio.gather(*(self.stop(name) for name in [*self._running]))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            log.critical("front.ended", server=task.get_name(), exc_info=task.exception())
            self._failed()
