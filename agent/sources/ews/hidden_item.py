"""EWS services of the write test: an item is created, found again and removed for good. Nobody is sent anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exchangelib.services.common import EWSAccountService, folder_ids_element
from exchangelib.util import create_element
from lxml import etree

from agent.model.sync import Window
from agent.sources.ews.services import RoomService
from agent.sources.ews.soap import NotSoapError
from agent.wire import instant


class CreateHiddenItem(RoomService, EWSAccountService):  # type: ignore[misc]  # exchangelib has no annotations
    """CreateItem for one private appointment in free time, without a reminder."""

    SERVICE_NAME = "CreateItem"

    def __call__(self, window: Window, subject: str) -> None:
        """Raises exchangelib's errors."""
        payload = create_element("m:CreateItem", attrs={"SendMeetingInvitations": "SendToNone"})
        payload.append(folder_ids_element([self.account.calendar], self.account.version, tag="m:SavedItemFolderId"))
        items = create_element("m:Items")
        item = create_element("t:CalendarItem")
        for name, value in (  # in the order of the schema
            ("Subject", subject),
            ("Sensitivity", "Private"),
            ("ReminderIsSet", "false"),
            ("Start", instant(window.start)),
            ("End", instant(window.end)),
            ("LegacyFreeBusyStatus", "Free"),
        ):
            element = create_element(f"t:{name}")
            element.text = value
            item.append(element)
        items.append(item)
        payload.append(items)
        _whole(self._get_elements(payload), 1)

    def _get_elements_in_response(self, response: Sequence[etree._Element]) -> Iterator[bool]:
        yield from _checked(self, response)


class DeleteItems(RoomService, EWSAccountService):  # type: ignore[misc]
    """DeleteItem, past the folder of deleted items unless it is said otherwise."""

    SERVICE_NAME = "DeleteItem"

    def __call__(self, item_ids: Sequence[str], how: str = "HardDelete") -> None:
        """Raises exchangelib's errors, the first item's that could not be deleted."""
        attributes = {"DeleteType": how, "SendMeetingCancellations": "SendToNone"}
        payload = create_element("m:DeleteItem", attrs=attributes)
        ids = create_element("m:ItemIds")
        ids.extend(create_element("t:ItemId", attrs={"Id": item_id}) for item_id in item_ids)
        payload.append(ids)
        _whole(self._get_elements(payload), len(item_ids))

    def _get_elements_in_response(self, response: Sequence[etree._Element]) -> Iterator[bool]:
        yield from _checked(self, response)


def _checked(service: RoomService, response: Sequence[etree._Element]) -> Iterator[bool]:
    for message in response:
        result = service._get_element_container(message=message)  # noqa: SLF001  as the library's services do
        if isinstance(result, Exception):
            raise result
        yield True


def _whole(answers: Iterator[bool], count: int) -> None:
    if len(list(answers)) != count:
        raise NotSoapError("not one answer for each item")
