"""`mailbox.kind`: whether the mailbox is a room's. A person's would show what is theirs on a wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.errors import SourceError
from agent.model.directory import MailboxKind
from agent.model.preflight import Finding, Who
from agent.preflight.commands import rooms
from agent.preflight.context import Notes, Target
from agent.preflight.findings import passed, warned
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by

_CODES = {
    MailboxKind.ROOM: "mailbox.kind_room",
    MailboxKind.EQUIPMENT: "mailbox.kind_equipment",
    MailboxKind.SHARED: "mailbox.kind_shared",
    MailboxKind.USER: "mailbox.kind_user",
    MailboxKind.UNKNOWN: "mailbox.kind_unknown",
}


@dataclass(frozen=True)
class Kind:
    """The step: by room lists, else by what the service tells."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "mailbox.kind"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target, notes
        room, kind = self.visit.room, self._kind()
        if kind in (MailboxKind.USER, MailboxKind.SHARED):
            return mended_by(warned(_CODES[kind], Who.EXCHANGE_ADMIN, room=room), rooms.make_room(room))
        return passed(_CODES[kind], room=room)

    def _kind(self) -> MailboxKind:
        if self.visit.room.lower() in self.visit.rooms:
            return MailboxKind.ROOM
        try:
            return self.visit.ask(lambda checkup: checkup.kind())
        except SourceError:
            return MailboxKind.UNKNOWN
