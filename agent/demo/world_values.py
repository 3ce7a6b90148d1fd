"""Frozen values of the demo organisation: what is booked, what an item looks like, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from agent.model.directory import Mailbox
from agent.model.event import ChangeKey, ItemId, Response, Sensitivity, ShowAs


class WorldError(Exception):
    """The demo organisation cannot do what was asked."""


class ItemNotFound(WorldError):
    """The id is well-formed, but names nothing in this calendar (any more)."""


class MalformedId(WorldError):
    """The id was never one of ours."""


class UnknownMailbox(WorldError):
    """Nobody in the organisation has this address."""


class InvalidBooking(WorldError):
    """End before start, a naive datetime, an unknown time zone, a year out of reach."""


class InvalidRecurrence(InvalidBooking):
    """A pattern that makes no sense, or one without an occurrence."""


class OccurrenceCrossing(WorldError):
    """An occurrence may not be moved over or onto the day of its neighbour."""


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """How a series repeats, in the booking's time zone.

    `weekdays`: 0 is Monday; empty means the first start's weekday; for weekly series only. A series ends after `count`
    occurrences or with the last one on or before the local date `until`; with neither it never ends.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    count: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """The content of a calendar item: what an organizer decides.

    `start` and `end` are aware, in any zone; for a series those of the first occurrence. All-day bookings run from
    midnight to midnight in `timezone` (an IANA name, also the zone a series repeats in). Without `organizer_address`
    the room itself is the organizer. `body_text` None: derived from `body_html`. `properties`: named string properties
    of the set PublicStrings (`SkypeTeamsMeetingUrl` …). `marks`: those of all other sets, by "set/name". `attendees`
    does not name the room.
    """

    start: datetime
    end: datetime
    subject: str = ""
    organizer_name: str = ""
    organizer_address: str = ""
    location: str = ""
    body_html: str = ""
    body_text: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    is_online_meeting: bool = False
    join_online_meeting_url: str = ""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    show_as: ShowAs = ShowAs.BUSY
    response: Response = Response.ACCEPTED
    all_day: bool = False
    timezone: str = "UTC"
    recurrence: Recurrence | None = None
    cancelled: bool = False
    attendees: tuple[Mailbox, ...] = ()


class Kind(StrEnum):
    """What an item is; values are the wire names of EWS and, but for the case of letters, of Graph."""

    SINGLE = "Single"
    OCCURRENCE = "Occurrence"
    EXCEPTION = "Exception"
    MASTER = "RecurringMaster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A calendar item as it is now. `booking` has this occurrence's own start and end.

    `uid` is shared by a series and its occurrences. `master_id` and `original_start` (UTC, the place in the pattern)
    are set for occurrences and exceptions only. `sequence` counts the organizer's edits.
    """

    item_id: ItemId
    change_key: ChangeKey
    kind: Kind
    uid: str
    booking: Booking
    created: datetime
    modified: datetime
    sequence: int = 0
    master_id: ItemId | None = None
    original_start: datetime | None = None


class ChangeKind(StrEnum):
    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a mailbox's calendar or inbox. `number` grows by one with each change in the organisation.

    `item_id` is that of the single or master that is stored: a changed occurrence is a change of its master.
    """

    number: int
    mailbox: str
    kind: ChangeKind
    item_id: ItemId
    change_key: ChangeKey
    at: datetime
