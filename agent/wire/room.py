"""What a room shows and is told.

RoomState version 1: keys may be added, never renamed, removed or retyped; readers ignore unknown ones.
Datetimes are strings `YYYY-MM-DDTHH:MM:SSZ`; dates of all-day meetings `YYYY-MM-DD`, `end` exclusive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

VERSION = 1
TOKEN_HEADER = "X-Room-Agent-Token"  # noqa: S105  a header's name
FRONT_HEADER = "X-Room-Agent-Front"
"""What a front says of itself on the core's socket: where all is one user, the kernel cannot tell it from a program."""


def instant(value: datetime) -> str:
    """The wire form of an aware datetime: UTC, whole seconds, `Z`."""
    return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    name: str
    mailbox: str
    timezone: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is wrong, for people: stable `code`, translated `title` and `detail`."""

    code: str
    title: str
    detail: str
    since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    source: str
    as_of: str | None
    stale: bool
    problem: Problem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DialIn:
    number: str
    conference_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """How to join. In `alternatives` the objects carry a `label` and no alternatives of their own."""

    provider: str
    provider_name: str
    url: str | None
    meeting_id: str | None
    passcode: str | None
    sip: str | None
    h323: str | None
    dial_in: list[DialIn]
    trusted: bool
    launcher: str  # "display" | "browser"
    label: str | None = None
    alternatives: list[Join] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """`POST /api/v1/typed`: ways to join what a person typed, best first, like those in `alternatives`."""

    ways: list[Join]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoJoin:
    """Why there is no way to join, in the room's language: a title, what helps, and for a setting of the mailbox the
    PowerShell command."""

    title: str
    detail: str
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A listed meeting. `actions`: names of the commands that can be given for it now, of "extend", "end", "check-in",
    "cancel". `extend_until`: the instant up to which it can be extended, None where it cannot. `pending`: it is shown
    as it will be when the server has taken a change that is on its way."""

    id: str
    subject: str | None
    organizer: str | None
    start: str
    end: str
    all_day: bool
    private: bool
    tentative: bool
    free: bool
    phase: str  # "later" | "soon" | "now" | "ended"
    joinable_from: str
    conflict: bool
    checked_in: bool | None
    release_at: str | None
    join: Join | None
    no_join_reason: str | None
    no_join: NoJoin | None = None
    actions: list[str] = field(default_factory=list)
    extend_until: str | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    name: str
    label: str
    kind: str
    state: str
    showing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    code: str
    severity: str  # "info" | "warning" | "error"
    title: str
    detail: str
    since: str
    action: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the screen looks. `dim_from` and `dim_until`: "HH:MM" by the room's clock, both or none. `logo` and
    `background`: addresses on the front, other ones for other content."""

    theme: str = "auto"  # "auto" | "light" | "dark" | "contrast"
    shift: bool = False
    dim_from: str | None = None
    dim_until: str | None = None
    color: str | None = None  # "#rrggbb"
    logo: str | None = None
    background: str | None = None


def _always() -> list[str]:
    return ["join", "refresh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomState:
    """Everything a home screen shows. `current` and `next` are meeting ids, `free_until` an instant, `commands` the
    names of those that are taken now."""

    version: int
    revision: int
    now: str
    room: Room
    calendar: Calendar
    availability: str  # "free" | "busy" | "unknown"
    meetings: list[Meeting]
    current: str | None
    next: str | None
    free_until: str | None
    inputs: list[Input]
    screen: str  # "home" | "meeting" | "content" | "setup"
    notices: list[Notice]
    look: Look = field(default_factory=Look)
    commands: list[str] = field(default_factory=_always)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandState:
    """`GET /api/v1/commands/<id>`."""

    id: str
    name: str
    state: str  # "pending" | "done" | "failed"
    problem: Problem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReport:
    """What the page really shows, `POST /api/v1/page`. `touched`: somebody touched it or used a key since the last
    report."""

    page_id: str
    revision: int
    hash: str
    rendered_at: str
    errors: list[str] = field(default_factory=list)
    touched: bool = False


def to_dict(value: Room | RoomState | CommandState | Problem | Meeting | Typed) -> dict[str, Any]:
    """Plain JSON data of a wire value. A join has `alternatives`; those in it have a `label` instead, as typed ways."""
    data = asdict(value)
    for way in data.get("ways", ()):
        del way["alternatives"]
    for meeting in data.get("meetings", ()) or ([data] if "join" in data else ()):
        join = meeting["join"]
        if join is not None:
            del join["label"]
            for other in join["alternatives"]:
                del other["alternatives"]
    return data


def list_hash(meetings: Iterable[Meeting]) -> str:
    """SHA-256 hex of the compact JSON list of `[id, start, end, subject]`, non-ASCII unescaped: what `JSON.stringify`
    gives in the page."""
    rows = [[m.id, m.start, m.end, m.subject] for m in meetings]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
