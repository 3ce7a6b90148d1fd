"""How Graph says no."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime

from agent.demo.http.faults import GRAPH, Headers, Instead, Reply, Reshape

JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


class GraphError(Exception):
    """A refusal: HTTP status and Graph's own code."""

    def __init__(self, status: int, code: str, message: str, headers: Headers | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers or []


def error_reply(error: GraphError, at: datetime) -> Reply:
    """The refusal as an answer."""
    inner = {"date": at.strftime("%Y-%m-%dT%H:%M:%S"), "request-id": str(uuid.uuid4())}
    data = {"error": {"code": error.code, "message": error.message, "innerError": inner}}
    return Reply(error.status, json.dumps(data).encode(), "application/json", error.headers)


@dataclass(frozen=True, slots=True)
class GraphSays(Instead):
    """A refusal of Graph, on demand; `retry_after` as it stands in the header."""

    status: int
    code: str
    message: str = "made up by the demo"
    retry_after: str | None = None

    @property
    def faces(self) -> frozenset[str]:
        return frozenset({GRAPH})

    def reply(self, _operation: str, /) -> Reply:
        headers = [] if self.retry_after is None else [("Retry-After", self.retry_after)]
        return error_reply(GraphError(self.status, self.code, self.message, headers), datetime(2026, 1, 1))  # noqa: DTZ001


class ReshapeJson(Reshape):
    """Damages an answer of Graph."""

    @property
    def faces(self) -> frozenset[str]:
        return frozenset({GRAPH})


@dataclass(frozen=True, slots=True)
class WithoutStart(ReshapeJson):
    """The first event of an answer has no start."""

    def damage(self, answer: dict[str, list[dict[str, object]]]) -> None:
        for event in answer.get("value", [])[:1]:
            event.pop("start", None)


@dataclass(frozen=True, slots=True)
class EmptyView(ReshapeJson):
    """A list that is suddenly empty and complete."""

    def damage(self, answer: dict[str, object]) -> None:
        if "value" in answer:
            answer["value"] = []
            answer.pop("@odata.nextLink", None)
