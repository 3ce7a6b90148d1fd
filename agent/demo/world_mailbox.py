"""The mail of one mailbox: an inbox and sent items, bounded, with a numbered log of what happened to the inbox."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock

from agent.demo.world_ids import Handle, change_key, mailbox_guid
from agent.demo.world_mail import MailItem, MailKind, Meeting, NewMail, OutOfDate
from agent.demo.world_values import Change, ChangeKind, ItemNotFound
from agent.model.event import ItemId
from agent.ports import Clock

MOST_MESSAGES = 2000
_MOST_CHANGES = 4 * MOST_MESSAGES


class MailFolders:
    """Thread-safe. Methods that take an id raise `ItemNotFound` or `MalformedId`.

    A folder that is full forgets its oldest message.
    """

    def __init__(
        self,
        address: str,
        clock: Clock,
        lock: RLock,
        next_number: Callable[[], int],
        publish: Callable[[Change], None],
    ) -> None:
        self.address = address
        self.guid = mailbox_guid(address)
        self._clock = clock
        self._lock = lock
        self._next_number = next_number
        self._publish = publish
        self._inbox: dict[int, MailItem] = {}
        self._sent: dict[int, MailItem] = {}
        self._log: deque[Change] = deque(maxlen=_MOST_CHANGES)

    def inbox(self) -> Sequence[MailItem]:
        """Oldest first."""
        with self._lock:
            return list(self._inbox.values())

    def sent(self) -> Sequence[MailItem]:
        """Oldest first."""
        with self._lock:
            return list(self._sent.values())

    def item(self, item_id: ItemId) -> MailItem:
        with self._lock:
            number = self._number(item_id)
            found = self._inbox.get(number) or self._sent.get(number)
            if found is None:
                raise ItemNotFound("no such message in this mailbox")
            return found

    def has(self, item_id: ItemId) -> bool:
        """Whether this is the id of a message that is still here."""
        with self._lock:
            number = self._number(item_id)
            return number in self._inbox or number in self._sent

    def changes_since(self, number: int) -> Sequence[Change]:
        """What happened to the inbox after change `number`, in order."""
        with self._lock:
            return list(self._log)[bisect_right(self._log, number, key=lambda change: change.number) :]

    def deliver(self, mail: NewMail) -> MailItem:
        """Put it into the inbox. A newer request or cancellation makes the older ones of its meeting out of date."""
        with self._lock:
            changes = self._supersede(mail) if mail.kind in (MailKind.REQUEST, MailKind.CANCELLATION) else []
            item = self._item(mail)
            _keep(self._inbox, item)
            changes.append(self._logged(ChangeKind.CREATED, item))
        for change in changes:
            self._publish(change)
        return item

    def file(self, mail: NewMail) -> MailItem:
        """Put it into the sent items."""
        with self._lock:
            item = self._item(mail)
            _keep(self._sent, item)
        return item

    def remove(self, item_id: ItemId, *, current: bool = False) -> MailItem:
        """Take the message out of its folder: of several who try at once, one gets it.

        With `current` raises `OutOfDate` for a message that was superseded, and leaves it.
        """
        with self._lock:
            number = self._number(item_id)
            if number in self._sent:
                return self._sent.pop(number)
            if number not in self._inbox:
                raise ItemNotFound("no such message in this mailbox")
            if current and self._inbox[number].out_of_date:
                raise OutOfDate("a newer message supersedes it")
            item = self._inbox.pop(number)
            change = self._logged(ChangeKind.DELETED, replace(item, number=self._next_number()))
        self._publish(change)
        return item

    def clear(self) -> None:
        """Forget every message; nobody is told."""
        with self._lock:
            self._inbox.clear()
            self._sent.clear()

    def _number(self, item_id: ItemId) -> int:
        handle = Handle.from_id(item_id)
        return handle.number if handle.mailbox == self.guid else -1

    def _item(self, mail: NewMail) -> MailItem:
        number = self._next_number()
        return MailItem(
            item_id=Handle(self.guid, number).to_id(),
            change_key=change_key(self.guid, number),
            number=number,
            kind=mail.kind,
            subject=mail.subject,
            sender=mail.sender,
            recipients=mail.recipients,
            received=self._now(),
            body=mail.body,
            meeting=mail.meeting,
            answer=mail.answer,
            culture=mail.culture,
            properties=mail.properties,
        )

    def _supersede(self, mail: NewMail) -> list[Change]:
        changes = []
        for number, item in self._inbox.items():
            if not item.out_of_date and item.kind is not MailKind.RESPONSE and _is_newer(mail.meeting, item.meeting):
                changed = self._next_number()
                key = change_key(self.guid, changed)
                self._inbox[number] = replace(item, out_of_date=True, change_key=key)
                changes.append(self._logged(ChangeKind.MODIFIED, replace(self._inbox[number], number=changed)))
        return changes

    def _logged(self, kind: ChangeKind, item: MailItem) -> Change:
        change = Change(
            number=item.number,
            mailbox=self.address,
            kind=kind,
            item_id=item.item_id,
            change_key=item.change_key,
            at=self._clock.now(),
        )
        self._log.append(change)
        return change

    def _now(self) -> datetime:
        return self._clock.now().replace(microsecond=0)


def _keep(folder: dict[int, MailItem], item: MailItem) -> None:
    folder[item.number] = item
    if len(folder) > MOST_MESSAGES:
        del folder[next(iter(folder))]


def _is_newer(new: Meeting | None, old: Meeting | None) -> bool:
    """Whether a message about `new` supersedes one about `old`: a whole series does so for its occurrences."""
    if new is None or old is None or new.uid != old.uid:
        return False
    return new.original_start is None or new.original_start == old.original_start
