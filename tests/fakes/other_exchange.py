"""An Exchange that somebody else wrote: raw sockets, hand-made XML, nothing of `agent.demo`.

    with OtherExchange() as exchange:
        exchange.book(Meeting("Planning", start, end))
        exchange.dialect = Dialect(indent=True)        # how answers are written: tests.fakes.other_wire
        exchange.http.gzip = True                      # how they travel
        exchange.trouble = lambda asked: Reply(503)    # None lets a request pass

It knows GetFolder, FindItem, GetItem, SyncFolderItems, CreateItem, UpdateItem and DeleteItem and refuses all else, as
it refuses requests that are not valid by Microsoft's schema, name no server version, or do not impersonate the room.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from lxml import etree

from tests.fakes.clock import NOON
from tests.fakes.ews_schema import schema
from tests.fakes.other_http import Asked, Http, Reply, Server
from tests.fakes.other_wire import Dialect, Node, node, utc

ROOM = "sjroom@contoso.example"
ACCOUNT = "mailboxservice@contoso.example"
PASSWORD = "correct horse"
_Q = {
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "m": "http://schemas.microsoft.com/exchange/services/2006/messages",
    "t": "http://schemas.microsoft.com/exchange/services/2006/types",
}


@dataclass(frozen=True)
class Sent:
    """A message in Sent Items."""

    item_id: str
    to: tuple[str, ...]
    subject: str
    body: str
    properties: Mapping[str, str]


@dataclass(kw_only=True)
class Meeting:
    """A calendar item; what is None or empty is not sent, or sent empty. `more`: further simple elements of GetItem."""

    subject: str
    start: datetime
    end: datetime
    uid: str | None = None
    body: str | None = None
    organizer: tuple[str | None, str | None, str] | None = ("Ann Lee", "ann.lee@contoso.example", "SMTP")
    kind: str = "Single"
    original: datetime | None = None
    recurrence: datetime | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    item_id: str = ""
    version: int = 1
    missing: bool = False
    """GetItem says ErrorItemNotFound although FindItem lists it."""


MARKS = b"2001-01-01T01:"
"""In what is asked about other boxes on the mailbox, whenever its time has come."""


class OtherExchange:
    """One room, one service account. `asked` is what came; `refusals` what was wrong with it.

    `most`: a view's items at most. `gone`: what GetItem says of an item that is not there. `change_key_in_content`: how
    GetItem's change keys begin, where they differ. `sync_states`: "real"; "stuck" for a server whose states never move
    and that tells of every item each time. `search`: what becomes of a Restriction: "real", "ignored", or an error.
    `conflict`: what UpdateItem says of another change key; `tells_ids`: whether answers to writes name the item;
    `new_ids`: whether an update gives an item another id. `sent`, `binned`: Sent Items and Deleted Items.
    """

    def __init__(self) -> None:
        self.dialect = Dialect()
        self.http = Http()
        self.password = PASSWORD
        self.room = ROOM
        self.meetings: dict[str, Meeting] = {}
        self.asked: list[Asked] = []
        self.refusals: list[str] = []
        self.trouble: Callable[[Asked], Reply | None] = lambda _: None
        self.most = 1000
        self.change_keys = True
        self.gone = "ErrorItemNotFound"
        self.change_key_in_content = ""
        self.answer_order: Callable[[list[Node]], list[Node]] = lambda answers: answers
        self.sync_states = "real"
        self.search = "real"
        self.conflict = "ErrorIrresolvableConflict"
        self.tells_ids = True
        self.new_ids = False
        self.sent: list[Sent] = []
        self.binned: list[Meeting] = []
        self._numbers = 0
        self._log: list[str] = []
        self._server = Server(self.http, self._answer)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/EWS/Exchange.asmx"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def book(self, meeting: Meeting) -> Meeting:
        self._numbers += 1
        meeting.item_id = meeting.item_id or f"AAMk{self._numbers:04d}+/="
        self.meetings[meeting.item_id] = meeting
        self._log.append(meeting.item_id)
        return meeting

    def edit(self, meeting: Meeting, **changes: object) -> None:
        for name, value in changes.items():
            setattr(meeting, name, value)
        meeting.version += 1
        self._log.append(meeting.item_id)

    def delete(self, meeting: Meeting) -> None:
        del self.meetings[meeting.item_id]
        self._log.append(meeting.item_id)

    def clear(self) -> None:
        for meeting in list(self.meetings.values()):
            self.delete(meeting)

    def hang_up(self) -> None:
        """End every open connection, as a load balancer does with idle ones."""
        self._server.hang_up()

    def operations(self) -> list[str]:
        return [each.operation for each in self.asked if MARKS not in each.body]

    def _answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self.trouble(asked) or self.reply(asked)

    def reply(self, asked: Asked) -> Reply:
        """The answer to a request."""
        expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{self.password}".encode()).decode()
        if asked.credentials != expected:
            return Reply(401, b"401 Unauthorized", {})
        envelope = etree.fromstring(asked.body)
        wrong = self._wrong(envelope, asked)
        if wrong:
            self.refusals.append(wrong)
            return Reply(500, self.fault("ErrorSchemaValidation"))
        room = envelope.findtext("s:Header/t:ExchangeImpersonation/t:ConnectingSID/*", namespaces=_Q)
        if room is None or room.lower() != self.room:
            return Reply(200, self.error(asked.operation, "ErrorNonExistentMailbox"))
        body = envelope.find("s:Body", _Q)
        assert body is not None
        answers: dict[str, Callable[[etree._Element], list[Node]]] = {
            "FindItem": self._find,
            "GetItem": self._get,
            "GetFolder": self._folder,
            "SyncFolderItems": self._sync,
            "CreateItem": self._create,
            "UpdateItem": self._update,
            "DeleteItem": self._delete,
        }
        if asked.operation not in answers:
            return Reply(200, self.error(asked.operation, "ErrorInvalidOperation"))
        messages = answers[asked.operation](body[0])
        return Reply(200, self.dialect.document(self._response(asked.operation, messages)))

    def fault(self, code: str, *more: Node) -> bytes:
        """A SOAP fault with Exchange's details."""
        detail = node(":detail", node("e:ResponseCode", text=code), node("e:Message", text="no"), *more)
        told = (node(":faultcode", text=f"a:{code}"), node(":faultstring", text="no"))
        return self.dialect.document(node("s:Fault", *told, detail))

    def error(self, operation: str, code: str, *more: Node) -> bytes:
        """An answer whose only message is an error."""
        return self.dialect.document(self._response(operation, [self._error(operation, code, *more)]))

    @staticmethod
    def _error(operation: str, code: str, *more: Node) -> Node:
        told = (node("m:MessageText", text="no"), node("m:ResponseCode", text=code))
        extra = node("m:DescriptiveLinkKey", text="0")
        items = [node("m:Items")] if operation in ("GetItem", "CreateItem", "UpdateItem") else []
        return node(f"m:{operation}ResponseMessage", *told, extra, *more, *items, ResponseClass="Error")

    @staticmethod
    def _response(operation: str, messages: list[Node]) -> Node:
        return node(f"m:{operation}Response", node("m:ResponseMessages", *messages))

    @staticmethod
    def _success(operation: str, *content: Node) -> Node:
        told = node("m:ResponseCode", text="NoError")
        return node(f"m:{operation}ResponseMessage", told, *content, ResponseClass="Success")

    def _wrong(self, envelope: etree._Element, asked: Asked) -> str:
        if envelope.find("s:Header/t:RequestServerVersion", _Q) is None:
            return "no RequestServerVersion"
        if asked.headers.get("x-anchormailbox", "").lower() != self.room:
            return "no X-AnchorMailbox"
        checked = schema()
        body, header = envelope.find("s:Body", _Q), envelope.find("s:Header", _Q)
        assert body is not None
        assert header is not None
        for part in (body[0], *header):
            if checked is not None and not checked.validate(etree.fromstring(etree.tostring(part))):
                return f"{etree.QName(part).localname}: {checked.error_log}"
        return ""

    def _find(self, request: etree._Element) -> list[Node]:
        view = request.find("m:CalendarView", _Q)
        if view is None:
            return self._page(request)
        start, end = (datetime.fromisoformat(view.get(name, "")) for name in ("StartDate", "EndDate"))
        most = min(self.most, int(view.get("MaxEntriesReturned", "1000")))
        found = sorted((each for each in self.meetings.values() if each.start < end and each.end >= start),
                       key=lambda each: each.start)  # fmt: skip
        asked_for = {each.get("FieldURI", "").rpartition(":")[2] for each in request.iter(f"{{{_Q['t']}}}FieldURI")}
        names = _asked_properties(request)
        items = [self._item(each, asked_for - {"UID", "Body"}, names) for each in found[:most]]
        attributes = {"TotalItemsInView": self.dialect.total or str(len(found))}
        last = self.dialect.last if len(found) <= most else "false"
        if last is not None:
            attributes["IncludesLastItemInRange"] = last
        inner = (node("t:Items", *items),) if items or self.dialect.empty_items else ()
        return [self._success("FindItem", Node("m:RootFolder", attributes, inner))]

    def _get(self, request: etree._Element) -> list[Node]:
        asked_for = {each.get("FieldURI", "").rpartition(":")[2] for each in request.iter(f"{{{_Q['t']}}}FieldURI")}
        names = _asked_properties(request)
        answers = []
        for element in request.iter(f"{{{_Q['t']}}}ItemId"):
            meeting = self.meetings.get(element.get("Id", ""))
            if meeting is None or meeting.missing:
                answers.append(self._error("GetItem", self.gone))
            else:
                item = self._item(meeting, asked_for, names, self.change_key_in_content)
                answers.append(self._success("GetItem", node("m:Items", item)))
        return self.answer_order(answers)

    def _folder(self, _: etree._Element) -> list[Node]:
        folder = node("t:CalendarFolder", node("t:FolderId", Id="cal", ChangeKey="1"),
                      node("t:TotalCount", text=str(len(self.meetings))))  # fmt: skip
        return [self._success("GetFolder", node("m:Folders", folder))]

    def _sync(self, request: etree._Element) -> list[Node]:
        state = request.findtext("m:SyncState", namespaces=_Q)
        if self.sync_states == "stuck":
            told, reached = list(self.meetings), "AAA"
        elif state is not None and not state.isdecimal():
            return [self._error("SyncFolderItems", "ErrorInvalidSyncStateData")]
        else:
            told, reached = list(dict.fromkeys(self._log[int(state or "0") :])), str(len(self._log))
        last = node("m:IncludesLastItemInRange", text="true")
        changes = [
            node("t:Update" if state else "t:Create", self._item(self.meetings[each], set()))
            if each in self.meetings
            else node("t:Delete", Node("t:ItemId", {"Id": each}))
            for each in told
        ]
        return [self._success("SyncFolderItems", node("m:SyncState", text=reached), last, node("m:Changes", *changes))]

    def _item(
        self,
        meeting: Meeting,
        asked_for: set[str],
        names: Mapping[str, Mapping[str, str]] | None = None,
        key: str = "",
    ) -> Node:
        key = key or "DwAAABYAAAB"
        keys = {"ChangeKey": f"{key}{meeting.version}"} if self.change_keys else {}
        parts = [Node("t:ItemId", {"Id": meeting.item_id, **keys})]
        told = {
            "Subject": meeting.subject,
            "Start": self.dialect.time(meeting.start),
            "End": self.dialect.time(meeting.end),
            "UID": meeting.uid,
            "CalendarItemType": meeting.kind,
            "OriginalStart": self.dialect.time(meeting.original) if meeting.original else None,
            "RecurrenceId": self.dialect.time(meeting.recurrence) if meeting.recurrence else None,
            "LegacyFreeBusyStatus": "Busy",
            "IsCancelled": "false",
            "IsAllDayEvent": "false",
            "Size": "4711",
            "LastModifiedTime": utc(NOON + timedelta(seconds=meeting.version)),
            "DateTimeCreated": self.dialect.time(NOON - timedelta(days=1)),
            **meeting.more,
        }
        wanted = {name: value for name, value in told.items() if name in asked_for and value is not None}
        parts += [node(f"t:{name}", text=value) for name, value in wanted.items()]
        if "Body" in asked_for and meeting.body is not None:
            parts.append(node("t:Body", text=meeting.body, BodyType="Text" if self.dialect.body_as_text else "HTML"))
        if "Organizer" in asked_for and meeting.organizer is not None:
            parts.append(self._organizer(*meeting.organizer))
        if "StartTimeZone" in asked_for and self.dialect.zone_id:
            parts.append(node("t:StartTimeZone", Id=self.dialect.zone_id, Name="(UTC) somewhere"))
        parts += _told_properties(meeting.properties, names or {}, self.dialect.property_uri)
        return node("t:CalendarItem", *(part for part in parts if part.name[2:] not in self.dialect.without))

    @staticmethod
    def _organizer(name: str | None, address: str | None, routing: str) -> Node:
        told = [("Name", name), ("EmailAddress", address), ("RoutingType", routing)]
        mailbox = node("t:Mailbox", *(node(f"t:{each}", text=value) for each, value in told if value))
        return node("t:Organizer", mailbox) if name or address else node("t:Organizer")

    def _page(self, request: etree._Element) -> list[Node]:
        """A page of a folder, without series expanded."""
        wanted = request.find("m:Restriction/t:IsEqualTo/t:FieldURIOrConstant/t:Constant", _Q)
        if wanted is not None and self.search not in ("real", "ignored"):
            return [self._error("FindItem", self.search)]
        folder = request.find("m:ParentFolderIds/t:DistinguishedFolderId", _Q)
        of_mail = folder is not None and folder.get("Id") == "sentitems"
        names = _asked_properties(request)
        items: list[Sent | Meeting] = [*reversed(self.sent)] if of_mail else [*self.meetings.values()]
        if wanted is not None and self.search == "real":
            items = [each for each in items if wanted.get("Value") in each.properties.values()]
        told = [
            self._message(each, names) if isinstance(each, Sent) else self._item(each, set(), names) for each in items
        ]
        attributes = {"IndexedPagingOffset": str(len(told)), "TotalItemsInView": str(len(told)),
                      "IncludesLastItemInRange": "true"}  # fmt: skip
        return [self._success("FindItem", Node("m:RootFolder", attributes, (node("t:Items", *told),)))]

    def _message(self, message: Sent, names: Mapping[str, Mapping[str, str]]) -> Node:
        told = _told_properties(message.properties, names, self.dialect.property_uri)
        return node("t:Message", Node("t:ItemId", {"Id": message.item_id, "ChangeKey": "CQ"}), *told)

    def _create(self, request: etree._Element) -> list[Node]:
        item = request.find("m:Items/*", _Q)
        assert item is not None
        properties = {
            uri.get("PropertyName", ""): each.findtext("t:Value", "", _Q)
            for each in item.iterfind("t:ExtendedProperty", _Q)
            if (uri := each.find("t:ExtendedFieldURI", _Q)) is not None
        }
        subject, body = item.findtext("t:Subject", "", _Q), item.findtext("t:Body", "", _Q)
        if etree.QName(item).localname == "Message":
            to = tuple(each.text or "" for each in item.iterfind("t:ToRecipients/t:Mailbox/t:EmailAddress", _Q))
            self.sent.append(Sent(f"AAMkS{len(self.sent)}", to, subject, body, properties))
            return [self._success("CreateItem", node("m:Items"))]
        start, end = (datetime.fromisoformat(item.findtext(f"t:{name}", "", _Q)) for name in ("Start", "End"))
        more = {"MyResponseType": "Organizer"}
        meeting = Meeting(subject=subject, start=start, end=end, body=body, properties=properties, more=more)
        return [self._written("CreateItem", self.book(meeting))]

    def _update(self, request: etree._Element) -> list[Node]:
        change = request.find("m:ItemChanges/t:ItemChange/t:ItemId", _Q)
        assert change is not None
        meeting = self.meetings.get(change.get("Id", ""))
        if meeting is None:
            return [self._error("UpdateItem", self.gone)]
        if not change.get("ChangeKey", "").endswith(f"B{meeting.version}"):
            return [self._error("UpdateItem", self.conflict)]
        self.edit(meeting, end=datetime.fromisoformat(request.findtext(".//t:CalendarItem/t:End", "", _Q)))
        if self.new_ids:
            self.delete(meeting)
            meeting.item_id = f"{meeting.item_id}x"
            self.book(meeting)
        return [self._written("UpdateItem", meeting)]

    def _delete(self, request: etree._Element) -> list[Node]:
        named = request.find("m:ItemIds/t:ItemId", _Q)
        assert named is not None
        meeting = self.meetings.get(named.get("Id", ""))
        if meeting is None:
            return [self._error("DeleteItem", self.gone)]
        if request.get("DeleteType") == "MoveToDeletedItems":
            if meeting.kind != "Single":
                return [self._error("DeleteItem", "ErrorCalendarCannotMoveOrCopyOccurrence")]
            self.binned.append(meeting)
        self.delete(meeting)
        return [self._success("DeleteItem")]

    def _written(self, operation: str, meeting: Meeting) -> Node:
        told = [self._item(meeting, set())] if self.tells_ids else []
        return self._success(operation, node("m:Items", *told))


def _asked_properties(request: etree._Element) -> dict[str, Mapping[str, str]]:
    """What names each property that is asked for, by its name."""
    shape = request.find("m:ItemShape", _Q)
    assert shape is not None
    uris = shape.iter(f"{{{_Q['t']}}}ExtendedFieldURI")
    return {each.get("PropertyName", ""): {str(name): str(value) for name, value in each.items()} for each in uris}


def _told_properties(
    properties: Mapping[str, str], names: Mapping[str, Mapping[str, str]], public: Mapping[str, str]
) -> list[Node]:
    """Those that are asked for; sets of one's own in capitals."""
    told = []
    for name, value in properties.items():
        if name in names:
            own = names[name].get("PropertySetId", "")
            uri = {
                **({"PropertySetId": own.upper()} if own else public),
                "PropertyName": name,
                "PropertyType": "String",
            }
            told.append(node("t:ExtendedProperty", Node("t:ExtendedFieldURI", uri), node("t:Value", text=value)))
    return told
