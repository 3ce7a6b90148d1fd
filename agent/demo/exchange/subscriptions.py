"""Subscriptions to changes, pull and streaming; they outlive a connection, not the server."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from agent.demo import world as w
from agent.demo.exchange.errors import EwsError
from agent.demo.exchange.folders import Folder, FolderKind
from agent.demo.exchange.names import Element, instant, t
from agent.ports import Clock

_EVENTS = {
    w.ChangeKind.CREATED: "CreatedEvent",
    w.ChangeKind.MODIFIED: "ModifiedEvent",
    w.ChangeKind.DELETED: "DeletedEvent",
}
_NEW_MAIL = {w.ChangeKind.CREATED: "NewMailEvent"}
STREAMING_LIFE = timedelta(minutes=30)  # without a connection; the real period is undocumented


@dataclass(frozen=True, slots=True)
class Change:
    """A change in one of the folders."""

    folder: Folder
    what: w.Change


@dataclass(slots=True)
class Subscription:
    """`since`: number of the last change told. `watermark` is None for streaming ones."""

    subscription_id: str
    folders: tuple[Folder, ...]
    event_types: frozenset[str]
    since: int
    expires: datetime
    life: timedelta
    streaming: bool
    changes: Callable[[Folder, int], Sequence[w.Change]]

    @property
    def watermark(self) -> str:
        return base64.b64encode(f"{self.subscription_id[-12:]}:{self.since}".encode()).decode()

    def pending(self) -> list[Change]:
        """Changes nobody was told of yet, in their order."""
        found = [Change(folder, change) for folder in self.folders for change in self.changes(folder, self.since)]
        return sorted(found, key=lambda each: each.what.number)

    def events(self, changes: list[Change], *, watermarks: bool) -> Iterator[Element]:
        """Event elements of the subscribed types.

        Each change of a calendar is told a second time as one of busy time, as Exchange does; what comes into an inbox
        as new mail.
        """
        for each in changes:
            change, folder = each.what, each.folder
            inbox = folder.kind is FolderKind.INBOX
            self.since = change.number
            second = "FreeBusyChangedEvent" if not inbox else _NEW_MAIL.get(change.kind, "")
            for name in (_EVENTS[change.kind], second):
                if name in self.event_types:
                    yield t(
                        name,
                        t("Watermark", self.watermark) if watermarks else None,
                        t("TimeStamp", instant(change.at)),
                        t("ItemId", Id=change.item_id, ChangeKey=change.change_key),
                        t("ParentFolderId", Id=folder.folder_id, ChangeKey=folder.change_key),
                    )


class Subscriptions:
    """All subscriptions of the server; thread-safe."""

    def __init__(self, world: w.World) -> None:
        self._world = world
        self._clock: Clock = world.clock
        self._lock = Lock()
        self._by_id: dict[str, Subscription] = {}

    def open(self, folders: tuple[Folder, ...], event_types: frozenset[str], life: timedelta | None) -> Subscription:
        """A new one, from now on. `life` None makes it a streaming one."""
        raw = b"\x14\x00demo.contoso.example\x10\x00\x00\x00" + secrets.token_bytes(24)
        subscription_id = base64.b64encode(raw).decode()
        streaming, life = life is None, life or STREAMING_LIFE
        number, expires = self._world.change_number, self._clock.now() + life
        new = Subscription(subscription_id, folders, event_types, number, expires, life, streaming, self._changes_since)
        with self._lock:
            self._by_id[subscription_id] = new
        return new

    def _changes_since(self, folder: Folder, number: int) -> Sequence[w.Change]:
        if folder.kind is FolderKind.INBOX:
            return self._world.mailbox(folder.calendar.address).changes_since(number)
        return folder.calendar.changes_since(number)

    def get(self, subscription_id: str, *, streaming: bool) -> Subscription:
        """The subscription, alive again for its whole life. Raises `EwsError`."""
        with self._lock:
            found = self._by_id.get(subscription_id)
            if found is not None and found.expires < self._clock.now():
                del self._by_id[subscription_id]
                raise EwsError("ErrorExpiredSubscription", "The subscription has expired.")
        if found is None:
            raise EwsError("ErrorSubscriptionNotFound")
        if found.streaming is not streaming:
            raise EwsError("ErrorInvalidSubscription")
        found.expires = self._clock.now() + found.life
        return found

    def close(self, subscription_id: str) -> None:
        """Raises `EwsError` when there is none."""
        with self._lock:
            if self._by_id.pop(subscription_id, None) is None:
                raise EwsError("ErrorSubscriptionNotFound")

    def forget_all(self) -> None:
        """As after a restart of the server's process: every id is unknown from now on."""
        with self._lock:
            self._by_id.clear()
