"""What `/openapi.json` says about each path: arguments for `FastAPI.add_api_route`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import JSONResponse, Response

from agent.front.openapi import BEARER_SCHEME, TOKEN_SCHEME, ProblemDocument
from agent.front.problems import MEDIA_TYPE
from agent.wire import CommandState, RoomState, Typed

Described = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]
Schema = dict[str, Any]

INSTANT = "2026-11-22T17:00:00Z"
EXAMPLES: dict[str, object] = {
    "room": {
        "version": 1,
        "revision": 42,
        "now": INSTANT,
        "room": {
            "name": "San Jose",
            "mailbox": "sjroom@contoso.example",
            "timezone": "America/Los_Angeles",
            "language": "en",
        },
        "calendar": {"source": "ews", "as_of": "2026-11-22T16:59:58Z", "stale": False, "problem": None},
        "availability": "free",
        "meetings": [],
        "current": None,
        "next": None,
        "free_until": None,
        "inputs": [],
        "screen": "home",
        "notices": [],
        "look": {
            "theme": "auto",
            "shift": True,
            "dim_from": "22:00",
            "dim_until": "06:30",
            "color": "#0a5c8f",
            "logo": "/api/v1/look/logo?v=0123456789ab",
            "background": None,
        },
        "commands": ["join", "refresh"],
    },
    "command_state": {"id": "c-17", "name": "join", "state": "done", "problem": None},
    "join": {"id": "c-17"},
    "refresh": {"id": "c-18"},
    "typed": {
        "ways": [
            {
                "provider": "zoom",
                "provider_name": "Zoom",
                "url": "https://zoom.us/j/91234567890",
                "meeting_id": "91234567890",
                "passcode": "428913",
                "sip": None,
                "h323": None,
                "dial_in": [],
                "trusted": True,
                "launcher": "browser",
                "label": "Zoom · zoom.us",
            }
        ]
    },
    "show_input": {"id": "c-19"},
    "show_mailbox": {"id": "c-20"},
}


class HealthResponse(JSONResponse):
    """An answer of draft-inadarei-api-health-check-06."""

    media_type = "application/health+json"


@dataclass(frozen=True, slots=True)
class Accepted:
    """Ask `/api/v1/commands/{id}` what became of it."""

    id: str


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One measurement. `code` is stable, also of what passes; `since`: for how long it has been so, where that is
    known; `output`: a sentence where it does not pass."""

    status: Literal["pass", "warn", "fail"]
    code: str
    since: str | None
    observedValue: str | float | bool | None  # noqa: N815 - the draft's name
    observedUnit: str | None  # noqa: N815
    time: str | None
    output: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """The worst of the checks, which have names such as `calendar:contact`, `disk:free` or `versions:agent`."""

    status: Literal["pass", "warn", "fail"]
    releaseId: str  # noqa: N815 - the draft's name
    description: str
    checks: dict[str, list[HealthCheck]]


@dataclass(frozen=True, slots=True)
class Part:
    """Something the home screen cannot be served without: `state`, `store`, or `core` where that cannot be reached."""

    part: str
    ready: bool


def by_guard(**reasons: str) -> Responses:
    """Problem answers by status (`s404="No such meeting"`), and those the guard may give to any request."""
    always = {
        "s403": "Not for this peer, site or token",
        "s414": "Address too long",
        "s421": "Unknown Host",
        "s431": "Headers too large",
    }
    merged = always | reasons
    return {int(key[1:]): {"model": ProblemDocument, "description": text} for key, text in merged.items()}


def refusals(**reasons: str) -> Responses:
    """As `by_guard`, for a path that needs the core."""
    return by_guard(**({"s503": "The core cannot be reached"} | reasons))


def for_body(**reasons: str) -> Responses:
    """As `refusals`, for a path that takes a body."""
    return refusals(s408="The body came too slowly", s413="More than 64 KiB", s415="Not JSON", **reasons)


def described(name: str, tag: str, summary: str, description: str, responses: Responses, **more: Any) -> Described:
    """The arguments common to all paths; `more` adds to them."""
    texts = {"name": name, "tags": [tag], "summary": summary, "description": description}
    return {"response_class": JSONResponse, "response_model": None, **texts, "responses": responses, **more}


def session_read(
    tag: str,
    closed: str,
    name: str,
    summary: str,
    description: str,
    answers: Responses,
    extra: Described | None = None,
    /,
    **more: str,
) -> Described:
    """A GET for whoever has a session, else 403 `closed`; `more` are refusals by status (`s404="…"`)."""
    responses = {**answers, **refusals(**{"s403": closed, **more})}
    return described(name, tag, summary, description, responses, openapi_extra=extra or {})


def text_answer(media_type: str, description: str, *others: str) -> Responses:
    """A good answer that is text, in one of these media types."""
    content = {each: {"schema": {"type": "string"}} for each in (media_type, *others)}
    return {200: {"description": description, "content": content}}


def posted(schema: Schema, example: object) -> Described:
    """The `openapi_extra` of a POST: body and token."""
    body = {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}
    return {"requestBody": body, "security": [{TOKEN_SCHEME: []}]}


def command(name: str, summary: str, description: str, schema: Schema, example: object, **reasons: str) -> Described:
    """A POST that is accepted now and done soon."""
    responses: Responses = {202: {"model": Accepted, "description": "Accepted"}}
    usual = {
        "s404": "No such meeting or input",
        "s409": "What it refers to has changed",
        "s422": "The payload is not what this command needs",
    }
    responses |= for_body(**(usual | reasons))
    extra = posted(schema, example)
    return described(name, "commands", summary, description, responses, status_code=202, openapi_extra=extra)


TEXT: Schema = {"type": "string", "maxLength": 2000, "description": "A link, an id or an address, as typed or pasted"}


def index(description: str) -> Schema:
    """A place in a list, or none."""
    return {"type": ["integer", "null"], "minimum": 0, "maximum": 999, "description": description}


JOIN_SCHEMA: Schema = {
    "oneOf": [
        {
            "title": "A meeting of the list",
            "type": "object",
            "required": ["meeting_id"],
            "properties": {
                "meeting_id": {"type": "string", "minLength": 1, "maxLength": 100},
                "alternative": index("Index into the join's alternatives"),
            },
            "additionalProperties": False,
        },
        {
            "title": "What a person typed",
            "type": "object",
            "required": ["text"],
            "properties": {"text": TEXT, "way": index("Index into the ways of /api/v1/typed; the first if not given")},
            "additionalProperties": False,
        },
    ]
}
TYPED_SCHEMA: Schema = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": TEXT},
    "additionalProperties": False,
}
SHOW_INPUT_SCHEMA: Schema = {
    "type": "object",
    "required": ["input"],
    "properties": {"input": {"type": "string", "minLength": 1, "maxLength": 100}},
    "additionalProperties": False,
}
SHOW_MAILBOX_SCHEMA: Schema = {
    "type": "object",
    "required": ["mailbox", "minutes", "pin"],
    "properties": {
        "mailbox": {"type": "string", "format": "email", "minLength": 3, "maxLength": 254},
        "minutes": {"type": "integer", "minimum": 1, "maximum": 480},
        "pin": {"type": "string", "minLength": 1, "maxLength": 100, "description": "The administrator's PIN"},
    },
    "additionalProperties": False,
}
UNDO_SCHEMA: Schema = {
    "type": "object",
    "required": ["command_id"],
    "properties": {"command_id": {"type": "string", "minLength": 1, "maxLength": 64}},
    "additionalProperties": False,
}
NOTHING_SCHEMA: Schema = {"type": "object", "additionalProperties": False}
PAGE_SCHEMA: Schema = {
    "type": "object",
    "required": ["page_id", "revision", "hash", "rendered_at"],
    "properties": {
        "page_id": {"type": "string", "minLength": 1, "maxLength": 100},
        "revision": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
        "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "rendered_at": {"type": "string", "format": "date-time", "maxLength": 40},
        "errors": {"type": "array", "maxItems": 50, "items": {"type": "string"}},
        "touched": {"type": "boolean"},
    },
    "additionalProperties": False,
}
COMMANDS = {
    "join": command(
        "join",
        "Join a meeting",
        "Opens a meeting of the list, or what a person typed, on the room's display: pending until it is open. Without "
        "a display it is done at once and the page opens the link. `join.by_hand`: only a person can dial it.",
        JOIN_SCHEMA,
        {"meeting_id": "m-1"},
    ),
    "refresh": command("refresh", "Read the calendar now", "Does not wait for the next poll.", NOTHING_SCHEMA, {}),
    "show-input": command(
        "show_input",
        "Show what is plugged in",
        "Needs a display that takes orders; `commands` of the room's state names it while there is one.",
        SHOW_INPUT_SCHEMA,
        {"input": "hdmi"},
    ),
    "show-mailbox": command(
        "show_mailbox",
        "Show another mailbox for a while",
        "In place of the room, for as long as asked, then the room comes back by itself. Only mailboxes that the "
        "administrator allows (403 `hot_desk.not_allowed`), with the administrator's PIN: ten wrong ones (403 "
        "`pin.wrong`) close this for a minute and longer (429 `pin.locked`).",
        SHOW_MAILBOX_SCHEMA,
        {"mailbox": "ann.lee@contoso.example", "minutes": 60, "pin": "739154"},
        s429="Too many wrong PINs",
    ),
}
COMMAND_STATE = described(
    "command_state",
    "commands",
    "What became of a command",
    "`pending` becomes `done` or `failed`, then with a problem.",
    {200: {"model": CommandState, "description": "The command"}, **refusals(s404="No such command")},
    openapi_extra={
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "example": "c-17"}]
    },
)
HOME = described(
    "home_page",
    "page",
    "The home screen",
    "Carries the token for commands; served whether or not the core answers.",
    {**text_answer("text/html", "The page"), **by_guard()},
    response_class=Response,
)
PAGE = described(
    "page_report",
    "page",
    "What the home screen really shows",
    "`hash`: SHA-256 of the compact JSON list of `[id, start, end, subject]` shown. `touched`: since the last report.",
    {204: {"description": "Noted"}, **for_body(s422="Not a page report")},
    status_code=204,
    response_class=Response,
    openapi_extra=posted(
        PAGE_SCHEMA, {"page_id": "p-1", "revision": 42, "hash": "0" * 64, "rendered_at": INSTANT, "errors": []}
    ),
)
ROOM = described(
    "room",
    "room",
    "Everything the home screen shows",
    "`revision` grows by one whenever anything but `now` changes.",
    {200: {"model": RoomState, "description": "The room's state"}, **refusals()},
)
STREAM = described(
    "room_stream",
    "room",
    "The room's state as server-sent events",
    "The present one comes first, then each new revision; a comment every 15 s keeps the line open. `event: repair`, "
    "without an id, tells a page that shows something else to make itself anew.",
    {
        **text_answer(
            "text/event-stream",
            "`event: room`, `id:` the revision, `data:` the state; `event: repair`, `data:` the revision to "
            "show, and the page that is meant",
        ),
        **refusals(),
    },
    response_class=Response,
)
QR_CODE = described(
    "qr_code",
    "room",
    "A way to join as a QR code",
    "`way` is `link`, `link-N` for an alternative, or `dial-in-N`. It holds the link: show it for a moment only.",
    {
        200: {"description": "The picture", "content": {"image/svg+xml": {"schema": {"type": "string"}}}},
        **refusals(s404="No such meeting or way", s409="The meeting cannot be joined"),
    },
    response_class=Response,
    openapi_extra={
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "example": "m-1"},
            {"name": "way", "in": "path", "required": True, "schema": {"type": "string"}, "example": "link"},
        ]
    },
)
TYPED = described(
    "typed",
    "room",
    "Ways to join what a person typed",
    "At most four, best first; none is no error. A text may hold a passcode: nothing of it is logged or kept. The "
    "command `join` with the same text and a way's index takes one.",
    {200: {"model": Typed, "description": "The ways"}, **for_body(s422="Not a text of at most 2000 characters")},
    openapi_extra=posted(TYPED_SCHEMA, {"text": "912 3456 7890, passcode: 428913"}),
)
LOOK = described(
    "look_image",
    "room",
    "An image of the screen's look",
    "`image` is `logo` or `background`. The room's `look` has the address, which changes with the content.",
    {
        200: {
            "description": "The image",
            "content": {
                f"image/{kind}": {"schema": {"type": "string", "format": "binary"}}
                for kind in ("png", "jpeg", "webp", "svg+xml")
            },
        },
        **refusals(s404="Not configured, or not usable"),
    },
    response_class=Response,
    openapi_extra={
        "parameters": [
            {
                "name": "image",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": ["logo", "background"]},
                "example": "logo",
            }
        ]
    },
)
LOCKED = "Ten wrong tokens of this peer within a minute; Retry-After"
FROM_AFAR: Described = {"security": [{}, {BEARER_SCHEME: []}]}
"""The `openapi_extra` of what is read here without a token, and over the network with one."""
UNHEALTHY = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
STATUS = described(
    "status",
    "operations",
    "Health with stable codes",
    "Calendar, account, database, home screen, display, what ends, secrets, disk, clock, updates, versions. 503 once "
    "nobody can say whether the room is free, or the account is refused; an Exchange out of reach only warns. From "
    "the network: over TLS with the box's bearer token.",
    {
        200: {"model": Health, "description": "pass or warn"},
        **by_guard(s429=LOCKED),
        503: {"model": Health, "description": "fail; or the core cannot be reached", "content": UNHEALTHY},
    },
    response_class=HealthResponse,
    openapi_extra=FROM_AFAR,
)
LIVE = described(
    "live",
    "operations",
    "The process makes progress",
    "Looks at nothing outside the process.",
    {**text_answer("text/plain", "ok"), **by_guard()},
    response_class=Response,
)
READY = described(
    "ready",
    "operations",
    "The home screen can be served",
    "Stays 200 while the calendar service is down.",
    {
        200: {"model": list[Part], "description": "The parts"},
        **by_guard(),
        503: {"model": list[Part], "description": "A part is not ready, or the core cannot be reached"},
    },
)
METRICS = described(
    "metrics",
    "operations",
    "Prometheus metrics",
    "Text format 0.0.4, OpenMetrics on Accept; names begin with `room_agent_`, at most 300 series. From the network: "
    "over TLS with the box's bearer token.",
    {**text_answer("text/plain", "Metrics", "application/openmetrics-text"), **refusals(s429=LOCKED)},
    response_class=Response,
    openapi_extra=FROM_AFAR,
)
