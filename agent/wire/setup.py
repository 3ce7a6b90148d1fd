"""What wizard and settings page know, under `/api/v1/setup`. No secret is in it: `kept` names those that are there.

The front adds two headers to what it passes on: `PEER_HEADER` is `screen` or the address of a technician's browser,
`SESSION_HEADER` the value of the browser's cookie. The core answers a successful pairing with `SESSION_HEADER`, which
the front makes a cookie of (HttpOnly, SameSite=Strict; over TLS Secure, named `__Host-…`).

All but the first three want that session (403 `setup.no_session`). What changes something is refused with 409
`setup.managed` in that mode, and with 409 `setup.step_closed` before its turn. 503 `setup.unwritable`: the disk
refuses, nothing was changed. Where Exchange refuses or fails, its lists and rooms are a 502 with the source's code.

GET  ""                 → SetupState; without a session only version, mode, access, owner, retry_after_s, language
GET  /welcome           → SetupWelcome; for the box's own screen only (403 `setup.screen_only`), until the box is
                        set up (404 `setup.closed`)
POST /pair              {code | pin, take_over} → 204 · 403 `setup.code_wrong`, `setup.pin_wrong`, `setup.pin_unset` ·
                        429 `setup.locked` with Retry-After: screen (show-mailbox as well) and network count apart ·
                        409 `setup.taken`: somebody else is at it; `take_over` with code or PIN replaces them
POST /leave             → 204; the session ends
POST /steps/{step}      the step's fields → SetupState · 422 `setup.invalid` with `errors`: [SetupFieldError]
POST /back              {step} → SetupState; a step that was reached before
POST /checks            {scope: network|account|room, write, other_mailbox} → 202, in the background;
                        409 `setup.checking` while a run goes on
GET  /checks            SSE: `check` (a Check), `done` {ok}; those of the run so far come first
POST /checks/stop       → 204
GET  /room-lists        → {lists: [{name, address}], unreadable: [{name, address, code, title, cure, command}]}
GET  /rooms?list=A      → {rooms: [{name, address}]}, 404 `setup.list_unknown`
GET  /resolve?name=N    → the same by the beginning of name or address, at most 100
GET  /rooms.csv         text/csv of all rooms in all lists    POST /rooms-csv {csv} → {rooms: [{…}], errors: […]}
POST /certificate       → SetupCertificate; key and certificate are made on the box  GET: the one there is, else 404
POST /sign-in           → {url, code, expires}                GET → {state: waiting|done|failed, code, title, detail}
GET  /commands?kind=…   → {script}; parameters as the command's options
GET  /display           → {outputs: [OutputReport], inputs: [Input]}
POST /show-input        {input} → 202 {id}, 404 `input.unknown`, 503 `display.absent`
POST /activate          → 200 {ok}; setup mode: begins to serve the room, settings: puts changes into effect
                        409 `setup.incomplete`, and `setup.not_checked` while they have not passed the preflight
POST /reset             {pin} → 202; everything is forgotten, the wizard comes up again. The PIN, refused as in /pair,
                        is needed once the box is set up; root and the agent's own user on the socket need none
POST /apply             {data, secrets, pin} → {changed}; for those two only, not through the front
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PEER_HEADER = "X-Room-Agent-Peer"
SESSION_HEADER = "X-Room-Agent-Session"
SCREEN = "screen"
SETUP_VERSION = 1
SETUP_STEPS = (
    "language",
    "network",
    "calendar",
    "account",
    "preflight",
    "room",
    "screen",
    "policies",
    "summary",
)
"""In their order. The fields of each, as they are answered (types: s text, b bool, n whole number, * a secret):

language   language s, timezone s
network    proxy s, proxy_username s, proxy_password *, no_proxy [s]
calendar   source s (ews, graph, demo)
account    mailbox s (may be empty: the room is picked later), ca s (PEM; empty: none)
           ews:   endpoint s, auth s (basic, ntlm, oauth), username s, password *
                  oauth: tenant_id s, client_id s, method s (secret, certificate), client_secret *,
                  client_secret_expires s, authority s, scope s
           graph: cloud s (global, us_gov, us_dod, china, other), endpoint s, authority s (both for other),
                  tenant_id s, client_id s, auth s (secret, certificate, device_code), client_secret *,
                  client_secret_expires s
preflight  nothing; passes when the checks of scope account (room, where a mailbox is named) have
room       mailbox s, name s; passes when the checks of scope room have
screen     inputs [{name s, label s, kind s, match s}], content s (popup, preview)
policies   show_subject s, private_join b, untrusted s, join_lead_min n, check_in b, release_after_min n,
           allow_booking b, process_requests b, pin * (6 to 16 digits; needed the first time)
summary    nothing
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    id: str
    state: str  # "done | current | open"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupOwner:
    """Who is at it: `place` is `screen` or `network`, `address` of a technician's browser, `since` an instant."""

    place: str
    address: str | None
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCheck:
    id: str
    status: str  # "pass | warn | fail | skipped"
    code: str
    title: str
    detail: str
    cure: str
    who: str | None
    command: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupState:
    """Where the set-up is. `mode`: `setup` before activation, `settings` after it, `managed` where a file that was
    named on the command line holds the configuration. `access`: `none`, `yours`, `others`. `answers`: by step, as they
    were given or are in effect. `kept`: secrets that are there, such as `account.password`. `checked`: how the answers
    did, as they are now: `never`, `running`, `passed`, `failed` or `outdated`."""

    version: int = SETUP_VERSION
    mode: str
    access: str
    owner: SetupOwner | None = None
    retry_after_s: int | None = None
    language: str = "en"
    step: str = "language"
    steps: list[SetupStep] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    checked: str = "never"
    checks: list[SetupCheck] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupWelcome:
    """What the box's screen shows before anybody has begun. `urls`: where a technician's browser finds the wizard;
    `code`: six digits, new every ten minutes and after each wrong lock; None while pairing is locked (`retry_after_s`).
    `fingerprint`: SHA-256 of the certificate, in pairs of hex digits."""

    urls: list[str]
    code: str | None
    expires: str
    fingerprint: str
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupFieldError:
    field: str
    code: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCertificate:
    """The public part of the box's own certificate: PEM, `thumbprint` (SHA-1, as Entra shows it), `ends` an instant."""

    pem: str
    thumbprint: str
    ends: str
