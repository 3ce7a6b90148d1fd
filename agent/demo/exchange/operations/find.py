"""FindItem: a window with series expanded (CalendarView), or what is stored, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from agent.demo import world as w
from agent.demo.exchange.calendar_item import calendar_item
from agent.demo.exchange.callers import Call, target_folder
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.folders import Folder, FolderKind
from agent.demo.exchange.names import Element, boolean, m, mt, t
from agent.demo.exchange.operations.mail import FOLDERS, find_mail
from agent.demo.exchange.responses import answer, success
from agent.demo.exchange.shape import ExtendedName, Shape, read_shape

_WIDEST = timedelta(days=2 * 366)


def find_item(call: Call) -> Element:
    folder, shape = target_folder(call, "m:ParentFolderIds"), read_shape(call.element)
    if folder.kind in FOLDERS:
        return find_mail(call, folder, shape)
    view = call.element.find(mt("m:CalendarView"))
    if view is not None:
        if call.element.find(mt("m:Restriction")) is not None:
            raise EwsError("ErrorUnsupportedPathForQuery")
        return _view(call, folder, shape, view)
    return _page(call, folder, shape)


def _view(call: Call, folder: Folder, shape: Shape, view: Element) -> Element:
    start, end = (_instant(view, name) for name in ("StartDate", "EndDate"))
    if end < start:
        raise EwsError("ErrorCalendarEndDateIsEarlierThanStartDate")
    if end - start > _WIDEST:
        raise EwsError("ErrorCalendarViewRangeTooBig")
    found = folder.calendar.view(start, end) if folder.kind is FolderKind.CALENDAR else ()
    most = _number(view, "MaxEntriesReturned", len(found))
    attributes = {
        "TotalItemsInView": str(len(found)),
        "IncludesLastItemInRange": boolean(len(found) <= most),
    }
    return _found(call, folder, shape, found[:most], attributes)


def _page(call: Call, folder: Folder, shape: Shape) -> Element:
    items = _restricted(_stored(folder), call.element.find(mt("m:Restriction")))
    page = call.element.find(mt("m:IndexedPageItemView"))
    offset, most = 0, len(items)
    if page is not None:
        offset, most = _number(page, "Offset", 0), _number(page, "MaxEntriesReturned", len(items))
    end = min(offset + most, len(items))
    attributes = {
        "IndexedPagingOffset": str(end),
        "TotalItemsInView": str(len(items)),
        "IncludesLastItemInRange": boolean(end >= len(items)),
    }
    return _found(call, folder, shape, items[offset:end], attributes)


def _stored(folder: Folder) -> Sequence[w.Item]:
    match folder.kind:
        case FolderKind.CALENDAR:
            return folder.calendar.items()
        case FolderKind.DELETED:
            return folder.calendar.deleted_items()
        case _:
            return ()


def _restricted(items: Sequence[w.Item], restriction: Element | None) -> Sequence[w.Item]:
    """Those whose named property has the value that is asked for; the only question that is understood."""
    if restriction is None:
        return items
    path = restriction.find(mt("t:IsEqualTo/t:ExtendedFieldURI"))
    wanted = restriction.find(mt("t:IsEqualTo/t:FieldURIOrConstant/t:Constant"))
    if path is None or wanted is None:
        raise EwsError("ErrorUnsupportedPathForQuery")
    name = ExtendedName.read(path)
    return [item for item in items if name.value(item.booking) == wanted.get("Value")]


def _found(call: Call, folder: Folder, shape: Shape, items: Sequence[w.Item], attributes: dict[str, str]) -> Element:
    room = call.world.directory.mailbox(folder.calendar.address).name
    rows = [calendar_item(item, folder, room, shape, brief=True) for item in items]
    return answer("FindItem", success("FindItem", m("RootFolder", t("Items", *rows), **attributes)))


def _instant(element: Element, name: str) -> datetime:
    try:
        value = datetime.fromisoformat(element.get(name) or "")
    except ValueError as error:
        raise schema_violation(f"The '{name}' attribute is invalid.") from error
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _number(element: Element, name: str, default: int) -> int:
    text = element.get(name)
    if text is None:
        return default
    if not text.isdecimal():
        raise schema_violation(f"The '{name}' attribute is invalid.")
    return int(text)
