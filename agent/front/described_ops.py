"""What `/openapi.json` says about the paths of operations; their bodies are described in `agent.wire.ops`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.responses import Response

from agent.front.described import (
    INSTANT,
    NOTHING_SCHEMA,
    Described,
    Responses,
    Schema,
    by_guard,
    described,
    for_body,
    posted,
    refusals,
    session_read,
    text_answer,
)
from agent.wire.ops import OpsLogEntry, OpsState, OpsTimeline

TAG = "operations"
CLOSED = "No session: sign in first"
LEVELS = ("debug", "info", "warning", "error")
DONE: Responses = {204: {"description": "Done"}}


@dataclass(frozen=True, slots=True)
class OpsLogs:
    """Lines of the log, oldest first."""

    entries: list[OpsLogEntry]


@dataclass(frozen=True, slots=True)
class OpsAudit:
    """Whether the audit log is as it was written, and its entries, the newest last."""

    intact: bool
    problem: str | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OpsRaw:
    """What the calendar server said, item by item, and what became of it."""

    window: dict[str, str]
    complete: bool
    requests: int
    server_time: str | None
    items: list[dict[str, Any]]
    unread: list[dict[str, Any]]


EXAMPLES: dict[str, object] = {
    "ops_state": {
        "version": 1,
        "now": INSTANT,
        "room": "San Jose",
        "mailbox": "sjroom@contoso.example",
        "timezone": "America/Los_Angeles",
        "language": "en",
        "status": "pass",
        "release": "0.1.0",
        "started": INSTANT,
        "booted": INSTANT,
        "source": "ews",
        "calendar_as_of": INSTANT,
        "retry_at": None,
        "todo": [],
        "checks": [],
        "freshness": {"bounds_s": [1.0, 5.0], "counts": [4, 1, 0], "median_s": 0.6, "p95_s": 1.4},
        "versions": {"agent": "0.1.0"},
    },
    "ops_logs": {"entries": [{"n": 1, "at": INSTANT, "level": "info", "event": "agent.ready", "fields": {}}]},
    "ops_audit": {"intact": True, "problem": None, "entries": []},
}


def number(name: str, description: str, least: int, most: int, usual: int) -> Schema:
    """A query parameter that is a number."""
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": usual}
    return {"name": name, "in": "query", "description": description, "schema": schema, "example": usual}


read = partial(session_read, TAG, CLOSED)


def write(name: str, summary: str, description: str, schema: Schema, example: object, **more: str) -> Described:
    """A POST without an answer in its body."""
    responses = {**DONE, **for_body(**{"s422": "Not of this shape", **more})}
    return described(name, TAG, summary, description, responses, status_code=204, openapi_extra=posted(schema, example))


PAGE = described(
    "ops_page",
    "page",
    "The page for operations",
    "Carries the token for what it sends. From the network: over TLS, while the box is managed remotely.",
    {**text_answer("text/html", "The page"), **by_guard()},
    response_class=Response,
)
STREAM = described(
    "ops_stream",
    TAG,
    "The state as server-sent events",
    "The present one comes first, then whenever something changes, at most one a second; a comment every 15 s keeps "
    "the line open.",
    {**text_answer("text/event-stream", "`event: ops`, `data:` the state"), **refusals(s403=CLOSED)},
    response_class=Response,
)
READS = {
    "": read(
        "ops_state",
        "What is wrong and what to do first",
        "With every check, without asking anybody.",
        {200: {"model": OpsState, "description": "The state"}},
    ),
    "/timeline": read(
        "ops_timeline",
        "The last hours",
        "Reads of the calendar by quarters of an hour, outages, joins, inputs, starts.",
        {200: {"model": OpsTimeline, "description": "The timeline, oldest first"}},
        {"parameters": [number("hours", "How far back", 1, 168, 24)]},
        s422="Not from 1 to 168",
    ),
    "/raw": read(
        "ops_raw",
        "What the calendar server says of each item",
        "What becomes of it, and why. Asks the server; the answer holds subjects and links.",
        {200: {"model": OpsRaw, "description": "As `room-agent raw --json` prints it"}},
        s409="No calendar is read yet",
        s429="Asked too often",
        s502="The calendar server refused or failed",
        s504="It did not answer in time",
    ),
    "/audit": read(
        "ops_audit",
        "The audit log",
        "Whether it is as it was written, and at most 1,000 entries.",
        {200: {"model": OpsAudit, "description": "The log"}},
        s404="There is none",
    ),
    "/logs": read(
        "ops_logs",
        "The last lines of the log",
        "At most 500 with a greater `n` than `after`; `n` begins anew with each start.",
        {200: {"model": OpsLogs, "description": "The lines, oldest first"}},
        {
            "parameters": [
                {
                    "name": "level",
                    "in": "query",
                    "description": "The least severe that is wanted",
                    "schema": {"type": "string", "enum": list(LEVELS), "default": "info"},
                    "example": "info",
                },
                number("after", "The last `n` that is known", 0, 2**53 - 1, 0),
            ]
        },
        s422="No such level or number",
    ),
    "/bundle": read(
        "ops_bundle",
        "The support bundle",
        "As `room-agent support-bundle FILE` writes it: neither subjects nor secrets.",
        {
            200: {
                "description": "A ZIP file",
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            }
        },
        s429="Asked too often",
    ),
}
WRITES = {
    "/session": write(
        "ops_sign_in",
        "Sign in with the token or the PIN",
        "The answer sets the session's cookie, which opens nothing but this.",
        {
            "oneOf": [
                {
                    "title": "The box's bearer token, or that of its local programs",
                    "type": "object",
                    "required": ["token"],
                    "properties": {"token": {"type": "string", "minLength": 1, "maxLength": 256}},
                    "additionalProperties": False,
                },
                {
                    "title": "The administrator's PIN",
                    "type": "object",
                    "required": ["pin"],
                    "properties": {"pin": {"type": "string", "pattern": "^[0-9]{6,16}$"}},
                    "additionalProperties": False,
                },
            ]
        },
        {"pin": "271828"},
        s403="A wrong token or PIN, or none is set",
        s429="Locked after wrong tries",
    ),
    "/leave": write("ops_sign_out", "End the session", "It opens nothing after that.", NOTHING_SCHEMA, {}, s403=CLOSED),
}
