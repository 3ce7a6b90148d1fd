"""The body limit against peers that no HTTP client imitates: too slow, gone half-way, not HTTP at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path

from starlette.types import Message, Receive, Scope, Send

from agent.front.app import create_front
from agent.front.guard.bodies import BodyLimit
from agent.front.settings import FrontSettings

POST = {"type": "http", "method": "POST", "headers": []}


async def reached(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that says what body it got."""
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def answers(messages: Iterable[Message], *, scope: Scope | None = None, deadline_s: float = 10.0) -> list[Message]:
    """What is sent to a peer that sends these messages and then nothing more."""
    sent: list[Message] = []
    waiting = iter(messages)

    async def receive() -> Message:
        for message in waiting:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(BodyLimit(reached, deadline_s)(scope or POST, receive, send))
    return sent


def piece(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_in_pieces_arrives_whole() -> None:
    assert answers([piece(b"ab", more=True), piece(b"c", more=False)])[1]["body"] == b"abc"


def test_a_peer_that_stops_half_way_is_told_that_it_is_too_slow() -> None:
    start, body = answers([piece(b"ab", more=True)], deadline_s=0.01)
    assert start["status"] == 408
    assert json.loads(body["body"])["code"] == "body.too_slow"


def test_nobody_hears_of_a_peer_that_went_away_half_way() -> None:
    assert answers([piece(b"ab", more=True), {"type": "http.disconnect"}]) == []


def test_a_declared_length_beyond_the_limit_is_refused_unread() -> None:
    scope = {**POST, "headers": [(b"content-length", b"65537")]}
    assert answers([], scope=scope)[0]["status"] == 413


def test_a_websocket_is_closed(tmp_path: Path) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    front = create_front(FrontSettings(), tmp_path / "core.sock")
    asyncio.run(front({"type": "websocket", "path": "/api/v1/stream", "headers": []}, receive, send))  # type: ignore[arg-type]
    assert [message["type"] for message in sent] == ["websocket.close"]
