"""GetFolder."""

from __future__ import annotations

from agent.demo.exchange.callers import Call, folder_of
from agent.demo.exchange.errors import schema_violation
from agent.demo.exchange.folders import Folder, FolderKind, folder_id
from agent.demo.exchange.names import Element, m, mt, t
from agent.demo.exchange.responses import each, success
from agent.demo.exchange.shape import Shape, read_shape

_TOP_LEVEL = len(FolderKind) - 2


def get_folder(call: Call) -> Element:
    shape = read_shape(call.element, "m:FolderShape")
    ids = call.element.find(mt("m:FolderIds"))
    if ids is None or len(ids) == 0:
        raise schema_violation("The element 'FolderIds' is missing or empty.")

    def one(element: Element) -> Element:
        return success("GetFolder", m("Folders", _folder(call, folder_of(call, element), shape)))

    return each("GetFolder", list(ids), one)


def _count(call: Call, folder: Folder) -> int:
    folders = call.world.mailbox(folder.calendar.address)
    match folder.kind:
        case FolderKind.CALENDAR:
            return len(folder.calendar.items())
        case FolderKind.INBOX:
            return len(folders.inbox())
        case FolderKind.SENT:
            return len(folders.sent())
        case _:
            return 0


def _folder(call: Call, folder: Folder, shape: Shape) -> Element:
    calendar = folder.kind is FolderKind.CALENDAR
    parts = [t("FolderId", Id=folder.folder_id, ChangeKey=folder.change_key)]
    details = {
        "folder:ParentFolderId": t(
            "ParentFolderId", Id=folder_id(folder.calendar.guid, folder.kind.parent), ChangeKey="AQAAAA=="
        ),
        "folder:FolderClass": t("FolderClass", "IPF.Appointment" if calendar else "IPF.Note"),
        "folder:DisplayName": t("DisplayName", folder.kind.display_name),
        "folder:TotalCount": t("TotalCount", str(_count(call, folder))),
        "folder:ChildFolderCount": t("ChildFolderCount", str(_TOP_LEVEL if folder.kind is FolderKind.TOP else 0)),
        "folder:DistinguishedFolderId": t("DistinguishedFolderId", folder.kind),
    }
    parts += [e for uri, e in details.items() if shape.base != "IdOnly" or uri in shape.fields]
    return t("CalendarFolder" if calendar else "Folder", *parts)
