"""Asks a front in this process as a browser at some address would."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.types import ASGIApp

from agent.front.app import create_front
from agent.front.settings import FrontSettings


@cache
def front_of(settings: FrontSettings, socket: Path) -> ASGIApp:
    """One front for all who ask with these settings: making one takes longer than an answer."""
    return create_front(settings, socket)


class Browser:
    """Keeps its cookies."""

    def __init__(self, socket: Path, settings: FrontSettings, peer: str, scheme: str) -> None:
        self._front = front_of(settings, socket)
        self._peer = peer
        self._base = f"{scheme}://localhost"
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._front, client=(self._peer, 50000))
            async with httpx.AsyncClient(transport=transport, base_url=self._base, cookies=self.cookies) as client:
                return await client.request(method, path, **more)

        answer = asyncio.run(asked())
        self.cookies.update(answer.cookies)
        return answer
