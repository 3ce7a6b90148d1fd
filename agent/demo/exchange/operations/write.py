"""CreateItem, UpdateItem and DeleteItem: calendar items here, messages in `operations.mail`."""

from __future__ import annotations

from dataclasses import replace

from agent.demo import world as w
from agent.demo.exchange.callers import Call, folder_of
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.item_reader import delete_property, new_booking, set_property
from agent.demo.exchange.names import Element, local, m, mt, t
from agent.demo.exchange.operations.mail import CREATED, create_mail, delete_mail, mail_of
from agent.demo.exchange.operations.read import item_ids, named
from agent.demo.exchange.responses import each, success
from agent.demo.exchange.zones import iana_name
from agent.model.event import Response


def create_item(call: Call) -> Element:
    """New calendar items, and the response objects that answer or cancel a meeting."""
    items = call.element.find(mt("m:Items"))
    if items is None or len(items) == 0:
        raise schema_violation("The element 'Items' is missing or empty.")
    calendar = call.own()
    for folder in call.element.iterfind(mt("m:SavedItemFolderId/*")):
        folder_of(call, folder)  # which folder does not matter here, but a foreign one is refused

    def one(element: Element) -> Element:
        kind = local(element)
        if kind == "CalendarItem":
            booking = new_booking(element, iana_name(call.request.time_zone))
            return _saved("CreateItem", calendar.item(calendar.book(replace(booking, response=Response.ORGANIZER))))
        if kind in CREATED:
            return create_mail(call, element)
        if kind == "CancelCalendarItem":
            return _cancel(calendar, element)
        raise EwsError("ErrorInvalidOperation", f"The demo Exchange creates no '{kind}'.")

    return each("CreateItem", list(items), one)


def update_item(call: Call) -> Element:
    changes = call.element.find(mt("m:ItemChanges"))
    if changes is None or len(changes) == 0:
        raise schema_violation("The element 'ItemChanges' is missing or empty.")
    calendar, zone = call.own(), iana_name(call.request.time_zone)
    strict = call.element.get("ConflictResolution") == "NeverOverwrite"
    if strict and any(change[0].get("ChangeKey") is None for change in changes):
        raise EwsError("ErrorChangeKeyRequired")

    def one(change: Element) -> Element:
        item = named(calendar, change[0])
        if strict and change[0].get("ChangeKey") != item.change_key:
            raise EwsError("ErrorIrresolvableConflict")
        calendar.revise(item.item_id, lambda booking: _updated(booking, change, zone))
        conflicts = m("ConflictResults", t("Count", "0"))
        return _saved("UpdateItem", calendar.item(item.item_id), conflicts)

    return each("UpdateItem", list(changes), one)


def delete_item(call: Call) -> Element:
    ids = item_ids(call.element)
    calendar = call.own()
    kept = call.element.get("DeleteType") == "MoveToDeletedItems"

    def one(element: Element) -> Element:
        message = mail_of(call, element)
        if message is not None:
            return delete_mail(call, message)
        calendar.delete(named(calendar, element).item_id, keep=kept)
        return success("DeleteItem")

    return each("DeleteItem", ids, one)


def _updated(booking: w.Booking, change: Element, zone: str) -> w.Booking:
    for update in change.iterfind(mt("t:Updates/*")):
        match local(update):
            case "SetItemField" | "AppendToItemField":
                for element in update.iterfind(mt("t:CalendarItem/*")):
                    booking = set_property(booking, element, zone)
            case "DeleteItemField":
                booking = delete_property(booking, update[0])
            case other:
                raise schema_violation(f"The element '{other}' is no item change.")
    return booking


def _reference(calendar: w.Calendar, element: Element, tag: str = "t:ReferenceItemId") -> w.Item:
    reference = element.find(mt(tag))
    if reference is None:
        raise schema_violation(f"The element '{local(element)}' needs a ReferenceItemId.")
    return calendar.item(w.ItemId(reference.get("Id") or ""))


def _cancel(calendar: w.Calendar, element: Element) -> Element:
    item = _reference(calendar, element)
    if item.booking.organizer_address.lower() not in ("", calendar.address.lower()):
        raise EwsError("ErrorCalendarIsNotOrganizer")
    calendar.delete(item.item_id)
    return success("CreateItem", m("Items"))


def _saved(operation: str, item: w.Item, *more: Element) -> Element:
    item_id = t("ItemId", Id=item.item_id, ChangeKey=item.change_key)
    return success(operation, m("Items", t("CalendarItem", item_id)), *more)
