"""Peers that are slow, many or wrong, over real sockets: each is bounded and refused, and who asks is answered."""

from __future__ import annotations

import asyncio
import json
import re
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest
from starlette.types import Receive, Scope, Send

from agent.front.app import create_front
from agent.front.settings import FrontSettings
from agent.system import protocol, serve
from agent.system.certificate import self_signed, server_context
from agent.system.serve import Server, listen_tcp
from tests.agent.front.states import room_state
from tests.fakes.core import FakeCore, served_core
from tests.marks import LONG

pytestmark = pytest.mark.anyio

MANY = 1000
PROMPT_S = 4.0
"""Within this the home page is answered, on a busy machine too: sooner than the deadline of those who block it."""
ROOM = b"GET /api/v1/room HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def room_for_sockets() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 4 * MANY:
        pytest.skip(f"this user may open {hard} files; the test needs {4 * MANY}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4 * MANY), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Path]:
    with served_core(FakeCore(room_state()), tmp_path / "core.sock"):
        yield tmp_path / "core.sock"


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[int]:
    port = server.port
    task = asyncio.create_task(server.run())
    try:
        yield port
    finally:
        server.stop()
        await task


@asynccontextmanager
async def screen(core: Path) -> AsyncIterator[int]:
    async with serving(Server(create_front(FrontSettings(), core), listen_tcp("127.0.0.1", 0))) as port:
        yield port


@asynccontextmanager
async def remote(core: Path, tmp_path: Path, per_peer: int = 16) -> AsyncIterator[int]:
    context = server_context(*self_signed(tmp_path, ("localhost",), datetime(2026, 11, 23, tzinfo=UTC)))
    app = create_front(FrontSettings(settings=True), core)
    server = Server(app, listen_tcp("127.0.0.1", 0), tls=context, per_peer=per_peer, total=64)
    async with serving(server) as port:
        yield port


async def asked(port: int, request: bytes = ROOM) -> bytes:
    """All that is answered until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = b""
    with suppress(ConnectionResetError):
        while some := await reader.read(65536):
            answer += some
    writer.close()
    return answer


def refusal(answer: bytes) -> tuple[int, str]:
    """Status and code of a problem answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower(), answer[:500]
    said = json.loads(body[: body.index(b"}") + 1])
    assert head.startswith(f"HTTP/1.1 {said['status']} ".encode())
    return said["status"], said["code"]


class Crowd:
    """Many connections that say nothing, half a head, or ask for a stream and never read."""

    def __init__(self, port: int, said: bytes) -> None:
        self._port = port
        self._said = said
        self.sockets: list[socket.socket] = []

    async def come(self, count: int = MANY) -> None:
        loop = asyncio.get_running_loop()
        for number in range(count):
            each = socket.socket()
            each.setblocking(False)
            self.sockets.append(each)
            with suppress(OSError):
                await asyncio.wait_for(loop.sock_connect(each, ("127.0.0.1", self._port)), 10)
                each.send(self._said)
            if number % 50 == 0:
                await asyncio.sleep(0)

    def still_open(self) -> int:
        """How many the server has not hung up on."""
        return sum(is_open(each) for each in self.sockets)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.sockets:
            each.close()


def is_open(connection: socket.socket) -> bool:
    try:
        while connection.recv(65536):
            pass
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


async def answered_all_along(port: int, end: asyncio.Event) -> list[float]:
    """How long each of the home page's requests took, one after the other, in seconds; each on a new connection."""
    loop, took = asyncio.get_running_loop(), []
    while not end.is_set():
        begun = loop.time()
        answer = await asked(port)
        took.append(loop.time() - begun)
        assert answer.startswith(b"HTTP/1.1 200 "), answer[:200]
        await asyncio.sleep(0.02)
    return took


@pytest.mark.parametrize(
    ("said", "count"),
    [
        LONG(b"", MANY),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", MANY),
        (b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),  # each one is work for the core as well
        (b"POST /api/v1/page HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{", MANY),
    ],
    ids=["silent", "drips its head", "never reads its stream", "drips its body"],
)
async def test_slow_connections_leave_the_home_page_its_answers(core: Path, said: bytes, count: int) -> None:
    end = asyncio.Event()
    async with asyncio.timeout(60), screen(core) as port:
        listening, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await listening.readuntil(b"event: room")
        with Crowd(port, said) as crowd:
            home = asyncio.create_task(answered_all_along(port, end))
            await crowd.come(count)
            await asyncio.sleep(0.3)
            assert crowd.still_open() <= 64
            end.set()
            took = await home
        await listening.readuntil(b"\n\n")
        assert not listening.at_eof()  # the home page's own stream goes on
        writer.close()
    assert max(took) < PROMPT_S, took


@pytest.mark.parametrize("said", [LONG(b""), b"\x16\x03\x01\x02"], ids=["silent", "half a hello"])
async def test_a_thousand_handshakes_that_never_end_leave_the_home_page_its_answers(
    core: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(serve, "HANDSHAKE_DEADLINE_S", 1.0)
    end = asyncio.Event()
    async with asyncio.timeout(60), screen(core) as port, remote(core, tmp_path) as other:
        with Crowd(other, said) as crowd:
            home = asyncio.create_task(answered_all_along(port, end))
            await crowd.come()
            assert crowd.still_open() <= 32
            while crowd.still_open():  # noqa: ASYNC110  bounded by the test's own timeout
                await asyncio.sleep(0.1)
            end.set()
            took = await home
    assert max(took) < PROMPT_S, took


HOST = b"Host: localhost\r\n"


REFUSED: list[tuple[bytes, tuple[int, str]]] = [
    (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", (400, "request.malformed")),
    (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", (505, "version.unsupported")),
    (b"GET /\r\n\r\n", (400, "request.malformed")),
    (b"GET / x HTTP/1.1\r\n" + HOST + b"\r\n", (400, "request.malformed")),
    (b"GET / HTTP/1.1\r\n" + HOST + b"X : y\r\n\r\n", (400, "request.malformed")),
    (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n", (400, "request.malformed")),
    (b"GET / HTTP/1.1\r\n\r\n", (400, "request.malformed")),
    (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", (400, "request.malformed")),
    (b"GET / HTTP/1.0\r\n\r\n", (421, "host.unknown")),
    (b"GET / HTTP/1.1\r\nHost: rebound.evil.example\r\nConnection: close\r\n\r\n", (421, "host.unknown")),
    (b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n", (404, "path.unknown")),
    (b"CONNECT localhost:22 HTTP/1.1\r\n" + HOST + b"\r\n", (404, "path.unknown")),
    (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", (404, "path.unknown")),
    (b"GET /static/../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", (404, "path.unknown")),
    (b"GET /static/%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", (404, "path.unknown")),
    (b"GET /static/%00 HTTP/1.1\r\n" + HOST + b"\r\n", (404, "path.unknown")),
    (b"GET //api/v1/room HTTP/1.1\r\n" + HOST + b"\r\n", (404, "path.unknown")),
    (b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", (405, "method.not_allowed")),
    (b"BREW /api/v1/room HTTP/1.1\r\n" + HOST + b"\r\n", (405, "method.not_allowed")),
    (b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 200 + b"\r\n", (431, "headers.too_large")),
    (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 20_000 + b"\r\n\r\n", (431, "headers.too_large")),
    (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 2_000_000, (431, "headers.too_large")),
    (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", (414, "target.too_long")),
    (
        b"POST /api/v1/page HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + ROOM,
        (400, "request.ambiguous"),
    ),
    (
        b"POST /api/v1/page HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\n{}{}{",
        (400, "request.malformed"),
    ),
    (
        b"POST /api/v1/page HTTP/1.1\r\n" + HOST + b"Content-Length: -4\r\n\r\n",
        (400, "request.malformed"),
    ),
    (
        b"POST /api/v1/page HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        (400, "request.malformed"),
    ),
    (
        b"POST /api/v1/page HTTP/1.1\r\n" + HOST + b"Content-Length: 1073741824\r\n\r\n" + b"x" * 300_000,
        (413, "body.too_large"),
    ),
]


async def test_what_is_no_request_of_ours_is_refused_once_and_in_words(core: Path) -> None:
    async with asyncio.timeout(60), screen(core) as port:
        for request, expected in REFUSED:
            answer = await asked(port, request.replace(HOST, HOST + b"Connection: close\r\n", 1))
            assert refusal(answer) == expected, request[:200]
            assert len(re.findall(rb"HTTP/1\.1 [0-9]", answer)) == 1, request[:200]


async def test_an_upload_without_an_end_is_cut_off_soon_after_its_refusal(core: Path) -> None:
    async with asyncio.timeout(30), screen(core) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /api/v1/page HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        with suppress(ConnectionError):
            while sent < 2**30:
                writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                sent += 65536
                await writer.drain()
                await asyncio.sleep(0.001)
        assert sent < 2**30
        with suppress(ConnectionError):
            assert refusal(await reader.read()) == (413, "body.too_large")
        writer.close()


async def test_who_does_not_read_an_answer_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "WRITE_DEADLINE_S", 0.3)
    ended = asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        gone = asyncio.ensure_future(receive())
        while not gone.done():
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            if (await asyncio.wait([gone], timeout=0))[0] and gone.result()["type"] != "http.disconnect":
                gone = asyncio.ensure_future(receive())
        ended.set()

    async with asyncio.timeout(20), serving(Server(endless, listen_tcp("127.0.0.1", 0))) as port:
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(("127.0.0.1", port))
            deaf.sendall(ROOM)
            await ended.wait()


async def test_what_http_allows_is_answered(core: Path, caplog: pytest.LogCaptureFixture) -> None:
    keep = b"GET /api/v1/room HTTP/1.1\r\n" + HOST
    async with asyncio.timeout(20), screen(core) as port:
        pipelined = await asked(port, keep + b"\r\n" + keep + b"\r\n" + ROOM)
        assert pipelined.count(b"HTTP/1.1 200 OK") == 3
        old = await asked(port, b"GET /api/v1/room HTTP/1.0\r\n" + HOST + b"\r\n")
        assert old.startswith(b"HTTP/1.1 200 OK")
        part = await asked(port, keep + b"Range: bytes=0-3,5-8,0-\r\nConnection: close\r\n\r\n")
        assert part.startswith(b"HTTP/1.1 200 OK")  # the whole: ranges may be ignored (RFC 9110, 14.2)
        head = await asked(port, b"HEAD /api/v1/room HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        assert head.endswith(b"\r\n\r\n")
        upgrade = await asked(port, keep + b"Upgrade: websocket\r\nConnection: upgrade, close\r\n\r\n")
        assert upgrade.startswith(b"HTTP/1.1 200 OK")
    assert [each.getMessage() for each in caplog.records if each.name == "uvicorn.error"] == []
