"""The ASGI app of the demo server: which face answers, and what happens when somebody hangs up."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from agent.demo import world as w
from agent.demo.exchange.app import PATH as EWS_PATH
from agent.demo.exchange.app import ExchangeFace, Observer
from agent.demo.exchange.auth import Connection
from agent.demo.graph.app import PREFIX as GRAPH_PREFIX
from agent.demo.graph.app import GraphFace
from agent.demo.http.faults import Faults, Reply
from agent.demo.http.oauth import PATH as OAUTH_PATH
from agent.demo.http.oauth import OAuthFace
from agent.demo.http.options import Options
from agent.demo.http.request_log import RequestLog
from agent.demo.http.tokens import Tokens
from agent.demo.http.wire import Disconnected, Receive, Scope, Send, Sender, TooLarge


class DemoService:
    """EWS, Graph and OAuth over one organisation; faults, tokens and the log of requests are theirs together.

    OAuth and Graph are served over TLS only, as the real ones.
    """

    def __init__(self, world: w.World, options: Options, observe: Observer | None = None) -> None:
        self._clock = world.clock
        self.faults = Faults()
        self.requests = RequestLog()
        self.tokens = Tokens(world.directory, world.clock, options)
        self.exchange = ExchangeFace(world, options, self.faults, self.requests, self.tokens, observe)
        self.graph = GraphFace(world, self.faults, self.requests, self.tokens)
        self.oauth = OAuthFace(world.clock, self.faults, self.requests, self.tokens)
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        connection: Connection = scope["state"]["connection"]
        try:
            with suppress(Disconnected):
                await self._serve(scope, receive, send, connection)
        except TooLarge:
            await Sender(send, connection, self._clock).whole(Reply(413, b"", "text/plain"))
        except asyncio.CancelledError:  # only `cancel_all` cancels: the server goes down in the middle of an answer
            connection.transport.abort()
        finally:
            self._running.discard(task)

    def cancel_all(self) -> None:
        """End every answer that is under way, as a server does that goes down."""
        for task in list(self._running):
            task.cancel()

    async def _serve(self, scope: Scope, receive: Receive, send: Send, connection: Connection) -> None:
        path, secure = scope["path"], scope["scheme"] == "https"
        if path.lower() == EWS_PATH and scope["method"] == "POST":
            await self.exchange.serve(scope, receive, send, connection)
        elif secure and OAUTH_PATH.fullmatch(path):
            await self.oauth.serve(scope, receive, send, connection)
        elif secure and path.startswith(GRAPH_PREFIX):
            await self.graph.serve(scope, receive, send, connection)
        else:
            await Sender(send, connection, self._clock).whole(Reply(404, b"Not Found", "text/plain"))
