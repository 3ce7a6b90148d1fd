"""Whether what a browser needs is there: its page's server, its X server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

ANSWER_S = 3.0
X_S = 0.25
FIRST_S, LONGEST_S = 0.1, 2.0


async def wait_for_server(url: str) -> None:
    """Returns when the server of an address answers anything but a failure of its own."""
    wait = FIRST_S
    while not await answers(url):
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_S)


async def wait_for_x(environment: Mapping[str, str]) -> None:
    """Returns when the X server of a browser takes connections; at once where it is on another machine."""
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", environment.get("DISPLAY", ""))
    if local is None:
        return
    while not await _connects(f"/tmp/.X11-unix/X{local[1]}"):  # noqa: ASYNC110, S108  X tells nobody, and has it there
        await asyncio.sleep(X_S)


async def _connects(socket: str) -> bool:
    with suppress(OSError):
        _reader, writer = await asyncio.open_unix_connection(socket)
        writer.close()
        return True
    return False


async def answers(url: str) -> bool:
    """Whether the server gives its page, or says that there is none: below status 500."""
    parts = urlsplit(url)
    with suppress(OSError, TimeoutError, ValueError):
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80, limit=4_096)
            try:
                writer.write(f"GET /readyz HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
                _version, status, *_words = (await reader.readline()).split()
                return int(status) < 500
            finally:
                writer.close()
    return False
