"""The ASGI app: EWS at /EWS/Exchange.asmx and, over TLS, the token endpoint of OAuth."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

from agent.demo import world as w
from agent.demo.exchange import soap
from agent.demo.exchange.auth import Admission, Connection, Gate
from agent.demo.exchange.callers import Call, Principal, impersonated
from agent.demo.exchange.errors import EwsError, SoapFault, from_world, schema_violation
from agent.demo.exchange.faults import Faults, Instead, Reply, Reshape, Truncated, Wire
from agent.demo.exchange.names import Element, mt
from agent.demo.exchange.operations import OPERATIONS
from agent.demo.exchange.options import Options
from agent.demo.exchange.request_log import RequestLog, RequestRecord
from agent.demo.exchange.responses import whole_failure
from agent.demo.exchange.soap import SoapRequest
from agent.demo.exchange.streaming import OPERATION as STREAM
from agent.demo.exchange.streaming import Streams, connection_minutes, stream
from agent.demo.exchange.subscriptions import Subscriptions
from agent.demo.exchange.tokens import Tokens
from agent.demo.exchange.wire import Disconnected, Receive, Scope, Send, Sender, TooLarge, header, read_body

PATH = "/ews/exchange.asmx"
_OAUTH = re.compile(r"/([^/]+)/(?:v2\.0/\.well-known/openid-configuration|oauth2/v2\.0/token)")
_MAX_FORM_BYTES = 64 * 1024

Observer = Callable[[bytes, bytes], None]


class ExchangeApp:
    """`observe` is called with the body of each request and each answer (each envelope of a stream)."""

    def __init__(self, world: w.World, options: Options, observe: Observer | None = None) -> None:
        self.world = world
        self.options = options
        self.faults = Faults()
        self.requests = RequestLog()
        self.subscriptions = Subscriptions(world)
        self.streams = Streams()
        self.tokens = Tokens(world.directory, world.clock, options)
        self.gate = Gate(world.directory, self.tokens)
        self._observe = observe or (lambda _request, _answer: None)
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
            await self._sender(send, connection, "").whole(Reply(413, b"", "text/plain"))
        except asyncio.CancelledError:  # only `cancel_all` cancels: the server goes down in the middle of an answer
            connection.transport.abort()
        finally:
            self._running.discard(task)

    def cancel_all(self) -> None:
        """End every answer that is under way, as a server does that goes down."""
        for task in list(self._running):
            task.cancel()

    async def _serve(self, scope: Scope, receive: Receive, send: Send, connection: Connection) -> None:
        path = scope["path"]
        if path.lower() == PATH and scope["method"] == "POST":
            await self._ews(scope, receive, send, connection)
            return
        found = _OAUTH.fullmatch(path)
        if found is None or scope["scheme"] != "https":
            await self._sender(send, connection, "").whole(Reply(404, b"Not Found", "text/plain"))
            return
        operation = "token" if path.endswith("/token") else "openid-configuration"
        instead = [effect.reply(operation) for effect in self.faults.take(Instead, operation)]
        reply = instead[0] if instead else await self._oauth(operation, scope, receive, found[1])
        self._record(operation, None, reply.status, Admission(None, "fault" if instead else "oauth"))
        await self._sender(send, connection, operation).whole(reply)

    async def _oauth(self, operation: str, scope: Scope, receive: Receive, tenant: str) -> Reply:
        """Over TLS only, as the real one."""
        origin = f"https://{header(scope, 'host')}"
        if operation == "token":
            answer = self.tokens.token(origin, tenant, await read_body(receive, _MAX_FORM_BYTES))
        else:
            answer = self.tokens.metadata(origin, tenant)
        return Reply(answer.status, json.dumps(answer.data).encode(), "application/json")

    async def _ews(self, scope: Scope, receive: Receive, send: Send, connection: Connection) -> None:
        body = await read_body(receive, soap.MAX_REQUEST_BYTES)
        asked = _parsed(body)
        operation = asked.operation if isinstance(asked, SoapRequest) else ""
        instead = [effect.reply(operation) for effect in self.faults.take(Instead, operation)]
        if instead:
            self._record(operation, asked, instead[0].status, Admission(None, "fault"))
            if instead[0].is_answer and operation:
                self._observe(body, instead[0].body)
            await self._sender(send, connection, operation).whole(instead[0])
            return
        admission = self.gate.admit(header(scope, "authorization"), connection)
        if admission.who is None:
            self._record(operation, asked, 401, admission)
            await Sender(send, connection, self.world.clock).whole(Reply(401, b"", "text/html", admission.challenges))
            return
        reply = self._stream_or_reply(asked, admission.who)
        if isinstance(reply, Reply):
            self._record(operation, asked, reply.status, admission)
            self._observe(body, reply.body)
            await self._sender(send, connection, operation).whole(reply)
            return
        self._record(operation, asked, 200, admission)
        await self._streaming(body, reply, self._sender(send, connection, operation), receive)

    async def _streaming(self, body: bytes, call: Call, sender: Sender, receive: Receive) -> None:
        async def observed() -> AsyncGenerator[bytes, None]:
            async for chunk in envelopes:
                self._observe(body, chunk)
                self.streams.count(envelopes=1)
                yield chunk

        envelopes = stream(call, self.options.times, self.streams)
        chunks = observed()
        try:
            await sender.stream(chunks, receive)
        finally:
            await chunks.aclose()
            await envelopes.aclose()

    def _stream_or_reply(self, asked: SoapRequest | SoapFault, who: Principal) -> Reply | Call:
        """The complete answer; for a stream that may start, the call."""
        try:
            if isinstance(asked, SoapFault):
                raise asked
            mailbox = impersonated(self.world, who, asked)
            call = Call(self.world, who, asked, mailbox, self.subscriptions)
            if asked.operation == STREAM:
                connection_minutes(call)
                return call
            return Reply(200, soap.envelope(self._answer(call)))
        except SoapFault as error:
            return Reply(500, soap.fault(error))

    def _answer(self, call: Call) -> Element:
        name = call.request.operation
        operation = OPERATIONS.get(name)
        if operation is None:
            raise schema_violation(f"The element '{name}' is not an operation of the demo Exchange.")
        try:
            answer = operation(call)
        except SoapFault:
            raise
        except EwsError as error:
            answer = whole_failure(name, error)
        except w.WorldError as error:
            answer = whole_failure(name, from_world(error))
        for effect in self.faults.take(Reshape, name):
            effect.damage(answer)
        return answer

    def _sender(self, send: Send, connection: Connection, operation: str) -> Sender:
        wire, truncated = self.faults.take(Wire, operation), self.faults.take(Truncated, operation)
        return Sender(send, connection, self.world.clock, wire, truncated)

    def _record(self, operation: str, asked: SoapRequest | SoapFault | None, status: int, admission: Admission) -> None:
        request = asked if isinstance(asked, SoapRequest) else None
        impersonation = request.impersonation if request else None
        self.requests.add(
            RequestRecord(
                operation=operation or None,
                mailbox=impersonation.value if impersonation else None,
                items=sum(1 for _ in request.element.iterfind(mt("m:ItemIds/*"))) if request else 0,
                at=self.world.clock.now(),
                status=status,
                auth=admission.scheme,
                admitted=admission.who is not None,
            )
        )


def _parsed(body: bytes) -> SoapRequest | SoapFault:
    try:
        return soap.parse(body)
    except SoapFault as fault:
        return fault
