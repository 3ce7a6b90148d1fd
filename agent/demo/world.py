"""The demo organisation, in memory: calendars and mail, with no protocol in it. EWS (and Graph) are faces of it.

>>> world = World(clock)
>>> world.add_room("sjroom@contoso.example", "San Jose")
>>> world.add_service_account("mailboxservice@contoso.example", "secret")
>>> calendar = world.calendar("sjroom@contoso.example")
>>> single = calendar.book(Booking(subject="Planning", start=start, end=end))
>>> calendar.move(single, later_start, later_end), calendar.rename(single, "Plan B"), calendar.cancel(single)
>>> weekly = Recurrence(frequency=Frequency.WEEKLY, count=8)
>>> series = calendar.book(Booking(start=start, end=end, timezone="Europe/Berlin", recurrence=weekly))
>>> second = calendar.view(window_start, window_end)[1]  # occurrences, each with an id of its own
>>> calendar.move(second.item_id, later_start, later_end)  # makes an exception
>>> calendar.delete(series)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from threading import RLock

from agent.demo.world_calendar import Calendar
from agent.demo.world_directory import Application, Directory, MailboxEntry, Owner, ServiceAccount
from agent.demo.world_flow import MailFlow
from agent.demo.world_mail import (
    Answered,
    Handling,
    Invitation,
    MailItem,
    MailKind,
    NewMail,
    NotAnswerable,
    OutOfDate,
    Processing,
)
from agent.demo.world_mailbox import MailFolders
from agent.demo.world_series import occurrence_starts
from agent.demo.world_values import (
    Booking,
    Change,
    ChangeKind,
    Frequency,
    InvalidBooking,
    InvalidRecurrence,
    Item,
    ItemNotFound,
    Kind,
    MalformedId,
    OccurrenceCrossing,
    Recurrence,
    UnknownMailbox,
    WorldError,
)
from agent.model.event import ItemId
from agent.ports import Clock

__all__ = [
    "Answered",
    "Application",
    "Booking",
    "Calendar",
    "Change",
    "ChangeKind",
    "Directory",
    "Frequency",
    "Handling",
    "InvalidBooking",
    "InvalidRecurrence",
    "Invitation",
    "Item",
    "ItemId",
    "ItemNotFound",
    "Kind",
    "MailFlow",
    "MailFolders",
    "MailItem",
    "MailKind",
    "MailboxEntry",
    "MalformedId",
    "NewMail",
    "NotAnswerable",
    "OccurrenceCrossing",
    "OutOfDate",
    "Owner",
    "Processing",
    "Recurrence",
    "ServiceAccount",
    "UnknownMailbox",
    "World",
    "WorldError",
    "occurrence_starts",
]

Listener = Callable[[Change], None]


class World:
    """Thread-safe. `instance` differs from run to run: bookmarks of another run are refused, as after a move. `first`:
    the number of changes there were before, for ids that no earlier organisation has given out."""

    def __init__(self, clock: Clock, first: int = 0) -> None:
        self.clock = clock
        self.directory = Directory()
        self.instance = secrets.token_hex(8)
        self._lock = RLock()
        self._number = first
        self._calendars: dict[str, Calendar] = {}
        self._mailboxes: dict[str, MailFolders] = {}
        self.mail = MailFlow(clock, self._lock, self.directory, self.calendar, self.mailbox)
        self._listeners: list[Listener] = []

    @property
    def change_number(self) -> int:
        """Of the last change anywhere; the first number before there is one."""
        return self._number

    def add_room(self, address: str, name: str, *, aliases: tuple[str, ...] = ()) -> None:
        self._add(MailboxEntry(name=name, address=address, owner=Owner.ROOM, aliases=aliases))

    def add_equipment(self, address: str, name: str) -> None:
        self._add(MailboxEntry(name=name, address=address, owner=Owner.EQUIPMENT))

    def add_user(self, address: str, name: str, *, aliases: tuple[str, ...] = ()) -> None:
        self._add(MailboxEntry(name=name, address=address, owner=Owner.USER, aliases=aliases))

    def add_service_account(
        self, username: str, password: str, *, impersonates: frozenset[str] | None = None
    ) -> ServiceAccount:
        """An account that may open every room, or only the mailboxes in `impersonates`."""
        account = ServiceAccount(username=username, password=password, impersonates=impersonates)
        self.directory.accounts.append(account)
        return account

    def calendar(self, address: str) -> Calendar:
        """The calendar of the mailbox with this primary address. Raises `UnknownMailbox`."""
        return self._calendars[self.directory.mailbox(address).address]

    def mailbox(self, address: str) -> MailFolders:
        """The mail of the mailbox with this primary address. Raises `UnknownMailbox`."""
        return self._mailboxes[self.directory.mailbox(address).address]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called after each change, in the thread that made it, outside all locks, until `stop()`.

        It must neither raise nor wait. The returned `stop` is harmless when called twice.
        """
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def _add(self, entry: MailboxEntry) -> None:
        self.directory.add(entry)
        self._calendars[entry.address] = Calendar(
            entry.address, self.clock, self._lock, self._next_number, self._publish
        )
        self._mailboxes[entry.address] = MailFolders(
            entry.address, self.clock, self._lock, self._next_number, self._publish
        )

    def _next_number(self) -> int:
        with self._lock:
            self._number += 1
            return self._number

    def _publish(self, change: Change) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(change)
