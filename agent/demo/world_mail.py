"""Frozen values of the organisation's mail: messages, what a room does with invitations, what became of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from agent.demo.world_values import Booking, Item, WorldError
from agent.model.directory import Mailbox
from agent.model.event import ChangeKey, ItemId, Response


class OutOfDate(WorldError):
    """The request was superseded by a newer one."""


class NotAnswerable(WorldError):
    """The message asks for no answer of this kind."""


class Processing(StrEnum):
    """AutomateProcessing of a mailbox. AUTO: Exchange answers by itself; NONE: requests wait in the inbox; UPDATE: they
    wait there as well, and the calendar has what they ask for, unanswered."""

    AUTO = "auto"
    NONE = "none"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Handling:
    """What a room's mailbox does with invitations. `allow_conflicts`: AUTO accepts what overlaps as well."""

    processing: Processing = Processing.AUTO
    allow_conflicts: bool = False


class MailKind(StrEnum):
    REQUEST = "request"
    CANCELLATION = "cancellation"
    RESPONSE = "response"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """The meeting a message is about, as its organizer had it then.

    `original_start`: of one occurrence, its place in the pattern; None for a single or a whole series. `exceptions`
    and `deleted` are a series' own. `update`: asked for before; `moved`: at another time than before.
    """

    uid: str
    booking: Booking
    sequence: int = 0
    original_start: datetime | None = None
    exceptions: tuple[Item, ...] = ()
    deleted: tuple[datetime, ...] = ()
    update: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailItem:
    """A message in a folder. `number` orders: the oldest first.

    `meeting` is set for all but notes. `out_of_date`: a newer message supersedes it. `answer`: of a RESPONSE.
    `culture`: the sender's language tag. `properties`: extended properties, by whatever key the face gives them.
    """

    item_id: ItemId
    change_key: ChangeKey
    number: int
    kind: MailKind
    subject: str
    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    received: datetime
    body: str = ""
    meeting: Meeting | None = None
    out_of_date: bool = False
    answer: Response = Response.NONE
    culture: str = "en-US"
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """A message before it is in a folder."""

    kind: MailKind
    subject: str
    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    body: str = ""
    meeting: Meeting | None = None
    answer: Response = Response.NONE
    culture: str = "en-US"
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A meeting an organizer asked a room for, and the room's answer to it, as the organizer sees it.

    `item_id`: of the meeting in the organizer's own calendar, a series' master. `response` NONE: the latest request is
    not answered. `sent`: when he last wrote to the room; `answered`: when the room last did.
    """

    uid: str
    room: str
    organizer: Mailbox
    item_id: ItemId
    sent: datetime
    response: Response = Response.NONE
    comment: str = ""
    answered: datetime | None = None
    cancelled: bool = False
    culture: str = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What an answer left behind: the meeting in the room's calendar, and the room's copy of the response."""

    item: Item | None = None
    sent: MailItem | None = None
