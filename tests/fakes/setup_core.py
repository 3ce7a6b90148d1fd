"""The core of a box that is being set up: `agent.wire.setup` as the pages see it, scripted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from agent.wire import (
    PEER_HEADER,
    SCREEN,
    SESSION_HEADER,
    SETUP_STEPS,
    RoomState,
    SetupCertificate,
    SetupCheck,
    SetupFieldError,
    SetupOwner,
    SetupState,
    SetupStep,
    SetupWelcome,
)
from tests.fakes.core import FakeCore

ROOT = "/api/v1/setup"
CODE = "471920"
PIN = "271828"
FINGERPRINT = ":".join(f"{byte:02X}" for byte in range(0x11, 0x31))
SECRETS = {
    "network": ("proxy_password",),
    "account": ("password", "client_secret"),
    "policies": ("pin",),
}
NEEDED = {
    "language": ("language", "timezone"),
    "calendar": ("source",),
    "room": ("mailbox",),
}
LISTS = {
    "lists": [
        {"name": "Building 7", "address": "building7@contoso.example"},
        {"name": "Headquarters", "address": "hq@contoso.example"},
    ],
    "unreadable": [
        {
            "name": "Executive floor",
            "address": "executive@contoso.example",
            "code": "room_list.unreadable",
            "title": "The list “Executive floor” cannot be read",
            "detail": "The account may not see its members.",
            "cure": "Have the account added to those who manage the list (ManagedBy).",
            "command": "Set-DistributionGroup 'executive@contoso.example' -ManagedBy @{Add='svc@contoso.example'}",
        }
    ],
}
ROOMS = {
    "building7@contoso.example": [
        {"name": "San Jose", "address": "sjroom@contoso.example"},
        {"name": "San Francisco", "address": "sfroom@contoso.example"},
    ],
    "hq@contoso.example": [{"name": "Köln – Großer Konferenzraum", "address": "koeln@contoso.example"}],
}
DISPLAY = {
    "outputs": [
        {
            "name": "HDMI-1",
            "connected": True,
            "enabled": True,
            "mode": "1920x1080@60",
            "screen": "LG 65UH",
            "primary": True,
        },
        {"name": "DP-1", "connected": False, "enabled": False, "mode": None, "screen": None, "primary": False},
    ],
    "inputs": [
        {"name": "hdmi", "label": "HDMI on the table", "kind": "hdmi", "state": "live", "showing": False},
        {"name": "vga", "label": "", "kind": "vga", "state": "no_signal", "showing": False},
    ],
}
SCRIPT = "# Run in the Exchange Management Shell.\n$room = 'sjroom@contoso.example'\nGet-CalendarProcessing $room\n"


def check(id_: str, status: str = "pass", title: str = "", **more: Any) -> SetupCheck:
    """A check of this outcome; of what passes there is little to say."""
    fields: dict[str, Any] = {
        "code": f"preflight.{id_}.{status}",
        "title": title or id_.replace("_", " ").capitalize(),
        "detail": "",
        "cure": "",
        "who": None,
        "command": None,
    }
    return SetupCheck(id=id_, status=status, **(fields | more))


NETWORK = [
    check("dns", title="The name of the calendar server is found", detail="mail.contoso.example is 192.0.2.20."),
    check("clock", title="The clock is right", detail="The server's clock is 0.4 s ahead."),
    check("proxy", "skipped", title="No proxy is used"),
    check("portal", title="No captive portal is in the way"),
]
ACCOUNT = [
    *NETWORK[:2],
    check("tls", title="The connection is secure", detail="The certificate is valid for another 212 days."),
    check("sign_in", title="The service account signs in", detail="By NTLM, as svc@contoso.example."),
]
ROOM = [
    *ACCOUNT,
    check("mailbox", title="The mailbox is a room", detail="San Jose, sjroom@contoso.example"),
    check("folder", title="The calendar can be read"),
    check(
        "body",
        "warn",
        "Invitations lose their text",
        detail="Exchange deletes the body of invitations to this room, so no meeting link is found. Only new meetings "
        "are cured.",
        cure="Let Exchange keep the text.",
        who="exchange-admin",
        command="Set-CalendarProcessing -Identity 'sjroom@contoso.example' -DeleteComments $false",
    ),
]
REFUSED = check(
    "sign_in",
    "fail",
    "The service account cannot sign in",
    detail="Exchange answered 401. The most likely causes, in this order: a wrong password; a temporary password that "
    "was never changed; a locked account.",
    cure="Type the password again. If it is right, have the account unlocked.",
    who="exchange-admin",
    command="Get-User -Identity 'svc@contoso.example' | Format-List AccountDisabled, PasswordLastSet",
)


@dataclass
class SetUp:
    """What the core knows. `scripts`: the checks of each scope; `errors`: what is wrong with a step's answers whatever
    they are; `held`: checks come one by one, each when a test lets it."""

    mode: str = "setup"
    language: str = "en"
    owner: SetupOwner | None = None
    session: str | None = None
    sessions: int = 0
    locked_s: int | None = None
    reached: int = 0
    step: str = "language"
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    checked: str = "never"
    checks: list[SetupCheck] = field(default_factory=list)
    room: str = ""  # the mailbox that has passed
    scripts: dict[str, list[SetupCheck]] = field(
        default_factory=lambda: {"network": NETWORK, "account": ACCOUNT, "room": ROOM}
    )
    errors: dict[str, list[SetupFieldError]] = field(default_factory=dict)
    urls: list[str] = field(default_factory=lambda: ["https://192.0.2.7:8443/setup"])
    certificate: SetupCertificate | None = None
    signing_in: dict[str, Any] = field(default_factory=lambda: {"state": "waiting"})
    activated: int = 0
    runs: list[dict[str, Any]] = field(default_factory=list)
    peers: list[str] = field(default_factory=list)
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **more}
    headers = {"Retry-After": str(more["retry_after_s"])} if "retry_after_s" in more else {}
    return Response(json.dumps(body), status, headers, "application/problem+json")


CLOSED = "setup.no_session"


class SetupCore(FakeCore):
    """A `FakeCore` with the set-up API. Tests look at and change `setup`."""

    def __init__(self, state: RoomState) -> None:
        self.setup = SetUp()
        super().__init__(state)

    def begin(self, **more: Any) -> SetUp:
        """Be new, with these fields."""
        self.setup = SetUp(**more)
        return self.setup

    def _routes(self) -> list[Route]:
        reads = {
            "/room-lists": self._lists,
            "/rooms": self._rooms,
            "/resolve": self._resolve,
            "/rooms.csv": self._csv,
            "/commands": self._script,
            "/display": self._display,
            "/checks": self._events_of_checks,
        }
        writes = {
            "/steps/{step}": self._step,
            "/back": self._back,
            "/checks": self._run,
            "/checks/stop": self._stop,
            "/rooms-csv": self._read_csv,
            "/show-input": self._show_input,
            "/activate": self._activate,
            "/reset": self._reset,
            "/leave": self._leave,
        }
        both = {"/certificate": self._certificate, "/sign-in": self._sign_in}
        return [
            Route(ROOT, self._seen),
            Route(f"{ROOT}/welcome", self._welcome),
            Route(f"{ROOT}/pair", self._pair, methods=["POST"]),
            *(Route(ROOT + path, self._for_owner(action)) for path, action in reads.items()),
            *(Route(ROOT + path, self._for_owner(action), methods=["POST"]) for path, action in writes.items()),
            *(Route(ROOT + path, self._for_owner(action), methods=["GET", "POST"]) for path, action in both.items()),
            *super()._routes(),
        ]

    def _for_owner(self, action: Any) -> Any:
        async def checked(request: Request) -> Response:
            setup = self.setup
            setup.peers.append(request.headers.get(PEER_HEADER, ""))
            if self._access(request) != "yours":
                return problem(403, CLOSED, "You are not signed in. Enter the code on the room's screen.")
            scripted = self._scripted(request)
            if scripted is not None:
                return scripted
            if request.method == "POST":
                payload = await request.json()
                with self._changed:
                    setup.posts.append((request.url.path.removeprefix(ROOT), payload))
                    self._changed.notify_all()
            answer: Response = await action(request)
            return answer

        return checked

    def _access(self, request: Request) -> str:
        setup = self.setup
        given = request.headers.get(SESSION_HEADER)
        if setup.session is None:
            return "none"
        return "yours" if given == setup.session else "others"

    def state_for(self, access: str) -> SetupState:
        setup = self.setup
        known: dict[str, Any] = {
            "mode": setup.mode,
            "access": access,
            "owner": setup.owner,
            "retry_after_s": setup.locked_s,
        }
        if access != "yours":
            return SetupState(**known, language=setup.language)
        place = SETUP_STEPS.index(setup.step)
        steps = [
            SetupStep(id=id_, state="current" if n == place else "done" if n < setup.reached else "open")
            for n, id_ in enumerate(SETUP_STEPS)
        ]
        return SetupState(
            **known,
            language=setup.language,
            step=setup.step,
            steps=steps,
            answers=setup.answers,
            kept=sorted(setup.secrets),
            checked=setup.checked,
            checks=setup.checks,
        )

    async def _seen(self, request: Request) -> Response:
        self.setup.peers.append(request.headers.get(PEER_HEADER, ""))
        return self._scripted(request) or JSONResponse(asdict(self.state_for(self._access(request))))

    async def _welcome(self, request: Request) -> Response:
        setup = self.setup
        if request.headers.get(PEER_HEADER) != SCREEN:
            return problem(403, "setup.screen_only", "Only the room's screen shows this")
        code = None if setup.locked_s else CODE
        expires = "2026-11-22T17:09:30Z"
        welcome = SetupWelcome(
            urls=setup.urls, code=code, expires=expires, fingerprint=FINGERPRINT, retry_after_s=setup.locked_s
        )
        return self._scripted(request) or JSONResponse(asdict(welcome))

    async def _pair(self, request: Request) -> Response:
        setup, payload = self.setup, await request.json()
        with self._changed:
            setup.posts.append(("/pair", payload))
            self._changed.notify_all()
        if setup.locked_s:
            return problem(429, "setup.locked", "Too many wrong codes. Wait.", retry_after_s=setup.locked_s)
        if setup.mode == "settings" and payload.get("pin") != PIN:
            return problem(403, "setup.pin_wrong", "The PIN is wrong. Try again.")
        if setup.mode == "setup" and payload.get("code") != CODE:
            return problem(403, "setup.code_wrong", "The code is wrong. It stands on the room's screen.")
        if setup.session is not None and self._access(request) == "others" and not payload.get("take_over"):
            return problem(409, "setup.taken", "Somebody else is setting up this room. Take over, or wait.")
        peer = request.headers.get(PEER_HEADER, "")
        place = SCREEN if peer == SCREEN else "network"
        setup.owner = SetupOwner(place=place, address=None if place == SCREEN else peer, since="2026-11-22T16:52:00Z")
        setup.sessions += 1
        setup.session = f"session-{setup.sessions}"
        return Response(status_code=204, headers={SESSION_HEADER: setup.session})

    async def _leave(self, _: Request) -> Response:
        self.setup.session = self.setup.owner = None
        return Response(status_code=204, headers={SESSION_HEADER: ""})

    async def _step(self, request: Request) -> Response:
        setup, step, payload = self.setup, request.path_params["step"], await request.json()
        errors = setup.errors.get(step) or [
            SetupFieldError(field=name, code="setup.field_empty", title="Something is missing", detail="Fill this in.")
            for name in NEEDED.get(step, ())
            if not payload.get(name)
        ]
        if errors:
            said = [{"field": e.field, "code": e.code, "title": e.title, "detail": e.detail} for e in errors]
            return problem(422, "setup.invalid", "Some answers cannot be used.", errors=said)
        demo = setup.answers.get("calendar", {}).get("source") == "demo"
        if step == "preflight" and setup.checked != "passed" and not demo:
            return problem(409, "setup.not_checked", "The checks have not passed. Run them again.")
        self._take(step, payload)
        if step == "room" and setup.mode == "setup" and setup.room != payload["mailbox"]:
            return JSONResponse(asdict(self.state_for("yours")))
        place = SETUP_STEPS.index(step)
        if setup.answers.get("calendar", {}).get("source") == "demo" and step == "calendar":
            place = SETUP_STEPS.index("room")
        setup.reached = max(setup.reached, place + 1)
        setup.step = SETUP_STEPS[min(place + 1, len(SETUP_STEPS) - 1)]
        return JSONResponse(asdict(self.state_for("yours")))

    def _take(self, step: str, payload: Mapping[str, Any]) -> None:
        setup = self.setup
        secrets = SECRETS.get(step, ())
        for name in secrets:
            if payload.get(name):
                setup.secrets[f"{step}.{name}"] = payload[name]
        answers = {name: value for name, value in payload.items() if name not in secrets}
        changed = answers != setup.answers.get(step, {}) and step in ("network", "calendar", "account")
        if changed or (step == "room" and answers["mailbox"] != setup.room):
            setup.checked = "outdated" if setup.checked != "never" else "never"
        setup.answers[step] = answers
        if step == "language":
            setup.language = payload["language"]

    async def _back(self, request: Request) -> Response:
        self.setup.step = (await request.json())["step"]
        return JSONResponse(asdict(self.state_for("yours")))

    async def _run(self, request: Request) -> Response:
        setup, payload = self.setup, await request.json()
        setup.runs.append(payload)
        setup.checks = list(setup.scripts[payload["scope"]])
        if payload["scope"] != "network":
            failed = any(check.status == "fail" for check in setup.checks)
            setup.checked = "failed" if failed else "passed"
            setup.room = "" if failed or payload["scope"] != "room" else self._mailbox()
        return Response(status_code=202)

    def _mailbox(self) -> str:
        answers = self.setup.answers
        return str(answers.get("room", {}).get("mailbox") or answers.get("account", {}).get("mailbox") or "")

    async def _stop(self, _: Request) -> Response:
        return Response(status_code=204)

    async def _events_of_checks(self, _: Request) -> Response:
        return StreamingResponse(self._checks_as_events(), media_type="text/event-stream")

    async def _checks_as_events(self) -> AsyncIterator[str]:
        for found in self.setup.checks:
            yield f"event: check\ndata: {json.dumps(asdict(found))}\n\n"
            await asyncio.sleep(0)
        yield f"event: done\ndata: {json.dumps({'ok': self.setup.checked == 'passed'})}\n\n"

    async def _lists(self, _: Request) -> Response:
        return JSONResponse(LISTS)

    async def _rooms(self, request: Request) -> Response:
        return JSONResponse({"rooms": ROOMS.get(request.query_params["list"], [])})

    async def _resolve(self, request: Request) -> Response:
        part = request.query_params["name"].lower()
        rooms = [room for rooms in ROOMS.values() for room in rooms if part in room["name"].lower()]
        return JSONResponse({"rooms": rooms})

    async def _csv(self, _: Request) -> Response:
        lines = [f"{room['name']},{room['address']}" for rooms in ROOMS.values() for room in rooms]
        return PlainTextResponse("name,address\n" + "\n".join(lines) + "\n", media_type="text/csv")

    async def _read_csv(self, request: Request) -> Response:
        lines = (await request.json())["csv"].strip().splitlines()[1:]
        rows = [line.split(",") for line in lines]
        rooms = [{"name": row[0], "address": row[1]} for row in rows if len(row) == 2 and "@" in row[1]]
        broken = [n + 2 for n, row in enumerate(rows) if len(row) != 2 or "@" not in row[1]]
        errors = [{"line": line, "code": "setup.mailbox_wrong", "title": "Not a mail address"} for line in broken]
        return JSONResponse({"rooms": rooms, "errors": errors})

    async def _script(self, _: Request) -> Response:
        return JSONResponse({"script": SCRIPT})

    async def _display(self, _: Request) -> Response:
        return JSONResponse(DISPLAY)

    async def _show_input(self, _: Request) -> Response:
        return Response(status_code=202)

    async def _certificate(self, request: Request) -> Response:
        setup = self.setup
        if request.method == "POST":
            pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
            setup.certificate = SetupCertificate(pem=pem, thumbprint="AB12" * 10, ends="2028-11-22T00:00:00Z")
        if setup.certificate is None:
            return problem(404, "setup.certificate_none", "No certificate was made")
        return JSONResponse(asdict(setup.certificate))

    async def _sign_in(self, request: Request) -> Response:
        if request.method == "POST":
            where = {"url": "https://microsoft.com/devicelogin", "code": "FGH7-KLMN", "expires": "2099-11-22T17:10:00Z"}
            return JSONResponse(where)
        return JSONResponse(self.setup.signing_in)

    async def _activate(self, _: Request) -> Response:
        setup = self.setup
        if setup.checked != "passed" and setup.answers["calendar"]["source"] != "demo":
            return problem(409, "setup.not_checked", "The checks have not passed. Run them again.")
        setup.activated += 1
        return JSONResponse({"ok": True})

    async def _reset(self, request: Request) -> Response:
        if (await request.json()).get("pin") != PIN:
            return problem(403, "setup.pin_wrong", "The PIN is wrong. Try again.")
        self.setup = SetUp()
        return Response(status_code=202)
