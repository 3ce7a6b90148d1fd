"""Two processes of the display, one telling the other its state."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from display.channel import Listener, Teller
from tests.display.waiting import until


class Talk:
    """A teller, a listener, and what passes between them."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.requests: list[Any] = []
        self.states: list[Any] = []
        self.teller = Teller(self.requests.append)
        self.listener = Listener(socket, lambda: self.states.append(self.listener.state))


def talking(socket: Path, test: Callable[[Talk], Awaitable[None]]) -> Talk:
    async def run() -> Talk:
        talk = Talk(socket)
        listening = asyncio.create_task(talk.listener.run())
        async with talk.teller.serving(socket):
            await until(lambda: talk.listener.connected)
            await test(talk)
        listening.cancel()
        return talk

    return asyncio.run(run())


def test_every_change_is_told_once_and_the_newest_at_once(tmp_path: Path) -> None:
    async def test(talk: Talk) -> None:
        for state in ({"state": "opening"}, {"state": "opening"}, {"state": "running"}):
            talk.teller.tell(state)
        await until(lambda: talk.listener.state == {"state": "running"})

    assert talking(tmp_path / "s", test).states == [{"state": "opening"}, {"state": "running"}]


def test_a_state_that_is_nested_without_end_is_none_and_the_next_one_counts(tmp_path: Path) -> None:
    async def test(talk: Talk) -> None:
        for client in talk.teller._clients:
            client.write(b"[" * 20_000 + b"\n")
        await until(lambda: not talk.listener.connected)
        talk.teller.tell({"state": "running"})
        await until(lambda: talk.listener.state == {"state": "running"})

    talking(tmp_path / "s", test)


def test_requests_arrive(tmp_path: Path) -> None:
    async def test(talk: Talk) -> None:
        assert talk.listener.ask({"do": "leave"})
        await until(lambda: talk.requests)

    assert talking(tmp_path / "s", test).requests == [{"do": "leave"}]


def test_the_socket_is_its_owners_alone_and_the_kernel_says_who_is_there(tmp_path: Path) -> None:
    async def test(talk: Talk) -> None:
        assert stat.S_IMODE(talk.socket.stat().st_mode) == 0o600
        assert talk.listener.pid == os.getpid()

    talking(tmp_path / "s", test)


def test_a_restarted_process_is_found_again(tmp_path: Path) -> None:
    async def run() -> None:
        talk = Talk(tmp_path / "s")
        listening = asyncio.create_task(talk.listener.run())
        async with talk.teller.serving(talk.socket):
            talk.teller.tell({"pid": 1})
            await until(lambda: talk.listener.state == {"pid": 1})
        await until(lambda: talk.listener.state == {})
        assert not talk.listener.ask({"do": "leave"})
        async with Teller(talk.requests.append).serving(talk.socket):
            await until(lambda: talk.listener.connected)
        listening.cancel()

    asyncio.run(run())


def test_nonsense_ends_a_connection_and_harms_nobody_else(tmp_path: Path) -> None:
    async def test(talk: Talk) -> None:
        reader, writer = await asyncio.open_unix_connection(str(talk.socket))
        await reader.readline()
        writer.write(b'"no object"\n')
        assert await reader.read() == b""
        writer.close()
        talk.teller.tell({"state": "running"})
        await until(lambda: talk.listener.state == {"state": "running"})

    assert talking(tmp_path / "s", test).requests == []
