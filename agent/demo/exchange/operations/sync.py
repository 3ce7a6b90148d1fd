"""SyncFolderItems: what changed since a bookmark; masters and singles, never occurrences."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from agent.demo import world as w
from agent.demo.exchange.calendar_item import calendar_item
from agent.demo.exchange.callers import Call, target_folder
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.folders import Folder, FolderKind
from agent.demo.exchange.names import Element, boolean, m, mt, t
from agent.demo.exchange.responses import answer, failure, success
from agent.demo.exchange.shape import Shape, read_shape

_MOST = 512


@dataclass(frozen=True, slots=True)
class Bookmark:
    """`reached`: number of the last change told. `base`: what the client had before the first page of this round."""

    instance: str
    folder: str
    base: int
    reached: int

    def write(self) -> str:
        plain = json.dumps([self.instance, self.folder, self.base, self.reached])
        return base64.b64encode(plain.encode()).decode()

    @classmethod
    def read(cls, state: str, world: w.World, folder: Folder) -> Bookmark:
        """Raises ErrorInvalidSyncStateData for a bookmark of another folder, another server or none at all."""
        try:
            instance, folder_id, base, reached = json.loads(base64.b64decode(state, validate=True))
            bookmark = cls(str(instance), str(folder_id), int(base), int(reached))
        except (binascii.Error, ValueError, TypeError) as error:
            raise EwsError("ErrorInvalidSyncStateData") from error
        if (bookmark.instance, bookmark.folder) != (world.instance, folder.folder_id):
            raise EwsError("ErrorInvalidSyncStateData")
        return bookmark


def sync_folder_items(call: Call) -> Element:
    folder, shape = target_folder(call, "m:SyncFolderId"), read_shape(call.element)
    most = call.element.findtext(mt("m:MaxChangesReturned")) or ""
    if not most.isdecimal() or not 1 <= int(most) <= _MOST:
        raise schema_violation(f"The element 'MaxChangesReturned' must be 1 to {_MOST}.")
    state = call.element.findtext(mt("m:SyncState"))
    try:
        start = Bookmark(call.world.instance, folder.folder_id, 0, 0)
        bookmark = Bookmark.read(state, call.world, folder) if state else start
    except EwsError as error:  # Exchange sends the elements all the same
        last = (m("SyncState", ""), m("IncludesLastItemInRange", "true"))
        return answer("SyncFolderItems", failure("SyncFolderItems", error, *last))
    return _changes(call, folder, shape, bookmark, int(most))


def _changes(call: Call, folder: Folder, shape: Shape, bookmark: Bookmark, most: int) -> Element:
    calendar = folder.calendar
    log = calendar.changes_since(0) if folder.kind is FolderKind.CALENDAR else ()
    created = {change.item_id: change.number for change in log if change.kind is w.ChangeKind.CREATED}
    latest = {change.item_id: change for change in log}
    due = sorted((c for c in latest.values() if c.number > bookmark.reached), key=lambda change: change.number)
    due = [c for c in due if c.kind is not w.ChangeKind.DELETED or created[c.item_id] <= bookmark.base]
    page, complete = due[:most], len(due) <= most
    base, reached = bookmark.base, page[-1].number if page else bookmark.reached
    if complete:
        base = reached = max([reached, *(change.number for change in log)])
    room = call.world.directory.mailbox(calendar.address).name
    told = []
    for change in page:
        if change.kind is w.ChangeKind.DELETED:
            told.append(t("Delete", t("ItemId", Id=change.item_id, ChangeKey=change.change_key)))
            continue
        kind = "Create" if created[change.item_id] > bookmark.base else "Update"
        told.append(t(kind, calendar_item(calendar.item(change.item_id), folder, room, shape, brief=True)))
    return answer(
        "SyncFolderItems",
        success(
            "SyncFolderItems",
            m("SyncState", Bookmark(bookmark.instance, bookmark.folder, base, reached).write()),
            m("IncludesLastItemInRange", boolean(complete)),
            m("Changes", *told),
        ),
    )
