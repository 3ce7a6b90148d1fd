"""What the paths of mail answer: folders, messages, answers to invitations, new messages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from agent.demo import world as w
from agent.demo.graph.asked import Asked, open_calendar, opened, stored
from agent.demo.graph.errors import GraphError
from agent.demo.graph.event_reader import extended
from agent.demo.graph.messages import message
from agent.demo.world_copies import located
from agent.model.directory import Mailbox
from agent.model.event import Response

Json = dict[str, Any]
_VERBS = {
    "accept": Response.ACCEPTED,
    "tentativelyaccept": Response.TENTATIVE,
    "decline": Response.DECLINED,
}
_CLASS = re.compile(
    r"(?:receivedDateTime ge [\dT:.Z-]+ and )?singleValueExtendedProperties/Any\("
    r"ep: ep/id eq 'String 0x001A' and startswith\(ep/value, ?'IPM\.Schedule\.Meeting\.'\)\)",
    re.IGNORECASE,
)


class MailAnswers:
    """Over one organisation. Methods raise `GraphError`. `requests_leave`: whether answering an event takes the request
    out of the inbox, as some programs have it done."""

    def __init__(self, world: w.World) -> None:
        self._world = world
        self.requests_leave = False

    def messages(self, asked: Asked) -> Json:
        """A page of the inbox or of the sent items, the newest first unless told otherwise."""
        room = opened(self._world, asked, granted=asked.application.handles_mail)
        found = self._filtered(self._folder(room, asked.segments[3]), asked)
        if not asked.query.options.get("$orderby", "receivedDateTime desc").lower().endswith("receiveddatetime"):
            found = list(reversed(found))
        skip, top = asked.query.number("$skip"), asked.query.top
        data: Json = {"@odata.context": f"{asked.base}/$metadata#users('{quote(asked.segments[1])}')/messages"}
        if skip + top < len(found):
            query = urlencode({**asked.query.options, "$skip": str(skip + top)}, quote_via=quote, safe="$")
            data["@odata.nextLink"] = f"{asked.base}?{query}"
        return {**data, "value": [self._told(each, room, asked) for each in found[skip : skip + top]]}

    def message(self, asked: Asked) -> Json:
        room = opened(self._world, asked, granted=asked.application.handles_mail)
        return self._told(self._item(room, asked), room, asked)

    def delete(self, asked: Asked) -> Json:
        room = opened(self._world, asked, granted=asked.application.handles_mail)
        self._world.mailbox(room.address).remove(self._item(room, asked).item_id)
        return {}

    def respond(self, asked: Asked) -> Json:
        """To an event; the organizer hears of it."""
        calendar, room = open_calendar(self._world, asked, writes=True)
        item, data = stored(calendar, asked), _read(asked.body)
        if item.booking.cancelled or item.booking.organizer_address.lower() in ("", room.address.lower()):
            raise GraphError(400, "ErrorInvalidRequest", "Your request can't be completed. You can't respond to this.")
        response, comment = _VERBS[asked.segments[4].lower()], str(data.get("comment", ""))
        tell, request = data.get("sendResponse", True) is True, self._request(room, item)
        mail = self._world.mail
        if request is None:
            mail.answer_item(room.address, item, response, comment, tell=tell)
        else:
            leaves = self.requests_leave
            mail.answer(room.address, request.item_id, response, comment, tell=tell, remove=leaves)
        return {}

    def send(self, asked: Asked) -> Json:
        room = opened(self._world, asked, granted=asked.application.sends_mail)
        data = _read(asked.body)
        try:
            new = data["message"]
            people = [each["emailAddress"] for each in new["toRecipients"]]
            mail = w.NewMail(
                kind=w.MailKind.NOTE,
                subject=str(new.get("subject", "")),
                sender=Mailbox(room.name, room.address),
                recipients=tuple(Mailbox(str(each.get("name", "")), str(each["address"])) for each in people),
                body=str(new.get("body", {}).get("content", "")),
                properties=extended(new),
            )
        except (KeyError, TypeError, AttributeError):
            raise _refused() from None
        if not mail.recipients or not all("@" in each.address for each in mail.recipients):
            raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
        self._world.mail.send(mail, keep=data.get("saveToSentItems", True) is True)
        return {}

    def _folder(self, room: w.MailboxEntry, name: str) -> Sequence[w.MailItem]:
        folders = self._world.mailbox(room.address)
        match name.lower():
            case "inbox":
                return folders.inbox()
            case "sentitems":
                return folders.sent()
            case _:
                raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _filtered(self, items: Sequence[w.MailItem], asked: Asked) -> Sequence[w.MailItem]:
        wanted = asked.query.options.get("$filter")
        if wanted is not None and _CLASS.fullmatch(wanted):
            return [each for each in items if each.kind is not w.MailKind.NOTE]
        marked = asked.query.marked
        return [each for each in items if marked is None or marked <= each.properties.items()]

    def _item(self, room: w.MailboxEntry, asked: Asked) -> w.MailItem:
        try:
            return self._world.mailbox(room.address).item(w.ItemId(asked.segments[3]))
        except w.ItemNotFound:
            raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.") from None
        except w.MalformedId:
            raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.") from None

    def _told(self, item: w.MailItem, room: w.MailboxEntry, asked: Asked) -> Json:
        meeting = item.meeting
        calendar = self._world.calendar(room.address)
        about = located(calendar, meeting.uid, meeting.original_start) if meeting is not None else None
        return message(item, about, room, asked.query)

    def _request(self, room: w.MailboxEntry, item: w.Item) -> w.MailItem | None:
        """The request in the inbox that an answer to this event answers."""
        for each in self._world.mailbox(room.address).inbox():
            meeting = each.meeting
            current = each.kind is w.MailKind.REQUEST and not each.out_of_date
            if current and meeting and (meeting.uid, meeting.original_start) == (item.uid, item.original_start):
                return each
        return None


def _read(body: bytes) -> Json:
    try:
        data = json.loads(body or b"{}")
    except ValueError:
        raise _refused() from None
    if not isinstance(data, dict):
        raise _refused()
    return data


def _refused() -> GraphError:
    return GraphError(400, "ErrorInvalidRequest", "Your request can't be completed.")
