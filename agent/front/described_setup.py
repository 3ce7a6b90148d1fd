"""What `/openapi.json` says about the wizard's paths; their bodies are described in `agent.wire.setup`."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from agent.front.described import (
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
from agent.wire import SETUP_STEPS, SetupCertificate, SetupState, SetupWelcome

TAG = "setup"
OBJECT: Schema = {"type": "object"}
CLOSED = "No session: pair first"
EXCHANGE = {"s502": "Exchange or the sign-in service refused or failed", "s504": "It did not answer in time"}
DIRECTORY = {"s409": "The account has to be given first", **EXCHANGE}
STATE: Responses = {200: {"model": SetupState, "description": "Where the set-up is now"}}
DONE: Responses = {204: {"description": "Done"}}
BEGUN: Responses = {202: {"description": "Begun"}}


def answer(description: str) -> Responses:
    """A good answer that is an object."""
    return {200: {"description": description, "content": {"application/json": {"schema": OBJECT}}}}


def in_query(name: str, description: str, example: str, pattern: str = "") -> Described:
    """The `openapi_extra` of a GET that asks for something by name."""
    schema: Schema = {"type": "string", "maxLength": 300, **({"pattern": pattern} if pattern else {})}
    parameter = {"name": name, "in": "query", "description": description, "schema": schema, "example": example}
    return {"parameters": [parameter]}


read = partial(session_read, TAG, CLOSED)


def write(
    name: str, summary: str, description: str, answers: Responses, properties: Schema, example: object, **more: str
) -> Described:
    """A POST for whoever has the session; `more` are refusals by status (`s409="…"`)."""
    schema: Schema = {"type": "object", "properties": properties} if properties else NOTHING_SCHEMA
    responses = {**answers, **for_body(**{"s403": CLOSED, "s409": "Not now", "s422": "Not of this shape", **more})}
    (status,) = (status for status in answers if isinstance(status, int) and status < 300)
    return described(
        name, TAG, summary, description, responses, status_code=status, openapi_extra=posted(schema, example)
    )


TEXT: Schema = {"type": "string", "maxLength": 2000}
SWITCH: Schema = {"type": "boolean"}
PIN: Schema = {"type": "string", "pattern": "^[0-9]{6,16}$"}
EXAMPLES: dict[str, object] = {
    "setup_state": {
        "version": 1,
        "mode": "setup",
        "access": "none",
        "owner": None,
        "retry_after_s": None,
        "language": "en",
        "step": "language",
        "steps": [],
        "answers": {},
        "kept": [],
        "checked": "never",
        "checks": [],
    },
    "setup_welcome": {
        "urls": ["https://192.0.2.7:8443/setup"],
        "code": "471920",
        "expires": "2026-11-22T17:10:00Z",
        "fingerprint": ":".join(["AB"] * 32),
        "retry_after_s": None,
    },
}
PAGE = described(
    "setup_page",
    "page",
    "The wizard, later the settings",
    "Carries the token for what it sends. From the network: over TLS, while the box is set up or managed remotely.",
    {**text_answer("text/html", "The page"), **by_guard()},
    response_class=Response,
)
QR_CODE = described(
    "setup_qr_code",
    TAG,
    "A web address as a QR code",
    "For a phone's camera.",
    {
        200: {"description": "The picture", "content": {"image/svg+xml": {"schema": {"type": "string"}}}},
        **by_guard(s422="Not a web address of at most 300 characters"),
    },
    response_class=Response,
    openapi_extra=in_query("text", "The address", "https://192.0.2.7:8443/setup", "^https?://[!-~]{1,280}$"),
)
CHECKS = described(
    "setup_checks",
    TAG,
    "The checks as server-sent events",
    "Those of the run so far come first; the answer ends after `done`.",
    {
        **text_answer("text/event-stream", "`event: check`, `data:` a check; `event: done`, `data:` {ok}"),
        **refusals(s403=CLOSED),
    },
    response_class=Response,
)
STEP = write(
    "setup_step",
    "Answer a step",
    f"One of {', '.join(SETUP_STEPS)}. A secret that is left out stays as it is.",
    STATE,
    {"language": TEXT, "timezone": TEXT},
    {"language": "en", "timezone": "America/Los_Angeles"},
    s404="No such step",
    s422="Answers that cannot be used, in `errors`",
)
STEP["openapi_extra"]["parameters"] = [
    {
        "name": "step",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": list(SETUP_STEPS)},
        "example": "language",
    }
]
READS = {
    "": read("setup_state", "Where the set-up is", "Without a session it says who may begin, and no answers.", STATE),
    "/welcome": read(
        "setup_welcome",
        "What the box's screen shows before anybody has begun",
        "Has the pairing code: on this machine only.",
        {
            200: {"model": SetupWelcome, "description": "Addresses, code, fingerprint"},
            **refusals(s404="The box is set up"),
        },
    ),
    "/room-lists": read(
        "setup_room_lists",
        "Exchange's lists of rooms",
        "Those the account may not read are named.",
        answer("Lists"),
        **DIRECTORY,
    ),
    "/rooms": read(
        "setup_rooms",
        "The rooms of a list",
        "",
        answer("Rooms"),
        in_query("list", "Its address", "all@contoso.example"),
        s404="No such list",
        s422="No list is named",
        **DIRECTORY,
    ),
    "/resolve": read(
        "setup_resolve",
        "Rooms by the beginning of their name or address",
        "At most 100.",
        answer("Rooms"),
        in_query("name", "The beginning", "San"),
        s422="No name is given",
        **DIRECTORY,
    ),
    "/rooms.csv": read(
        "setup_rooms_csv", "All rooms of all lists", "", text_answer("text/csv", "A line a room"), **DIRECTORY
    ),
    "/certificate": read(
        "setup_certificate",
        "The public part of the box's own certificate",
        "404 while there is none.",
        {200: {"model": SetupCertificate, "description": "The certificate"}},
        s404="None was made",
    ),
    "/sign-in": read("setup_sign_in_state", "Whether a person has signed in", "", answer("State")),
    "/commands": read(
        "setup_commands",
        "The Exchange administrator's script",
        "Other parameters are those of `room-agent commands`.",
        answer("Script"),
        in_query("kind", "exchange or graph", "exchange"),
        s409="Answers are missing",
        s422="No such kind or parameter",
    ),
    "/display": read("setup_display", "Screens and inputs that were found", "", answer("Outputs and inputs")),
}
for _read in READS.values():
    _read["description"] = _read["description"] or f"{_read['summary']}."
WRITES = {
    "/pair": write(
        "setup_pair",
        "Begin with the code on the screen or the PIN",
        "The answer sets the session's cookie. One technician at a time; `take_over` replaces the other.",
        DONE,
        {"code": TEXT, "pin": PIN, "take_over": SWITCH},
        {"code": "471920"},
        s409="Somebody else is at it",
        s429="Locked after wrong codes or PINs",
    ),
    "/leave": write("setup_leave", "End the session", "Answers stay.", DONE, {}, {}),
    "/back": write(
        "setup_back", "Go back to a step", "One that was reached before.", STATE, {"step": TEXT}, {"step": "network"}
    ),
    "/checks": write(
        "setup_run_checks",
        "Check the answers",
        "In the background, one run at a time. `write` consents to a test item, made and removed.",
        BEGUN,
        {"scope": {"enum": ["network", "account", "room"]}, "write": SWITCH, "other_mailbox": TEXT},
        {"scope": "account", "write": False, "other_mailbox": ""},
        s409="A run goes on",
    ),
    "/checks/stop": write("setup_stop_checks", "Stop the checks", "What was found stays.", DONE, {}, {}),
    "/rooms-csv": write(
        "setup_read_rooms_csv",
        "Rooms out of a CSV file",
        "With the lines that cannot be read.",
        answer("Rooms and errors"),
        {"csv": {"type": "string"}},
        {"csv": "name,address\nSan Jose,sjroom@contoso.example\n"},
        s422="Not such a file",
    ),
    "/certificate": write(
        "setup_make_certificate",
        "Make key and certificate on the box",
        "The private key never leaves it.",
        {200: {"model": SetupCertificate, "description": "The public part"}},
        {},
        {},
    ),
    "/sign-in": write(
        "setup_sign_in",
        "Begin to sign in with a code",
        "A person does it on any device.",
        answer("Code"),
        {},
        {},
        **EXCHANGE,
    ),
    "/show-input": write(
        "setup_show_input",
        "Show what is plugged in",
        "On the room's screen.",
        BEGUN,
        {"input": TEXT},
        {"input": "hdmi"},
        s404="No such input",
    ),
    "/activate": write(
        "setup_activate",
        "Begin to serve the room",
        "In the settings: put changes into effect.",
        answer("Done"),
        {},
        {},
        s409="The answers have not passed the checks",
    ),
    "/reset": write(
        "setup_reset",
        "Forget everything",
        "The wizard comes up again. The PIN is needed once the box is set up.",
        BEGUN,
        {"pin": PIN},
        {"pin": "271828"},
        s429="Locked after wrong PINs",
    ),
}
