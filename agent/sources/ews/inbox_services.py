"""EWS services over the room's inbox: messages about meetings are found, read, answered and removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exchangelib.services.common import EWSAccountService
from exchangelib.util import create_element
from lxml import etree

from agent.sources.ews.fields import MAIL_URIS
from agent.sources.ews.inbox_items import RawMessage, read_message
from agent.sources.ews.inbox_mapping import CLASSES
from agent.sources.ews.services import ReadItems, RoomService, View, ViewCalendar
from agent.sources.ews.soap import NotSoapError
from agent.sources.texts import MAX_BODY, clean


class FindMail(ViewCalendar):
    """FindItem for a page of the inbox, the oldest first."""

    def page(self, offset: int, most: int, *, chosen: bool) -> View:
        """`chosen`: messages about meetings only, as far as the server knows what is meant. Raises exchangelib's
        errors."""
        page = {"MaxEntriesReturned": str(most), "Offset": str(offset), "BasePoint": "Beginning"}
        order = create_element("t:FieldOrder", attrs={"Order": "Ascending"})
        order.append(create_element("t:FieldURI", attrs={"FieldURI": "item:DateTimeReceived"}))
        which = [create_element("m:IndexedPageItemView", attrs=page), _within("m:SortOrder", order)]
        if chosen:
            either = create_element("t:Or")
            either.extend(_begins_with(each) for each in CLASSES)
            which.insert(1, _within("m:Restriction", either))
        return self._find([self.account.inbox], MAIL_URIS, which, most, key=False)


class ReadMessages(ReadItems):
    """GetItem for messages about meetings."""

    def _item(self, element: etree._Element) -> RawMessage:
        return read_message(element)


class Respond(RoomService, EWSAccountService):  # type: ignore[misc]  # exchangelib has no annotations
    """CreateItem for an answer to a message, or to a meeting in the calendar."""

    SERVICE_NAME = "CreateItem"

    def __call__(self, how: str, item_id: str, change_key: str, comment: str = "") -> None:
        """`how`: "AcceptItem" and the like, or "RemoveItem", which tells nobody. Raises exchangelib's errors."""
        disposition = "SaveOnly" if how == "RemoveItem" else "SendAndSaveCopy"
        payload = create_element("m:CreateItem", attrs={"MessageDisposition": disposition})
        answer = create_element(f"t:{how}")
        if body := clean(comment, MAX_BODY):
            element = create_element("t:Body", attrs={"BodyType": "Text"})
            element.text = body
            answer.append(element)
        key = {"ChangeKey": change_key} if change_key else {}
        answer.append(create_element("t:ReferenceItemId", attrs={"Id": item_id, **key}))
        payload.append(_within("m:Items", answer))
        if len(list(self._get_elements(payload))) != 1:
            raise NotSoapError("not one answer for one answer")

    def _get_elements_in_response(self, response: Sequence[etree._Element]) -> Iterator[bool]:
        for message in response:
            result = self._get_element_container(message=message)
            if isinstance(result, Exception):
                raise result
            yield True


def _begins_with(item_class: str) -> etree._Element:
    how = {"ContainmentMode": "Prefixed", "ContainmentComparison": "IgnoreCase"}
    contains: etree._Element = create_element("t:Contains", attrs=how)
    contains.append(create_element("t:FieldURI", attrs={"FieldURI": "item:ItemClass"}))
    contains.append(create_element("t:Constant", attrs={"Value": item_class}))
    return contains


def _within(tag: str, child: etree._Element) -> etree._Element:
    element: etree._Element = create_element(tag)
    element.append(child)
    return element
