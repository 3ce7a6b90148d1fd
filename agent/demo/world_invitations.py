"""What organizers asked rooms for, and what came of it; the oldest are forgotten where there are too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock

from agent.demo.world_mail import Invitation
from agent.demo.world_values import ItemNotFound
from agent.model.event import Response

MOST_INVITATIONS = 1000


class Invitations:
    """Thread-safe. Rooms are named by their primary addresses, meetings by their uids."""

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._kept: dict[tuple[str, str], Invitation] = {}

    def get(self, room: str, uid: str) -> Invitation:
        """Raises `ItemNotFound`."""
        found = self.find(room, uid)
        if found is None:
            raise ItemNotFound("nobody sent this invitation")
        return found

    def find(self, room: str, uid: str) -> Invitation | None:
        """None when nobody sent it."""
        with self._lock:
            return self._kept.get((room.lower(), uid))

    def of_room(self, room: str) -> Sequence[Invitation]:
        """The latest sent last."""
        with self._lock:
            return [each for (address, _), each in self._kept.items() if address == room.lower()]

    def keep(self, invitation: Invitation) -> Invitation | None:
        """In place of what was known of it, as the latest. What had to be forgotten for it, if anything."""
        key = invitation.room.lower(), invitation.uid
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = invitation
            return self._kept.pop(next(iter(self._kept))) if len(self._kept) > MOST_INVITATIONS else None

    def mark(self, room: str, uid: str, response: Response, comment: str, at: datetime) -> None:
        """The room has answered; nothing happens where nobody asked."""
        key = room.lower(), uid
        with self._lock:
            if key in self._kept:
                self._kept[key] = replace(self._kept[key], response=response, comment=comment, answered=at)

    def forget(self, room: str) -> Sequence[Invitation]:
        """Those that are forgotten now."""
        with self._lock:
            found = self.of_room(room)
            for each in found:
                del self._kept[room.lower(), each.uid]
        return found
