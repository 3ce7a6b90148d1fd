"""How messages get from one mailbox of the organisation into others."""

from __future__ import annotations

from collections.abc import Callable

from agent.demo.world_directory import Directory
from agent.demo.world_mail import MailItem, NewMail
from agent.demo.world_mailbox import MailFolders
from agent.demo.world_values import UnknownMailbox
from agent.model.directory import Mailbox


class Post:
    """Over the organisation's mailboxes."""

    def __init__(self, directory: Directory, mailbox: Callable[[str], MailFolders]) -> None:
        self._directory = directory
        self._mailbox = mailbox

    def send(self, mail: NewMail, *, keep: bool = True) -> MailItem | None:
        """Deliver to every recipient who is in the organisation; the sender's copy, with `keep`."""
        sent = self._mailbox(mail.sender.address).file(mail) if keep and self.knows(mail.sender.address) else None
        for recipient in mail.recipients:
            entry = self._directory.primary_of(recipient.address)
            address = recipient.address if entry is None else entry.address
            if self.knows(address):
                self._mailbox(address).deliver(mail)
        return sent

    def named(self, address: str) -> Mailbox:
        """The mailbox with its name. Raises `UnknownMailbox`."""
        entry = self._directory.mailbox(address)
        return Mailbox(entry.name, entry.address)

    def knows(self, address: str) -> bool:
        """Whether this is somebody's primary address."""
        try:
            self._directory.mailbox(address)
        except UnknownMailbox:
            return False
        return True
