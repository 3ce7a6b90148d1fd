"""A request, and what its path names: a mailbox, its calendar, an item. Functions raise `GraphError`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.demo import world as w
from agent.demo.graph.errors import GraphError
from agent.demo.graph.query import Query


@dataclass(frozen=True, slots=True)
class Asked:
    """`segments`: of the path behind /v1.0/, decoded. `base`: the URL without its query. `body`: of a POST or PATCH.
    `match`: the etag that an object must have."""

    application: w.Application
    segments: Sequence[str]
    query: Query
    base: str
    body: bytes = b""
    match: str = ""


def mailbox_of(world: w.World, asked: Asked) -> w.MailboxEntry:
    """The mailbox in the path."""
    try:
        return world.directory.mailbox(asked.segments[1])
    except w.UnknownMailbox:
        raise GraphError(404, "ErrorInvalidUser", "The requested user is invalid.") from None


def opened(world: w.World, asked: Asked, *, granted: bool) -> w.MailboxEntry:
    """The mailbox in the path, when the application may open it and was `granted` the role this needs."""
    room = mailbox_of(world, asked)
    if room.address.lower() in world.directory.without_mailbox:
        raise GraphError(
            404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
        )
    if not granted or not world.directory.may_impersonate(asked.application, room.address):
        raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    return room


def open_calendar(world: w.World, asked: Asked, *, writes: bool = False) -> tuple[w.Calendar, w.MailboxEntry]:
    """The calendar in the path, and whose it is."""
    role = asked.application.writes_calendars if writes else asked.application.reads_calendars
    room = opened(world, asked, granted=role)
    return world.calendar(room.address), room


def stored(calendar: w.Calendar, asked: Asked) -> w.Item:
    """The item in the path."""
    try:
        return calendar.item(w.ItemId(asked.segments[3]))
    except w.ItemNotFound:
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.") from None
    except w.MalformedId:
        raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.") from None
