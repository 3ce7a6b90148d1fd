"""EWS services that write the room's calendar and its mail, one item each. Nobody is ever invited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from exchangelib.services.common import EWSAccountService, folder_ids_element
from exchangelib.util import create_element
from lxml import etree

from agent.model.control import Mail, NewBooking
from agent.sources.ews.fields import key_field
from agent.sources.ews.services import RoomService, View, ViewCalendar
from agent.sources.ews.soap import MESSAGES, TYPES, NotSoapError
from agent.sources.texts import MAX_BODY, MAX_LOCATION, MAX_SUBJECT, clean, line
from agent.wire import instant


class _Write(RoomService, EWSAccountService):  # type: ignore[misc]  # exchangelib has no annotations
    """The id of the item that was written; "" where the server names none."""

    def _sent(self, payload: etree._Element) -> str:
        ids: list[str] = list(self._get_elements(payload))
        if len(ids) != 1:
            raise NotSoapError("not one answer for one item")
        return ids[0]

    def _get_elements_in_response(self, response: Sequence[etree._Element]) -> Iterator[str]:
        for message in response:
            result = self._get_element_container(message=message)
            if isinstance(result, Exception):
                raise result
            item = message.find(f"{MESSAGES}Items/*/{TYPES}ItemId")
            yield "" if item is None else item.get("Id", "")


class CreateBooking(_Write):
    """CreateItem for an appointment without attendees, with explicit fields and nothing of the library's own."""

    SERVICE_NAME = "CreateItem"

    def __call__(self, key: str, booking: NewBooking) -> str:
        """Raises exchangelib's errors."""
        item = create_element("t:CalendarItem")
        _add(item, "Subject", line(booking.subject, MAX_SUBJECT))
        _add_body(item, booking.body)
        _add(item, "ReminderIsSet", "false")
        item.append(_key_property(key))
        _add(item, "Start", instant(booking.start))
        _add(item, "End", instant(booking.end))
        _add(item, "LegacyFreeBusyStatus", "Busy")
        _add(item, "Location", line(booking.location, MAX_LOCATION))
        payload = create_element("m:CreateItem", attrs={"SendMeetingInvitations": "SendToNone"})
        payload.append(folder_ids_element([self.account.calendar], self.account.version, tag="m:SavedItemFolderId"))
        payload.append(_within("m:Items", item))
        return self._sent(payload)


class SendMessage(_Write):
    """CreateItem for a message that is sent and kept in Sent Items."""

    SERVICE_NAME = "CreateItem"

    def __call__(self, key: str, mail: Mail) -> str:
        """Raises exchangelib's errors."""
        message = create_element("t:Message")
        _add(message, "Subject", line(mail.subject, MAX_SUBJECT))
        _add_body(message, mail.body)
        message.append(_key_property(key))
        mailbox = create_element("t:Mailbox")
        _add(mailbox, "EmailAddress", mail.to)
        message.append(_within("t:ToRecipients", mailbox))
        payload = create_element("m:CreateItem", attrs={"MessageDisposition": "SendAndSaveCopy"})
        payload.append(folder_ids_element([self.account.sent_items], self.account.version, tag="m:SavedItemFolderId"))
        payload.append(_within("m:Items", message))
        return self._sent(payload)


class SetEnd(_Write):
    """UpdateItem for the end and nothing else."""

    SERVICE_NAME = "UpdateItem"

    def __call__(self, item_id: str, change_key: str, end: datetime) -> str:
        """Raises exchangelib's errors, `ErrorIrresolvableConflict` for another change key."""
        item = create_element("t:CalendarItem")
        _add(item, "End", instant(end))
        field = create_element("t:SetItemField")
        field.append(create_element("t:FieldURI", attrs={"FieldURI": "calendar:End"}))
        field.append(item)
        change = create_element("t:ItemChange")
        change.append(create_element("t:ItemId", attrs={"Id": item_id, "ChangeKey": change_key}))
        change.append(_within("t:Updates", field))
        how = {"ConflictResolution": "NeverOverwrite", "SendMeetingInvitationsOrCancellations": "SendToNone"}
        payload = create_element("m:UpdateItem", attrs=how)
        payload.append(_within("m:ItemChanges", change))
        return self._sent(payload)


class FindKeyed(ViewCalendar):
    """FindItem for what carries an operation's key, in any folder."""

    def __call__(self, folder: object, key: str, most: int) -> View:  # type: ignore[override]
        """Raises exchangelib's errors; what it finds has to be looked at: not every server knows restrictions."""
        equal = create_element("t:IsEqualTo")
        equal.append(key_field())
        equal.append(_within("t:FieldURIOrConstant", create_element("t:Constant", attrs={"Value": key})))
        return self._page(folder, most, _within("m:Restriction", equal))

    def newest(self, folder: object, most: int) -> View:
        """The items that came into the folder last, with their keys."""
        order = create_element("t:FieldOrder", attrs={"Order": "Descending"})
        order.append(create_element("t:FieldURI", attrs={"FieldURI": "item:DateTimeCreated"}))
        return self._page(folder, most, _within("m:SortOrder", order))

    def _page(self, folder: object, most: int, which: etree._Element) -> View:
        page = {"MaxEntriesReturned": str(most), "Offset": "0", "BasePoint": "Beginning"}
        paging = create_element("m:IndexedPageItemView", attrs=page)
        return self._find([folder], (), (paging, which), most, key=True)


def _within(tag: str, child: etree._Element) -> etree._Element:
    element: etree._Element = create_element(tag)
    element.append(child)
    return element


def _add(parent: etree._Element, name: str, text: str | None) -> None:
    if text:
        element = create_element(f"t:{name}")
        element.text = text
        parent.append(element)


def _add_body(parent: etree._Element, text: str) -> None:
    if body := clean(text, MAX_BODY):
        element = create_element("t:Body", attrs={"BodyType": "Text"})
        element.text = body
        parent.append(element)


def _key_property(key: str) -> etree._Element:
    element = _within("t:ExtendedProperty", key_field())
    _add(element, "Value", key)
    return element
