"""What the room does to its own calendar: writes on their way to the server, and what became of them.

Words: a *command* is what a person or the box itself asked for; an *operation* is one write that follows from it, with
a key that makes it take effect once. Operations wait in the *outbox* until the server has answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from agent.model.event import ChangeKey, ItemId, OccurrenceKey


class Act(StrEnum):
    """Why an operation is done; values are the names of commands, in the API and in the audit log."""

    BOOK = "book"
    EXTEND = "extend"
    END = "end"
    CANCEL = "cancel"
    UNDO = "undo"
    RELEASE = "release"


class Kind(StrEnum):
    """What is written."""

    CREATE = "create"
    SET_END = "set_end"
    DELETE = "delete"
    MAIL = "mail"


class OpState(StrEnum):
    """Where an operation stands. All but WAITING are final."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"  # the server, or what is in the calendar by now, refuses it
    GIVEN_UP = "given_up"  # nobody answered in time
    WITHDRAWN = "withdrawn"  # taken back before it was ever sent


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBooking:
    """A booking of the room by itself: no attendees, nobody is sent anything. `body` is plain text."""

    start: datetime
    end: datetime
    subject: str
    body: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A meeting as whoever acts saw it. A meeting that is another one by now is not changed."""

    item_id: ItemId
    key: OccurrenceKey
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message of the room to one person, plain text."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """An item as the server has it now. `created`: by the server's clock. `request_id`: of the answer that told it,
    what support asks for."""

    item_id: ItemId
    change_key: ChangeKey
    uid: str
    start: datetime
    end: datetime
    created: datetime | None = None
    cancelled: bool = False
    all_day: bool = False
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Something that occupies the room in a window: neither free-time nor cancelled nor declined. `pencilled`: it is
    tentative, and the room has said nothing to it."""

    item_id: ItemId
    uid: str
    start: datetime
    end: datetime
    created: datetime | None = None
    pencilled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOperation:
    """An operation before it is in the outbox.

    `key` is its idempotency key, a UUID. `meeting_id` orders: of one meeting one operation after the other. For CREATE
    `booking` is set and `meeting_id` is the one the booking will have; for SET_END and DELETE `target`, for SET_END
    `end` as well; for MAIL `mail`. `actor`: a role, no name ("screen", "local", "agent"). `reason`: a dotted code.
    `undoes`: the command that this one takes back. Nothing is tried after `expires`. `strikes`: of a release, how often
    the series was released. A target without an item id is what this meeting's CREATE in the outbox makes.
    """

    key: str
    command_id: str
    act: Act
    kind: Kind
    meeting_id: str
    actor: str
    reason: str
    expires: datetime
    booking: NewBooking | None = None
    target: Target | None = None
    end: datetime | None = None
    mail: Mail | None = None
    undoes: str | None = None
    strikes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an operation ended. `code` is None exactly when it is DONE. `present`: the item after it, where there is one.
    `request_id`: of the server's last answer, "" where there was none."""

    state: OpState
    at: datetime
    code: str | None = None
    present: Present | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation of the outbox. `number` grows; `attempts` counts those that were begun: from the second on, and
    after a crash, the first may have taken effect. `code`: why the last attempt failed. `outcome` None: WAITING."""

    number: int
    new: NewOperation
    created: datetime
    attempts: int = 0
    next_at: datetime
    code: str | None = None
    outcome: Outcome | None = None
    audited: bool = False

    @property
    def state(self) -> OpState:
        return OpState.WAITING if self.outcome is None else self.outcome.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What the box knows of people in a meeting. Keyed by the meeting's id, so it outlives edits and restarts.

    `evidence`: one of `EVIDENCE`, the first that was seen; `since`: when. `released`: when the box cut it;
    `kept`: when somebody took that back.
    """

    meeting_id: str
    uid: str
    start: datetime
    evidence: str | None = None
    since: datetime | None = None
    released: datetime | None = None
    kept: datetime | None = None


CHECK_IN, JOINED, INPUT, TOUCH, BOOKED, CALL = "check_in", "joined", "input", "touch", "booked", "call"
EVIDENCE = (CHECK_IN, JOINED, INPUT, TOUCH, BOOKED, CALL)
"""How the box knows that somebody came: checked in, joined, a laptop's picture, a touch, booked on the screen, a call
that runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What room control adds to a listed meeting. `checked_in` None: nobody is asked. `release_at`: when it will be
    released if nobody comes; None: never. `ours`: booked here. `pending`: a change of it is on its way. `created`:
    when it came into the calendar, where known."""

    checked_in: bool | None = None
    release_at: datetime | None = None
    ours: bool = False
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlFacts:
    """What room control adds to the room's state. `commands`: those taken at all now; `marks` by meeting id;
    `changes_at`: when time alone will make these facts other ones."""

    commands: tuple[str, ...] = ()
    marks: dict[str, Mark] = field(default_factory=dict)
    changes_at: datetime | None = None
