"""The folders every mailbox has, and their ids."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from enum import StrEnum

from agent.demo import world as w

_PREFIX = b"\x00\x03$\x00$"
_MARK = b"\x00.\x00"


class FolderKind(StrEnum):
    """Values are the distinguished folder names."""

    ROOT = "root"
    TOP = "msgfolderroot"
    CALENDAR = "calendar"
    INBOX = "inbox"
    SENT = "sentitems"
    DELETED = "deleteditems"

    @property
    def display_name(self) -> str:
        return {
            FolderKind.ROOT: "Root",
            FolderKind.TOP: "Top of Information Store",
            FolderKind.CALENDAR: "Calendar",
            FolderKind.INBOX: "Inbox",
            FolderKind.SENT: "Sent Items",
            FolderKind.DELETED: "Deleted Items",
        }[self]

    @property
    def parent(self) -> FolderKind:
        return FolderKind.ROOT if self in (FolderKind.ROOT, FolderKind.TOP) else FolderKind.TOP


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of one mailbox. `calendar` is that mailbox's, whatever the folder."""

    calendar: w.Calendar
    kind: FolderKind

    @property
    def folder_id(self) -> str:
        return folder_id(self.calendar.guid, self.kind)

    @property
    def change_key(self) -> str:
        return "AgAAAA==" if self.kind is FolderKind.CALENDAR else "AQAAAA=="


def folder_id(mailbox: uuid.UUID, kind: FolderKind) -> str:
    raw = _PREFIX + str(mailbox).encode() + _MARK + mailbox.bytes[:8] + bytes([list(FolderKind).index(kind)])
    return base64.b64encode(raw).decode()


def read_folder_id(value: str) -> tuple[uuid.UUID, FolderKind] | None:
    """Mailbox and kind; None when the id was never one of ours."""
    try:
        raw = base64.b64decode(value, validate=True)
        guid = uuid.UUID(raw[len(_PREFIX) : len(_PREFIX) + 36].decode("ascii"))
        kind = list(FolderKind)[raw[-1]]
    except (binascii.Error, ValueError, IndexError):
        return None
    return (guid, kind) if folder_id(guid, kind) == value else None
