"""Meeting requests in the room's inbox, and the room's answers to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.model.event import ItemId, Response


class RequestKind(StrEnum):
    """What a message asks for. An UPDATE is a request for a meeting the room has answered before."""

    NEW = "new"
    UPDATE = "update"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """[start, end), UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A message of the inbox. Texts are hostile and bounded by the adapter.

    `uid` is the meeting's. `received` orders: the oldest first. `out_of_date`: a newer one supersedes it. `item_id`:
    the meeting in the room's calendar where there is one already, and `answered` the room's answer on it (NONE: none).
    `occurrences`: every time it asks for within the window the caller named, by start, of a series those that are not
    over; one for a single meeting, as it is written: its end may lie before its start. None: they cannot be read.
    `occurrence`: of a message about one occurrence of a series, its place in the pattern, where known.
    `series`: whether it repeats; `until`: its last occurrence's end, None for one without end. `language`: a language
    tag the message itself declares, "" where it declares none. `own`: the room itself is the organizer.
    """

    message_id: ItemId
    change_key: str
    kind: RequestKind
    uid: str
    received: datetime
    subject: str = ""
    organizer: str = ""
    organizer_address: str = ""
    occurrences: tuple[Span, ...] = ()
    all_day: bool = False
    occurrence: datetime | None = None
    series: bool = False
    until: datetime | None = None
    free: bool = False
    out_of_date: bool = False
    own: bool = False
    item_id: ItemId | None = None
    answered: Response = Response.NONE
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The room's answer. `comment`: plain text for the organizer, in his language; `code`: the reason, dotted.
    `declined`: occurrences of an accepted series that are declined nevertheless, one by one, with the same comment."""

    response: Response  # ACCEPTED or DECLINED; TENTATIVE where a person has said so before
    code: str
    comment: str = ""
    declined: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """That an answer went out. `request_id`: of the server's answer."""

    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as the box writes it down: before it is sent, and again when it has ended.

    `before` and `after`: the meeting's time in the room's calendar, "start/end", "" for nothing. `ended` None: it may
    have been sent or not. `outcome`: "done", or why it was not given. `request_id`: of the server's answer.
    """

    message_id: ItemId
    uid: str
    response: Response
    code: str
    begun: datetime
    before: str = ""
    after: str = ""
    ended: datetime | None = None
    outcome: str = ""
    request_id: str = ""
