"""What a calendar source reports: one concrete occurrence, and the invitation it came with.

Words: an *event* is the item as the source stores it (single, series master, exception); an *occurrence* is one
concrete start-end. Sources deliver occurrences, the server expands series (never this program: exchange.md 6.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

ItemId = NewType("ItemId", str)
"""The source's handle of an item. Changes when a series is edited or an item is moved: never a key of ours."""

ChangeKey = NewType("ChangeKey", str)
"""The source's version of an item: equal keys mean equal content."""


class Response(StrEnum):
    """The room's own answer to the invitation."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    ORGANIZER = "organizer"
    NONE = "none"


class ShowAs(StrEnum):
    """How the time counts in free/busy."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OOF = "oof"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


class Sensitivity(StrEnum):
    NORMAL = "normal"
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True, slots=True)
class Head:
    """An occurrence that is in the window, without its content."""

    item_id: ItemId
    change_key: ChangeKey


@dataclass(frozen=True, slots=True, order=True)
class OccurrenceKey:
    """What an occurrence is known by over edits, restarts and sources.

    `uid` is the series' (or the single's) UID; `original_start` the UTC start in the recurrence pattern, None for
    singles. Source: exchange.md 6.4.
    """

    uid: str
    original_start: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One occurrence as the source has it. All datetimes are aware and UTC.

    All-day occurrences carry their calendar dates as well (`end_date` exclusive); `start` and `end` are then the
    instants the source gave and say nothing about the day in the room (exchange.md 6.1).
    """

    item_id: ItemId
    change_key: ChangeKey
    key: OccurrenceKey
    start: datetime
    end: datetime
    start_date: date | None = None
    end_date: date | None = None
    subject: str | None = None
    organizer: str | None = None
    organizer_address: str | None = None
    sensitivity: Sensitivity = Sensitivity.NORMAL
    show_as: ShowAs = ShowAs.BUSY
    response: Response = Response.NONE
    cancelled: bool = False
    last_modified: datetime | None = None
    created: datetime | None = None  # when the item came into the room's calendar, by the server's clock

    @property
    def all_day(self) -> bool:
        return self.start_date is not None

    @property
    def pencilled(self) -> bool:
        """Tentative, and the room has said nothing to it."""
        return self.show_as is ShowAs.TENTATIVE and self.response is Response.NONE

    @property
    def private(self) -> bool:
        return self.sensitivity in (Sensitivity.PRIVATE, Sensitivity.CONFIDENTIAL, Sensitivity.PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What an invitation says, the input of the join extractor. Untrusted, held in memory only, never stored.

    `properties`: extra properties by the names of the join case format (`SkypeTeamsMeetingUrl`, `JoinOnlineMeetingUrl`,
    `IsOnlineMeeting` …), values string, bool or None. `body_type` is "html" or "text" as declared, which may be wrong.
    """

    subject: str | None = None
    location: str | None = None
    body: str | None = None
    body_type: str = "text"
    properties: Mapping[str, str | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An occurrence with its invitation, fresh from the source."""

    occurrence: Occurrence
    invitation: Invitation


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that could not be read. `reason` is one of parse, size, time, gone: a label, never content."""

    item_id: ItemId
    change_key: ChangeKey
    reason: str
