"""Deadlines and limits of the HTTP server, over real sockets."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from agent.errors import UsageError
from agent.system import protocol, serve
from agent.system.certificate import self_signed, server_context
from agent.system.serve import Server, listen_tcp

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


def refusal(answer: bytes) -> tuple[int, str]:
    """Status and code of a raw problem answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    said = json.loads(body)
    assert head.startswith(f"HTTP/1.1 {said['status']} ".encode())
    return said["status"], said["code"]


@asynccontextmanager
async def serving(per_peer: int = 64) -> AsyncIterator[int]:
    server = Server(hello, listen_tcp("127.0.0.1", 0), per_peer=per_peer)
    port = server.port
    task = asyncio.create_task(server.run())
    try:
        yield port
    finally:
        server.stop()
        await task


async def test_headers_that_drip_end_with_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_DEADLINE_S", 0.2)
    async with serving() as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_connection_that_says_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_DEADLINE_S", 0.2)
    async with serving() as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_second_request_on_the_connection_has_the_same_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_DEADLINE_S", 0.2)
    async with serving() as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200 ")
        writer.write(b"GET / HT")
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_peer_with_too_many_connections_loses_those_that_asked_nothing() -> None:
    async with serving(per_peer=2) as port, asyncio.timeout(20):
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
        assert refusal(await held[0][0].read()) == (503, "connections.too_many")
        for _, other in [*held, (reader, writer)]:
            other.close()


async def test_a_peer_that_begins_no_tls_handshake_cannot_take_all_connections(tmp_path: Path) -> None:
    context = server_context(*self_signed(tmp_path, ("localhost",), datetime(2026, 11, 23, tzinfo=UTC)))
    client = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    server = Server(hello, listen_tcp("127.0.0.1", 0), tls=context, per_peer=1)
    task = asyncio.create_task(server.run())
    async with asyncio.timeout(20):
        silent = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(2)]
        reader, refused = await asyncio.open_connection("127.0.0.1", server.port)
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        for _, each in [*silent, (reader, refused)]:
            each.close()
            await each.wait_closed()
        answer = b""
        while not answer.startswith(b"HTTP/1.1 200"):  # the server hears of an end when it next looks
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=client)
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                answer = await reader.read()
                writer.close()
    server.stop()
    await task


async def test_headers_beyond_16_kib_are_refused() -> None:
    async with serving() as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n")
        assert (await reader.read(20)).startswith(b"HTTP/1.1 4")
        writer.close()


def test_the_next_free_port_is_taken_when_the_wanted_one_is_busy() -> None:
    with listen_tcp("127.0.0.1", 0) as busy:
        port = busy.getsockname()[1]
        with listen_tcp("127.0.0.1", port, tries=20) as other:
            assert other.getsockname()[1] > port
        with pytest.raises(OSError, match="in use"):
            listen_tcp("127.0.0.1", port)


async def test_answers_are_not_held_back_for_the_clients_acknowledgement() -> None:
    accepted: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    listener = listen_tcp("127.0.0.1", 0)
    async with await asyncio.start_server(lambda _, writer: accepted.put(writer), sock=listener):
        _, client = await asyncio.open_connection(*listener.getsockname())
        writer = await accepted.get()
        without_delay = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        for end in (client, writer):
            end.close()
            await end.wait_closed()
    assert without_delay


def test_what_stands_in_the_sockets_place_is_named(tmp_path: Path) -> None:
    path = tmp_path / "core.sock"
    path.mkdir()
    with pytest.raises(UsageError, match=r"core\.sock: cannot listen"):
        serve.listen_unix(path)


async def test_a_pipelined_head_that_drips_has_the_same_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_DEADLINE_S", 0.2)
    async with serving() as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT")
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"HTTP/1.1 408 " in answer
        writer.close()


async def test_a_body_that_comes_after_its_answer_leaves_the_connection_to_the_next_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(protocol, "LINGER_S", 0.1)
    monkeypatch.setattr(protocol, "HEADER_DEADLINE_S", 0.5)
    async with serving() as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200 ")
        writer.write(b"cdGET / HT")
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")  # by its own deadline: it was not cut off before
        writer.close()


def test_a_stale_socket_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "core.sock"
    serve.listen_unix(path).close()
    with serve.listen_unix(path) as listener, socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        assert listener.getsockname() == str(path)
