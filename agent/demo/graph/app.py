"""The Graph face: `/v1.0/…`.

Operations, for faults and the log: `calendarView`, `delta`, `events`, `event`, `instances`, `user`, `mailboxSettings`,
`roomLists`, `rooms`, `place`, `owners`, `createEvent`, `updateEvent`, `deleteEvent`,
`messages`, `message`, `deleteMessage`, `respond`, `sendMail`.
"""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from agent.demo import world as w
from agent.demo.graph.answers import Answers
from agent.demo.graph.asked import Asked
from agent.demo.graph.errors import JSON, GraphError, error_reply
from agent.demo.graph.query import read_query
from agent.demo.http.faults import GRAPH, Faults, Instead, Reply, Reshape, Truncated, Wire
from agent.demo.http.request_log import RequestLog, RequestRecord
from agent.demo.http.tokens import Tokens
from agent.demo.http.wire import Connection, Receive, Scope, Send, Sender, header, read_body

PREFIX = "/v1.0/"
_GZIP_FROM = 1024
_MAX_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Route:
    operation: str
    answer: Callable[[Answers, Asked], dict[str, Any]]
    status: int = 200


_USER: Mapping[tuple[str, ...], _Route] = {
    (): _Route("user", Answers.user),
    ("mailboxsettings",): _Route("mailboxSettings", Answers.mailbox_settings),
    ("calendarview",): _Route("calendarView", Answers.calendar_view),
    ("calendar", "calendarview"): _Route("calendarView", Answers.calendar_view),
    ("calendarview", "delta"): _Route("delta", Answers.delta),
    ("calendarview", "microsoft.graph.delta()"): _Route("delta", Answers.delta),
    ("events",): _Route("events", Answers.events),
    ("events", "*"): _Route("event", Answers.event),
    ("mailfolders", "*", "messages"): _Route("messages", lambda a, asked: a.mail.messages(asked)),
    ("messages", "*"): _Route("message", lambda a, asked: a.mail.message(asked)),
    ("events", "*", "instances"): _Route("instances", Answers.instances),
}
_WRITES: Mapping[tuple[str, ...], _Route] = {
    ("post", "events"): _Route("createEvent", Answers.create_event, 201),
    ("patch", "events", "*"): _Route("updateEvent", Answers.update_event),
    ("delete", "messages", "*"): _Route("deleteMessage", lambda a, asked: a.mail.delete(asked), 204),
    **{
        ("post", "events", "*", verb): _Route("respond", lambda a, asked: a.mail.respond(asked), 202)
        for verb in ("accept", "tentativelyaccept", "decline")
    },
    ("post", "sendmail"): _Route("sendMail", lambda a, asked: a.mail.send(asked), 202),
    ("delete", "events", "*"): _Route("deleteEvent", Answers.delete_event, 204),
}
_APPLICATIONS: Mapping[tuple[str, ...], _Route] = {("owners",): _Route("owners", Answers.owners)}
_PLACES: Mapping[tuple[str, ...], _Route] = {
    ("microsoft.graph.roomlist",): _Route("roomLists", Answers.room_lists),
    ("microsoft.graph.room",): _Route("rooms", Answers.rooms),
    ("*",): _Route("place", Answers.place),
    ("*", "microsoft.graph.roomlist", "rooms"): _Route("rooms", Answers.rooms_of_list),
}


class GraphFace:
    """Answers requests with a bearer token."""

    def __init__(self, world: w.World, faults: Faults, requests: RequestLog, tokens: Tokens) -> None:
        self._world = world
        self._faults = faults
        self._requests = requests
        self._tokens = tokens
        self.answers = Answers(world)

    async def serve(self, scope: Scope, receive: Receive, send: Send, connection: Connection) -> None:
        """Answer one request, whatever is in it."""
        segments = [unquote(each) for each in scope["raw_path"].decode("latin-1").removeprefix(PREFIX).split("/")]
        route = _route(scope["method"], segments)
        body = await read_body(receive, _MAX_BODY)
        operation = route.operation if route else ""
        instead = [effect.reply(operation) for effect in self._faults.take(Instead, operation, GRAPH)]
        bodies, admitted = 0, False
        if instead:
            reply = instead[0]
        else:
            try:
                asked = self._asked(scope, segments, body)
                admitted = True
                data = self._answer(route, asked, scope["method"])
                bodies = sum("body" in each for each in data.get("value", [data]))
                reply = self._reply(data, scope, route.status if route else 200)
            except GraphError as error:
                reply = error_reply(error, self._world.clock.now())
        self._requests.add(
            RequestRecord(
                operation=operation or None,
                mailbox=segments[1] if segments[0] == "users" and len(segments) > 1 else None,
                items=bodies,
                at=self._world.clock.now(),
                status=reply.status,
                auth="fault" if instead else "bearer",
                admitted=admitted,
            )
        )
        wire = self._faults.take(Wire, operation, GRAPH), self._faults.take(Truncated, operation, GRAPH)
        await Sender(send, connection, self._world.clock, *wire).whole(reply)

    def _asked(self, scope: Scope, segments: list[str], body: bytes) -> Asked:
        scheme, _, token = (header(scope, "authorization") or "").partition(" ")
        application = self._tokens.application(token) if scheme.lower() == "bearer" else None
        if application is None:
            what = "Access token validation failure." if token else "Access token is empty."
            challenge = [("WWW-Authenticate", 'Bearer realm="", client_id="00000003-0000-0000-c000-000000000000"')]
            raise GraphError(401, "InvalidAuthenticationToken", what, challenge)
        query = read_query(scope["query_string"], header(scope, "prefer"))
        base = f"https://{header(scope, 'host')}{scope['raw_path'].decode('latin-1')}"
        return Asked(application, segments, query, base, body, header(scope, "if-match") or "")

    def _answer(self, route: _Route | None, asked: Asked, method: str) -> dict[str, Any]:
        if route is None and method != "GET":
            raise GraphError(405, "Request_BadRequest", "The demo's Graph does not write this.")
        if route is None:
            raise GraphError(400, "BadRequest", f"Resource not found for the segment '{asked.segments[0][:40]}'.")
        data = route.answer(self.answers, asked)
        for effect in self._faults.take(Reshape, route.operation, GRAPH):
            effect.damage(data)
        return data

    def _reply(self, data: dict[str, Any], scope: Scope, status: int) -> Reply:
        body = b"" if status in (202, 204) else json.dumps(data, separators=(",", ":")).encode()
        headers = [
            ("OData-Version", "4.0"),
            ("client-request-id", header(scope, "client-request-id") or str(uuid.uuid4())),
        ]
        if len(body) >= _GZIP_FROM and "gzip" in (header(scope, "accept-encoding") or ""):
            return Reply(status, gzip.compress(body, 6), JSON, [*headers, ("Content-Encoding", "gzip")])
        return Reply(status, body, JSON, headers)


def _route(method: str, segments: list[str]) -> _Route | None:
    first = segments[0].lower()
    if first == "users" and len(segments) > 1:
        table, rest = (_USER, segments[2:]) if method == "GET" else (_WRITES, [method, *segments[2:]])
    elif method == "GET" and first == "places":
        table, rest = _PLACES, segments[1:]
    elif method == "GET" and first.startswith("applications(appid="):
        table, rest = _APPLICATIONS, segments[1:]
    else:
        return None
    wanted = tuple(each.lower() for each in rest)
    for pattern, route in table.items():
        if len(pattern) == len(wanted) and all(p in ("*", given) for p, given in zip(pattern, wanted, strict=True)):
            return route
    return None
