"""What each path of the Graph face answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from agent.demo import world as w
from agent.demo.exchange.zones import windows_name
from agent.demo.graph import delta
from agent.demo.graph.asked import Asked, mailbox_of, open_calendar, stored
from agent.demo.graph.errors import GraphError
from agent.demo.graph.event_reader import new_booking, revised
from agent.demo.graph.events import TRANSACTION, etag, event
from agent.demo.graph.mail_answers import MailAnswers
from agent.demo.graph.places import ROOM, ROOM_LIST, place
from agent.model.directory import Mailbox

Json = dict[str, Any]
_UNSUPPORTED = ("$select", "$expand", "$filter", "$orderby", "$search")
_PLACES_PAGE = 100


class Answers:
    """Over one organisation. Methods raise `GraphError`."""

    def __init__(self, world: w.World) -> None:
        self._world = world
        self.mail = MailAnswers(world)
        self.oldest_delta = 0
        """Delta tokens from before this change are no longer known."""
        self.longest_page = 1000
        """Whatever `$top` says: a service may answer with fewer."""

    def user(self, asked: Asked) -> Json:
        room = mailbox_of(self._world, asked)
        parts = ("businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation")
        user: Json = dict.fromkeys(parts) | {"businessPhones": [], "displayName": room.name, "mail": room.address}
        identity = {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, room.address)), "userPrincipalName": room.address}
        return {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity", **user, **identity,
                "preferredLanguage": None, "surname": None}  # fmt: skip

    def mailbox_settings(self, asked: Asked) -> Json:
        _, room = open_calendar(self._world, asked)
        if not asked.application.reads_settings:
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        return {"timeZone": windows_name("UTC"), "userPurpose": room.owner.value}

    def calendar_view(self, asked: Asked) -> Json:
        calendar, room = open_calendar(self._world, asked)
        items = calendar.view(*asked.query.window())
        return self._listed(items, room, asked)

    def delta(self, asked: Asked) -> Json:
        calendar, room = open_calendar(self._world, asked)
        refused = [name for name in _UNSUPPORTED if name in asked.query.options]
        if refused:
            raise GraphError(400, "ErrorInvalidUrlQuery", f"The query parameter '{refused[0]}' is not supported.")
        data, mark, more = delta.page(self._world, calendar, room, asked.query, self.oldest_delta)
        name, token = ("@odata.nextLink", "$skiptoken") if more else ("@odata.deltaLink", "$deltatoken")
        context = "https://graph.microsoft.com/v1.0/$metadata#Collection(event)"
        return {"@odata.context": context, name: f"{asked.base}?{token}={mark.text()}", **data}

    def events(self, asked: Asked) -> Json:
        calendar, room = open_calendar(self._world, asked)
        marked = asked.query.marked
        items = [each for each in calendar.items() if marked is None or marked <= each.booking.marks.items()]
        return self._listed(items, room, asked, listed=False)

    def event(self, asked: Asked) -> Json:
        calendar, room = open_calendar(self._world, asked)
        return event(stored(calendar, asked), room, asked.query, listed=False)

    def create_event(self, asked: Asked) -> Json:
        """Once for each `transactionId`."""
        calendar, room = open_calendar(self._world, asked, writes=True)
        booking = new_booking(asked.body)
        made = booking.marks.get(TRANSACTION)
        if made and any(each.booking.marks.get(TRANSACTION) == made for each in calendar.items()):
            raise GraphError(409, "ErrorDuplicateTransactionId", "The transactionId was used before.")
        with _told():
            item_id = calendar.book(booking)
        return event(calendar.item(item_id), room, asked.query, listed=False)

    def update_event(self, asked: Asked) -> Json:
        calendar, room = open_calendar(self._world, asked, writes=True)
        item = stored(calendar, asked)
        if asked.match not in ("", "*", etag(item)):
            raise GraphError(412, "ErrorIrresolvableConflict", "The change key passed in the request does not match.")
        with _told():
            calendar.revise(item.item_id, lambda booking: revised(booking, asked.body))
        return event(calendar.item(item.item_id), room, asked.query, listed=False)

    def delete_event(self, asked: Asked) -> Json:
        calendar, _ = open_calendar(self._world, asked, writes=True)
        calendar.delete(stored(calendar, asked).item_id, keep=True)
        return {}

    def owners(self, asked: Asked) -> Json:
        """Of the asking application alone: it is the only one it could be asked for."""
        if not asked.application.reads_applications:
            raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        owners = [{"@odata.type": "#microsoft.graph.user", "id": owner} for owner in asked.application.owners]
        return {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directoryObjects", "value": owners}

    def instances(self, asked: Asked) -> Json:
        calendar, room = open_calendar(self._world, asked)
        master = stored(calendar, asked)
        items = [each for each in calendar.view(*asked.query.window()) if each.master_id == master.item_id]
        return self._listed(items, room, asked)

    def room_lists(self, asked: Asked) -> Json:
        self._may_read_places(asked)
        return self._places(self._world.directory.room_lists(), ROOM_LIST, asked)

    def rooms(self, asked: Asked) -> Json:
        self._may_read_places(asked)
        rooms = [Mailbox(each.name, each.address) for each in self._world.directory.rooms()]
        return self._places(rooms, ROOM, asked)

    def rooms_of_list(self, asked: Asked) -> Json:
        self._may_read_places(asked)
        if asked.segments[1].lower() in self._world.directory.closed_lists:
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        try:
            rooms = self._world.directory.members(asked.segments[1])
        except w.UnknownMailbox:
            raise GraphError(404, "ErrorItemNotFound", "The specified place was not found.") from None
        return self._places(rooms, ROOM, asked)

    def place(self, asked: Asked) -> Json:
        self._may_read_places(asked)
        directory = self._world.directory
        places = [(Mailbox(each.name, each.address), ROOM) for each in directory.rooms()]
        places += [(each, ROOM_LIST) for each in directory.room_lists()]
        for mailbox, kind in places:
            if mailbox.address.lower() == asked.segments[1].lower():
                context = "https://graph.microsoft.com/v1.0/$metadata#places/$entity"
                return {"@odata.context": context, **place(mailbox, kind, typed=True)}
        raise GraphError(404, "ErrorItemNotFound", "The specified place was not found.")

    def _may_read_places(self, asked: Asked) -> None:
        if not asked.application.reads_places:
            raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")

    def _listed(self, items: Sequence[w.Item], room: w.MailboxEntry, asked: Asked, *, listed: bool = True) -> Json:
        skip, top = asked.query.number("$skip"), min(asked.query.top, self.longest_page)
        data: Json = {"@odata.context": f"{asked.base}/$metadata#users('{quote(asked.segments[1])}')/calendarView"}
        if skip + top < len(items):
            query = urlencode({**asked.query.options, "$skip": str(skip + top)}, quote_via=quote, safe="$")
            data["@odata.nextLink"] = f"{asked.base}?{query}"
        return {**data, "value": [event(each, room, asked.query, listed=listed) for each in items[skip : skip + top]]}

    def _places(self, mailboxes: Sequence[Mailbox], kind: str, asked: Asked) -> Json:
        skip = asked.query.number("$skip")
        data: Json = {"@odata.context": f"https://graph.microsoft.com/v1.0/$metadata#places/{kind[1:]}"}
        if skip + _PLACES_PAGE < len(mailboxes):
            data["@odata.nextLink"] = f"{asked.base}?$skip={skip + _PLACES_PAGE}"
        return {**data, "value": [place(each, kind) for each in mailboxes[skip : skip + _PLACES_PAGE]]}


@contextmanager
def _told() -> Iterator[None]:
    """Refusals of the calendar in Graph's words."""
    try:
        yield
    except w.OccurrenceCrossing:
        raise GraphError(400, "ErrorOccurrenceCrossingBoundary", "The occurrence crosses its neighbour.") from None
    except w.InvalidBooking:
        raise GraphError(400, "ErrorInvalidRequest", "Your request can't be completed.") from None
