"""The EWS face: `POST /EWS/Exchange.asmx`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

from agent.demo import world as w
from agent.demo.exchange import soap
from agent.demo.exchange.auth import Admission, Connection, Gate
from agent.demo.exchange.callers import Call, Principal, impersonated
from agent.demo.exchange.errors import EwsError, SoapFault, from_world, schema_violation
from agent.demo.exchange.names import Element, mt
from agent.demo.exchange.operations import OPERATIONS
from agent.demo.exchange.responses import whole_failure
from agent.demo.exchange.soap import SoapRequest
from agent.demo.exchange.streaming import OPERATION as STREAM
from agent.demo.exchange.streaming import Streams, connection_minutes, stream
from agent.demo.exchange.subscriptions import Subscriptions
from agent.demo.http.faults import EWS, Faults, Instead, Reply, Reshape, Truncated, Wire
from agent.demo.http.options import Options
from agent.demo.http.request_log import RequestLog, RequestRecord
from agent.demo.http.tokens import Tokens
from agent.demo.http.wire import Receive, Scope, Send, Sender, header, read_body

PATH = "/ews/exchange.asmx"

Observer = Callable[[bytes, bytes], None]


class ExchangeFace:
    """`observe` is called with the body of each request and each answer (each envelope of a stream)."""

    def __init__(
        self,
        world: w.World,
        options: Options,
        faults: Faults,
        requests: RequestLog,
        tokens: Tokens,
        observe: Observer | None = None,
    ) -> None:
        self.world = world
        self.options = options
        self.faults = faults
        self.requests = requests
        self.subscriptions = Subscriptions(world)
        self.streams = Streams()
        self.gate = Gate(world.directory, tokens)
        self._observe = observe or (lambda _request, _answer: None)

    async def serve(self, scope: Scope, receive: Receive, send: Send, connection: Connection) -> None:
        """Answer one request, whatever is in it."""
        body = await read_body(receive, soap.MAX_REQUEST_BYTES)
        asked = _parsed(body)
        operation = asked.operation if isinstance(asked, SoapRequest) else ""
        instead = [effect.reply(operation) for effect in self.faults.take(Instead, operation, EWS)]
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
        for effect in self.faults.take(Reshape, name, EWS):
            effect.damage(answer)
        return answer

    def _sender(self, send: Send, connection: Connection, operation: str) -> Sender:
        wire, truncated = self.faults.take(Wire, operation, EWS), self.faults.take(Truncated, operation, EWS)
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
