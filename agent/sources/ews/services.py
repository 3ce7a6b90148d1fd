"""exchangelib's services, made to send one request per call and to hand over plain values.

Overridden are methods the library marks as internal; the exact version is checked in `account.py`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from exchangelib.errors import ErrorNameResolutionNoResults, TransportError
from exchangelib.services import FindItem, GetItem, GetRoomLists, GetRooms, ResolveNames
from exchangelib.services.common import EWSAccountService, add_xml_child, folder_ids_element
from exchangelib.util import create_element
from lxml import etree

from agent.model.directory import Mailbox
from agent.model.sync import Window
from agent.sources.ews.account import RoomAccount
from agent.sources.ews.detector import Changes
from agent.sources.ews.fields import CONTENT_URIS, HEAD_URIS, item_shape
from agent.sources.ews.items import RawItem, read_item, versioned
from agent.sources.ews.messages import PatientService
from agent.sources.ews.soap import MESSAGES, TYPES, NotSoapError, parse_envelope
from agent.sources.property_names import PUBLIC_STRINGS
from agent.wire import instant

MOST_CHANGES = 512
"""In one page; the most Exchange allows."""
_BUILD = re.compile(r"[0-9]+(\.[0-9]+){3}")
_VERSION_PARTS = ("MajorVersion", "MinorVersion", "MajorBuildNumber", "MinorBuildNumber")


def named_request() -> dict[str, str]:
    """The header that names a request for the server's own logs; each has another name."""
    return {"client-request-id": str(uuid.uuid4())}


class RoomService(PatientService):
    """One request, strictly parsed; `server_version` is the build that answered."""

    account: RoomAccount
    server_version: str | None = None

    def _extra_headers(self) -> dict[str, str]:
        return {**super()._extra_headers(), **named_request()}

    @classmethod
    def _get_soap_parts(cls, response: Any) -> tuple[etree._Element | None, etree._Element]:
        return parse_envelope(response.content)

    def _api_versions_to_try(self) -> tuple[str, ...]:
        return (self._version_hint.api_version,)

    def _update_api_version(self, api_version: str, header: etree._Element) -> None:  # noqa: ARG002  the library's names
        """Servers of a mixed farm report different versions; we go on speaking ours."""
        info = header.find(f"{TYPES}ServerVersionInfo")
        if info is not None:
            self.server_version = ".".join(info.get(part, "?")[:8] for part in _VERSION_PARTS)
            if _BUILD.fullmatch(self.server_version):
                self.account.protocol.answered_by(self.server_version)


@dataclass(frozen=True, slots=True)
class View:
    """`items` of a window in the server's order. `truncated`: there are more than were asked for."""

    items: tuple[RawItem, ...]
    truncated: bool


class ViewCalendar(RoomService, FindItem):  # type: ignore[misc]
    """FindItem with a CalendarView: the server expands series. Never a second page: the library would ask for the same
    one again and again (exchange.md 3.5).
    """

    ERRORS_TO_CATCH_IN_RESPONSE = ()

    def __call__(self, window: Window, most: int, uris: Sequence[str] = HEAD_URIS, *, key: bool = False) -> View:
        """What intersects the window, at most `most`; `key`: with what `item_shape` means by it. Raises exchangelib's
        errors."""
        bounds = {"MaxEntriesReturned": str(most), "StartDate": instant(window.start), "EndDate": instant(window.end)}
        view = create_element("m:CalendarView", attrs=bounds)
        return self._find([self.account.calendar], uris, (view,), most, key=key)

    def _find(
        self,
        folders: Sequence[object],
        uris: Sequence[str],
        which: Sequence[etree._Element],
        most: int,
        *,
        key: bool,
    ) -> View:
        self._most = most
        payload = create_element("m:FindItem", attrs={"Traversal": "Shallow"})
        payload.append(item_shape(uris, key=key))
        payload.extend(which)
        payload.append(folder_ids_element(folders, self.account.version, tag="m:ParentFolderIds"))
        views: list[View] = list(self._get_elements(payload))
        if len(views) != 1:
            raise NotSoapError("not one view")
        return views[0]

    def _get_page(self, message: etree._Element) -> View:
        folder = self._get_element_container(message=message, name=f"{MESSAGES}RootFolder")
        if isinstance(folder, bool) or folder.find(f"{TYPES}Groups") is not None:
            raise NotSoapError("a view without items")
        items = tuple(versioned(read_item(item)) for item in folder.iterfind(f"{TYPES}Items/{TYPES}*"))
        return View(items, truncated=_is_cut(folder, len(items), self._most))


def _is_cut(folder: etree._Element, count: int, most: int) -> bool:
    """Whether the server left items out of the `count` it sent, of at most `most`.

    Some servers say so and mean nothing by it: then there are fewer than were asked for, and as many as in their total.
    """
    if (folder.get("IncludesLastItemInRange") or "true").lower() in ("true", "1"):
        return False
    total = folder.get("TotalItemsInView", "")
    return count >= most or not total.isdecimal() or int(total[:9]) > count


class ReadItems(RoomService, GetItem):  # type: ignore[misc]
    """GetItem for several ids; an item that cannot be had does not spoil the others."""

    ERRORS_TO_CATCH_IN_RESPONSE = (TransportError,)
    WARNINGS_TO_CATCH_IN_RESPONSE = (TransportError,)

    def __call__(
        self,
        items: Sequence[RawItem],
        uris: Sequence[str] = CONTENT_URIS,
        public_strings: Sequence[str] = PUBLIC_STRINGS,
    ) -> list[RawItem | Exception]:
        """One result for each item, in the server's order. Raises exchangelib's errors for the call as a whole."""
        payload = create_element("m:GetItem")
        payload.append(item_shape(uris, public_strings))
        ids = create_element("m:ItemIds")
        ids.extend(create_element("t:ItemId", attrs={"Id": item.item_id}) for item in items)
        payload.append(ids)
        results: list[RawItem | Exception] = list(self._get_elements(payload))
        if len(results) != len(items):
            raise NotSoapError("not one answer for each item")
        return results

    def _item(self, element: etree._Element) -> RawItem:
        return read_item(element)

    def _get_elements_in_response(self, response: Sequence[etree._Element]) -> Iterator[RawItem | Exception]:
        for message in response:
            items = self._get_element_container(message=message, name=f"{MESSAGES}Items")
            if isinstance(items, Exception):
                yield items
            elif isinstance(items, bool) or len(items) == 0:
                yield NotSoapError("an answer without its item")
            else:
                yield self._item(items[0])


class ListChanges(RoomService, EWSAccountService):  # type: ignore[misc]
    """SyncFolderItems, ids only, one page. The library's own reads the state before it looks for an error."""

    SERVICE_NAME = "SyncFolderItems"

    def __call__(self, state: str) -> Changes:
        """The page after `state`; the first one for an empty state. Raises exchangelib's errors."""
        payload = create_element("m:SyncFolderItems")
        payload.append(item_shape(()))
        payload.append(folder_ids_element([self.account.calendar], self.account.version, tag="m:SyncFolderId"))
        if state:
            add_xml_child(payload, "m:SyncState", state)
        add_xml_child(payload, "m:MaxChangesReturned", MOST_CHANGES)
        pages: list[Changes] = list(self._get_elements(payload))
        if len(pages) != 1:
            raise NotSoapError("not one page of changes")
        return pages[0]

    def _get_elements_in_response(self, response: Sequence[etree._Element]) -> Iterator[Changes]:
        for message in response:
            self._get_element_container(message=message)
            state = (message.findtext(f"{MESSAGES}SyncState") or "").strip()
            last = (message.findtext(f"{MESSAGES}IncludesLastItemInRange") or "").strip().lower()
            changes = message.find(f"{MESSAGES}Changes")
            if not state or changes is None:
                raise NotSoapError("changes without a state")
            count = sum(change.tag != f"{TYPES}ReadFlagChange" for change in changes)
            yield Changes(state, count, complete=last in ("true", "1"))


class _DirectoryService(RoomService):
    """Called for the organisation rather than the room: impersonates only where a token is good for nothing else."""

    def __init__(self, account: RoomAccount) -> None:
        super().__init__(protocol=account.protocol)
        self.account = account

    @property
    def _account_to_impersonate(self) -> Any:
        return self.account.identity if self.account.impersonates_everywhere else None

    def _extra_headers(self) -> dict[str, str]:
        """The library knows where to route by the primary address only, which is not how we impersonate."""
        address = self.account.primary_smtp_address
        return {**named_request(), **({"X-AnchorMailbox": address} if address else {})}

    def _mailboxes(self, payload: etree._Element) -> tuple[Mailbox, ...]:
        return tuple(mailbox for mailbox in self._get_elements(payload) if isinstance(mailbox, Mailbox))

    @classmethod
    def _get_elements_in_container(cls, container: etree._Element) -> list[Mailbox | None]:
        return [_mailbox(entry) for entry in container]


class ListRoomLists(_DirectoryService, GetRoomLists):  # type: ignore[misc]
    def __call__(self) -> tuple[Mailbox, ...]:
        return self._mailboxes(self.get_payload())


class ListRooms(_DirectoryService, GetRooms):  # type: ignore[misc]
    def __call__(self, room_list: str) -> tuple[Mailbox, ...]:
        """The list's rooms. Raises `ErrorNameResolutionNoResults` for an unknown list."""
        payload = create_element("m:GetRooms")
        named = create_element("m:RoomList")
        address = create_element("t:EmailAddress")
        address.text = room_list
        named.append(address)
        payload.append(named)
        return self._mailboxes(payload)


class FindNames(_DirectoryService, ResolveNames):  # type: ignore[misc]
    ERRORS_TO_CATCH_IN_RESPONSE = (ErrorNameResolutionNoResults,)

    def __call__(self, name: str) -> tuple[Mailbox, ...]:
        """At most 100 mailboxes, of the directory only."""
        scope = {"ReturnFullContactData": "false", "SearchScope": "ActiveDirectory"}
        payload = create_element("m:ResolveNames", attrs=scope)
        entry = create_element("m:UnresolvedEntry")
        entry.text = name
        payload.append(entry)
        return self._mailboxes(payload)

    def _get_element_container(self, message: etree._Element, name: str | None = None) -> Any:
        """Without the library's Python warning about more than 100 names."""
        return super(ResolveNames, self)._get_element_container(message=message, name=name)


def _mailbox(entry: etree._Element) -> Mailbox | None:
    """From `t:Room/t:Id`, `t:Resolution/t:Mailbox` or a room list's `t:Address`; None without an SMTP address."""
    address = next((found.text for found in entry.iter(f"{TYPES}EmailAddress") if found.text), None)
    name = next((found.text for found in entry.iter(f"{TYPES}Name") if found.text), None)
    return Mailbox(name or address, address) if address and "@" in address else None
