"""GetItem: a batch of items, each with its own success or error."""

from __future__ import annotations

from agent.demo import world as w
from agent.demo.exchange.calendar_item import calendar_item
from agent.demo.exchange.callers import Call
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.folders import Folder, FolderKind
from agent.demo.exchange.names import Element, local, m, mt
from agent.demo.exchange.operations.mail import mail_of, shown_mail
from agent.demo.exchange.responses import each, success
from agent.demo.exchange.shape import read_shape


def get_item(call: Call) -> Element:
    shape = read_shape(call.element)
    ids = item_ids(call.element)
    calendar = call.own()
    folder = Folder(calendar, FolderKind.CALENDAR)
    room = call.world.directory.mailbox(calendar.address).name

    def one(element: Element) -> Element:
        message = mail_of(call, element)
        if message is not None:
            return shown_mail(call, message, shape)
        return success("GetItem", m("Items", calendar_item(named(calendar, element), folder, room, shape, brief=False)))

    return each("GetItem", ids, one)


def item_ids(request: Element) -> list[Element]:
    """The children of ItemIds. Raises `SoapFault` when there are none."""
    ids = request.find(mt("m:ItemIds"))
    if ids is None or len(ids) == 0:
        raise schema_violation("The element 'ItemIds' is missing or empty.")
    return list(ids)


def named(calendar: w.Calendar, element: Element) -> w.Item:
    """The item an ItemId, OccurrenceItemId or RecurringMasterItemId names. Raises `EwsError` or `WorldError`."""
    match local(element):
        case "ItemId":
            return calendar.item(w.ItemId(element.get("Id") or ""))
        case "RecurringMasterItemId":
            occurrence = calendar.item(w.ItemId(element.get("OccurrenceId") or ""))
            return occurrence if occurrence.master_id is None else calendar.item(occurrence.master_id)
        case "OccurrenceItemId":
            master = w.ItemId(element.get("RecurringMasterId") or "")
            index = element.get("InstanceIndex") or ""
            if not index.isdecimal():
                raise schema_violation("The 'InstanceIndex' attribute is invalid.")
            return calendar.nth_occurrence(master, int(index))
        case other:
            raise EwsError("ErrorInvalidId", f"The element '{other}' names no item.")
