"""The core as the display sees it: configuration, orders and reports on a unix socket, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent.wire import DISPLAY_CONFIG, DISPLAY_ORDERS, DISPLAY_REPORT, DisplayConfig, Home, Open, ShowInput

PATIENCE_S = 10.0
KEEP_ALIVE_S = 15.0


class FakeDisplayCore:
    """Tells every display that asks its `config` and its orders, and remembers what they report.

    `reports` are the bodies in the order of their coming; `merged` is what the core would know by now: of each key the
    newest value, of `orders` the outcome of each id. `resets`: how often a new set-up was asked for.
    """

    def __init__(self, config: DisplayConfig) -> None:
        self.config = config
        self.reports: list[dict[str, Any]] = []
        self.resets = 0
        self._streams: dict[asyncio.StreamWriter, str] = {}
        self._talks = set[asyncio.Task[None]]()
        self._loop: asyncio.AbstractEventLoop

    @property
    def merged(self) -> dict[str, Any]:
        known: dict[str, Any] = {"orders": {}}
        for report in list(self.reports):
            known |= {key: value for key, value in report.items() if key != "orders"}
            known["orders"] |= {each["order_id"]: each for each in report.get("orders") or ()}
        return known

    @property
    def listeners(self) -> int:
        """How many take orders now."""
        return len(self._streams)

    @property
    def names(self) -> set[str]:
        """What they call themselves: "as=shell"."""
        return set(self._streams.values())

    def configure(self, config: DisplayConfig) -> None:
        """What holds from now on."""
        self.config = config
        self.order("config", config)

    def order(self, name: str, what: Open | ShowInput | Home | DisplayConfig | Mapping[str, Any]) -> None:
        """Send an order to every display: `open`, `show_input`, `home`, `restart_home`."""
        self._loop.call_soon_threadsafe(self._send, name, what if isinstance(what, Mapping) else asdict(what))

    def hang_up(self) -> None:
        """End all streams of orders, as a core that is started anew does."""
        self._loop.call_soon_threadsafe(self._end_streams)

    @contextmanager
    def serving(self, socket: Path) -> Iterator[FakeDisplayCore]:
        """Listen at `socket`."""
        socket.unlink(missing_ok=True)
        started = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._serve(socket, started)), name="display-core")
        thread.start()
        try:
            assert started.wait(PATIENCE_S)
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._over.set)
            thread.join(PATIENCE_S)
            socket.unlink(missing_ok=True)

    async def _serve(self, socket: Path, started: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_unix_server(self._answer, str(socket))
        started.set()
        await self._over.wait()
        server.close()
        self._end_streams()
        while self._talks:
            await asyncio.wait(self._talks, timeout=0.1)
            for talk in self._talks:
                talk.cancel()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)
        with suppress(OSError, asyncio.IncompleteReadError, ValueError, asyncio.CancelledError):
            method, target, _ = (await reader.readline()).decode().split()
            path, _, query = target.partition("?")
            headers = dict[str, str]()
            while line := (await reader.readline()).decode().strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            if (method, path) == ("GET", DISPLAY_ORDERS):
                await self._stream(reader, writer, query)
            elif (method, path) == ("POST", DISPLAY_REPORT):
                self.reports.append(json.loads(body))
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            elif (method, path) == ("POST", "/api/v1/display/reset"):
                self.resets += 1
                writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}")
            elif (method, path) == ("GET", DISPLAY_CONFIG):
                text = json.dumps(asdict(self.config)).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
            else:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, query: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        writer.write(_event("config", asdict(self.config)))
        self._streams[writer] = query
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(KEEP_ALIVE_S):
                        if not await reader.read(1):
                            return
                writer.write(b": keep-alive\n\n")
        finally:
            self._streams.pop(writer, None)

    def _end_streams(self) -> None:
        for stream in set(self._streams):
            stream.close()

    def _send(self, name: str, data: Mapping[str, Any]) -> None:
        for stream in self._streams:
            stream.write(_event(name, data))


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
