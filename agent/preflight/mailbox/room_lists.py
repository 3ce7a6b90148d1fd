"""`directory.room_lists`: whether the rooms can be picked from lists. A room can be set up without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.errors import SignInFailed, SourceError, SourceThrottled
from agent.model.directory import Mailbox
from agent.model.preflight import Finding, Status, Who
from agent.preflight.account.refusals import name_of, refused
from agent.preflight.commands import accounts, apps
from agent.preflight.context import Notes, Target
from agent.preflight.findings import passed, warned
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by, trouble
from agent.sources.ews.settings import Auth, EwsSettings

MOST_LISTS = 12
"""One request each; a technician needs one of them."""
LONGEST_ADDRESS = 320
"""64 letters, @ and 255 more (RFC 5321, 4.5.3.1)."""


@dataclass(frozen=True)
class RoomLists:
    """The step: names the lists whose rooms the account may not read (CR-03)."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "directory.room_lists"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target
        account = self.visit.account
        if isinstance(account, EwsSettings) and account.auth is Auth.OAUTH and not account.mailbox:
            return Finding(Status.SKIPPED, "directory.room_needed")
        try:
            lists = self.visit.ask(lambda checkup: checkup.source.room_lists())
        except SourceError as error:
            return self._refused(error)
        if not lists:
            return passed("directory.no_room_lists")
        closed = self._read(lists[:MOST_LISTS], notes)
        if closed:
            names = ", ".join(f"{each.name} <{each.address}>" for each in closed)
            finding = warned("directory.room_list_denied", Who.EXCHANGE_ADMIN, lists=names, account=name_of(account))
            addresses = [each.address[:LONGEST_ADDRESS] for each in closed]
            return mended_by(finding, accounts.list_managers(addresses, name_of(account)))
        return passed("directory.room_lists", lists=str(len(lists)), rooms=str(len(self.visit.rooms)))

    def _read(self, lists: Sequence[Mailbox], notes: Notes) -> list[Mailbox]:
        """Those that may not be read; the rooms of the others are noted."""
        closed = []
        for each in lists:
            if notes.cancelled.is_set():
                break
            try:
                rooms = self.visit.ask(lambda checkup, of=each.address: checkup.source.rooms(of))  # type: ignore[misc]
            except (SourceThrottled, SignInFailed):
                break
            except SourceError:
                closed.append(each)
            else:
                self.visit.rooms.update({room.address.lower(): room.name for room in rooms})
        return closed

    def _refused(self, error: SourceError) -> Finding:
        """As a rule a warning: the room's address can be typed."""
        account = self.visit.account
        if isinstance(error, SignInFailed):
            return refused(error, account)
        if isinstance(error, SourceThrottled):
            return trouble(error)
        finding = warned("directory.room_lists_denied", Who.EXCHANGE_ADMIN, account=name_of(account), error=error.code)
        if isinstance(account, EwsSettings):
            return finding
        return mended_by(finding, apps.places_role(account.client_id))
