"""The OAuth face: `/{tenant}/v2.0/.well-known/openid-configuration` and `/{tenant}/oauth2/v2.0/…`, over TLS only."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from agent.demo.http.faults import OAUTH, Faults, Instead, Reply, Truncated, Wire
from agent.demo.http.request_log import RequestLog, RequestRecord
from agent.demo.http.tokens import JsonReply, Tokens
from agent.demo.http.wire import Connection, Receive, Scope, Send, Sender, header, read_body
from agent.ports import Clock

PATH = re.compile(r"/([^/]+)/(?:v2\.0/\.well-known/openid-configuration|oauth2/v2\.0/(?:token|devicecode))")
_MAX_FORM_BYTES = 64 * 1024


class WrongSecret(Instead):
    """The application's secret is refused."""

    @property
    def faces(self) -> frozenset[str]:
        return frozenset({OAUTH})

    def reply(self, _operation: str, /) -> Reply:
        text = "AADSTS7000215: Invalid client secret provided."
        data = {"error": "invalid_client", "error_description": text, "error_codes": [7000215]}
        return Reply(401, json.dumps(data).encode(), "application/json")


@dataclass(frozen=True, slots=True)
class Aadsts(Instead):
    """Entra's refusal with this number, such as 50053 for a locked account."""

    number: int
    error: str = "invalid_grant"

    @property
    def faces(self) -> frozenset[str]:
        return frozenset({OAUTH})

    def reply(self, _operation: str, /) -> Reply:
        text = f"AADSTS{self.number}: made up by the demo"
        data = {"error": self.error, "error_description": text, "error_codes": [self.number]}
        return Reply(400, json.dumps(data).encode(), "application/json")


class OAuthFace:
    """Gives out tokens; see `agent.demo.http.tokens`."""

    def __init__(self, clock: Clock, faults: Faults, requests: RequestLog, tokens: Tokens) -> None:
        self._clock = clock
        self._faults = faults
        self._requests = requests
        self._tokens = tokens

    async def serve(self, scope: Scope, receive: Receive, send: Send, connection: Connection) -> None:
        """Answer one request to a path that `PATH` matches."""
        operation = scope["path"].rpartition("/")[2]
        instead = [effect.reply(operation) for effect in self._faults.take(Instead, operation, OAUTH)]
        reply = instead[0] if instead else await self._answer(operation, scope, receive)
        auth = "fault" if instead else "oauth"
        self._requests.add(
            RequestRecord(
                operation=operation, mailbox=None, items=0, at=self._clock.now(),
                status=reply.status, auth=auth, admitted=False,
            )
        )  # fmt: skip
        broken = self._faults.take(Wire, operation, OAUTH), self._faults.take(Truncated, operation, OAUTH)
        await Sender(send, connection, self._clock, *broken).whole(reply)

    async def _answer(self, operation: str, scope: Scope, receive: Receive) -> Reply:
        found = PATH.fullmatch(scope["path"])
        assert found is not None
        origin, tenant = f"https://{header(scope, 'host')}", found[1]
        if operation == "openid-configuration":
            return _reply(self._tokens.metadata(origin, tenant))
        body = await read_body(receive, _MAX_FORM_BYTES)
        if operation == "devicecode":
            return _reply(self._tokens.device_code(tenant, body))
        return _reply(self._tokens.token(origin, tenant, body))


def _reply(answer: JsonReply) -> Reply:
    return Reply(answer.status, json.dumps(answer.data).encode(), "application/json")
