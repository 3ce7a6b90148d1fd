"""The organisation's rooms, asked of the account that is being set up: lists, rooms, names. One question at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from agent.errors import AccessDenied, CommandError, MailboxNotFound, SourceError
from agent.model.directory import Mailbox
from agent.ports import CalendarSource
from agent.powershell.cures import room_list_managed_by
from agent.texts import say

T = TypeVar("T")
DEADLINE_S = 90.0
"""For all lists and rooms of a large organisation; the front waits ten seconds longer."""
MAX_LISTS = 300
_UNREADABLE = "setup.list_unreadable"


@dataclass(slots=True)
class Directory:
    """What was read of it. Lists that may not be read are `unreadable`, with the reason's code."""

    lists: list[Mailbox] = field(default_factory=list)
    rooms: dict[str, Sequence[Mailbox]] = field(default_factory=dict)
    unreadable: list[tuple[Mailbox, str]] = field(default_factory=list)

    def all_rooms(self) -> list[tuple[Mailbox, str]]:
        """Every room with each list that it stands in."""
        return [(room, each.address) for each in self.lists for room in self.rooms.get(each.address, ())]


class DirectoryReader:
    """Opens the source, asks, closes it. What was read of an account is kept until another one is asked about."""

    def __init__(self, opener: Callable[[], CalendarSource]) -> None:
        self._opener = opener
        self._one = asyncio.Lock()
        self._read: Directory | None = None

    async def read(self) -> Directory:
        """All lists and their rooms. Raises CommandError."""
        async with self._one:
            if self._read is None:
                self._read = await self._asked(_read_all)
            return self._read

    async def rooms(self, room_list: str) -> Sequence[Mailbox]:
        """The rooms of a list. Raises CommandError."""
        directory = await self.read()
        if room_list not in {each.address for each in directory.lists}:
            raise CommandError("setup.list_unknown", "There is no room list with this address.", 404)
        return directory.rooms.get(room_list, ())

    async def resolve(self, name: str) -> Sequence[Mailbox]:
        """Mailboxes whose name or address begins like this, at most 100. Raises CommandError."""
        async with self._one:
            return (await self._asked(lambda source: source.resolve(name)))[:100]

    async def _asked(self, question: Callable[[CalendarSource], T]) -> T:
        def ask() -> T:
            source = self._opener()
            try:
                return question(source)
            finally:
                source.close()

        try:
            async with asyncio.timeout(DEADLINE_S):
                return await asyncio.to_thread(ask)
        except SourceError as error:
            raise CommandError(error.code, str(error), 502) from error
        except TimeoutError:
            raise CommandError("calendar.timeout", "The directory did not answer in time; ask again.", 504) from None


def _read_all(source: CalendarSource) -> Directory:
    found = Directory(list(source.room_lists())[:MAX_LISTS])
    for each in found.lists:
        try:
            found.rooms[each.address] = source.rooms(each.address)
        except (AccessDenied, MailboxNotFound):
            found.unreadable.append((each, _UNREADABLE))
    return found


def unreadable_list(room_list: Mailbox, code: str, language: str, account: str) -> Mapping[str, Any]:
    """A list that may not be read, in sentences, and the command that mends it (CR-03): its owners may."""
    return {
        "name": room_list.name,
        "address": room_list.address,
        "code": code,
        "title": say(language, code),
        "cure": say(language, code, "detail"),
        "command": room_list_managed_by(room_list.address, account),
    }
