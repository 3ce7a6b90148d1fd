"""Requests to a core that breaks, falls silent or talks nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest

from agent.wire import DISPLAY_CONFIG, DISPLAY_ORDERS, DISPLAY_REPORT, DisplayConfig, Home
from display.core import client as client_module
from display.core.client import CoreClient, CoreUnreachable, Event
from display.core.orders import Orders
from tests.display.waiting import until
from tests.fakes.display_core import FakeDisplayCore

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
MIB = 1024 * 1024
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def says(*parts: bytes) -> Answer:
    """A core that says this to everybody and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
        await writer.drain()

    return answer


@asynccontextmanager
async def core(socket: Path, answer: Answer) -> AsyncIterator[CoreClient]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_unix_server(handle, str(socket))
    try:
        yield CoreClient(socket)
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0)


async def heard(client: CoreClient, events: list[Event] | None = None) -> list[Event]:
    """The events of a stream until it ends; also in `events`, however it does."""
    events = [] if events is None else events
    async for event in client.events(DISPLAY_ORDERS):
        events.append(event)
    return events


def test_a_core_answers(tmp_path: Path) -> None:
    fake = FakeDisplayCore(DisplayConfig(room_name="Turing"))

    async def main() -> None:
        client = CoreClient(tmp_path / "core.sock")
        assert await client.get(DISPLAY_CONFIG) == asdict(fake.config)
        assert await client.post(DISPLAY_REPORT, {"screen": "home"}) is None
        with pytest.raises(CoreUnreachable, match="answered 404"):
            await client.get("/somewhere")

    with fake.serving(tmp_path / "core.sock"):
        asyncio.run(main())
    assert fake.reports == [{"screen": "home"}]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\xff\xfe{}\xff",
        b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n",
        OK + b"[" * 100_000,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * MIB,
        OK + b" " * (5 * MIB),
    ],
    ids=["nothing", "no-http", "cut", "no-json", "no-text", "error", "redirect", "deep", "header", "huge"],
)
def test_what_is_no_answer_is_a_core_that_cannot_be_reached(tmp_path: Path, answer: bytes) -> None:
    async def main() -> None:
        async with core(tmp_path / "core.sock", says(answer)) as client:
            with pytest.raises(CoreUnreachable):
                await client.get(DISPLAY_CONFIG)

    asyncio.run(main())


def test_where_nobody_listens_it_says_so(tmp_path: Path) -> None:
    async def main() -> None:
        client = CoreClient(tmp_path / "core.sock")
        with pytest.raises(CoreUnreachable, match="No such file"):
            await client.get(DISPLAY_CONFIG)
        with pytest.raises(CoreUnreachable, match="No such file"):
            await heard(client)

    asyncio.run(main())


def test_silence_ends_a_request_and_a_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "SILENT_S", 0.05)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"event: home\ndata: {}\n\nevent: half")
        await reader.read()

    async def main() -> None:
        async with core(tmp_path / "core.sock", silent) as client:
            events: list[Event] = []
            with pytest.raises(CoreUnreachable, match="silence"):
                await heard(client, events)
            assert events == [Event("home", "{}")]
            with pytest.raises(CoreUnreachable):
                await client.get(DISPLAY_CONFIG)

    asyncio.run(main())


def test_events_are_read_as_the_standard_has_them(tmp_path: Path) -> None:
    stream = (
        b": hello\n\ndata: 1\n\n",
        b"event: a\r\ndata:2\r\ndata: 3\r\n\r\n",
        b"id: 7\nretry: 1\nunknown\nevent: b\n\n",
        b"event: c\nda",
        b"ta: \xc3",
        b"\xa9\xff\n\n",
        b"event: unfinished\ndata: 5\n",
    )

    async def main() -> None:
        async with core(tmp_path / "core.sock", says(OK, *stream)) as client:
            assert await heard(client) == [Event("message", "1"), Event("a", "2\n3"), Event("c", "é\ufffd")]

    asyncio.run(main())


@pytest.mark.parametrize("part", [b"x" * MIB, b"data: x\n" * (MIB // 8)], ids=["a-line", "an-event"])
def test_an_event_without_end_ends_the_stream(tmp_path: Path, part: bytes) -> None:
    async def main() -> None:
        async with core(tmp_path / "core.sock", says(OK, *[part] * 6)) as client:
            with pytest.raises(CoreUnreachable):
                await heard(client)

    asyncio.run(main())


def test_data_that_is_no_json_is_a_value_error() -> None:
    for data in ("", "{", "[" * 100_000):
        with pytest.raises(ValueError, match=r".+"):
            Event("home", data).json()


def test_orders_come_over_every_break_under_their_name(tmp_path: Path) -> None:
    socket = tmp_path / "core.sock"
    fake = FakeDisplayCore(DisplayConfig())
    events: list[Event] = []
    changes: list[bool] = []

    async def main() -> None:
        orders = Orders(CoreClient(socket), "meeting", changes.append, Random(1))

        async def take() -> None:
            async for event in orders:
                events.append(event)  # noqa: PERF401  seen at once

        running = asyncio.create_task(take())
        with fake.serving(socket):
            await until(lambda: events)
            assert fake.names == {"as=meeting"}
            fake.hang_up()
            await until(lambda: changes[-1:] == [False])
            await until(lambda: len(events) == 2)
            fake.order("home", Home(order_id="1"))
            await until(lambda: len(events) == 3)
            assert orders.connected
        await until(lambda: not orders.connected)
        with fake.serving(socket):
            await until(lambda: orders.connected)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(main())
    assert [event.name for event in events] == ["config", "config", "home", "config"]
    assert changes == [True, False, True, False, True, False][: len(changes)]
