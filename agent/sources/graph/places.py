"""Rooms and room lists, as Microsoft 365 calls them: places. They need a permission of their own (exchange.md 5.6)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from agent.errors import AccessDenied, MailboxNotFound
from agent.model.directory import Mailbox
from agent.sources.graph.client import GraphClient
from agent.sources.graph.fields import objects, text
from agent.sources.texts import MAX_NAME, line, smtp_address

MOST_PAGES = 50
MOST_FOUND = 100


class Places:
    """Raises `SourceError`; `AccessDenied` with a code of its own, since a room can be set up without them."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    def room_lists(self) -> list[Mailbox]:
        return list(self._all("/places/microsoft.graph.roomlist"))

    def rooms(self, room_list: str) -> list[Mailbox]:
        """Raises `MailboxNotFound` for an unknown list."""
        try:
            return list(self._all(f"/places/{quote(room_list.strip(), safe='@')}/microsoft.graph.roomlist/rooms"))
        except MailboxNotFound as error:
            raise MailboxNotFound("calendar.room_list_not_found", f"no room list has this address ({error})") from error

    def resolve(self, name: str) -> list[Mailbox]:
        """Rooms with a word, or an address, that begins so. Graph lists places, it does not look for them."""
        wanted = name.lower()
        found = []
        for room in self._all("/places/microsoft.graph.room"):
            words = (room.address.lower(), room.name.lower(), *room.name.lower().split())
            if any(each.startswith(wanted) for each in words):
                found.append(room)
            if len(found) == MOST_FOUND:
                break
        return sorted(found, key=lambda room: (room.name, room.address))

    def _all(self, path: str) -> Iterator[Mailbox]:
        try:
            for page in self._client.pages(path, {"$top": "100"}, most=MOST_PAGES):
                for place in objects(page, "value"):
                    address = smtp_address(text(place, "emailAddress"))
                    if address is not None:
                        yield Mailbox(line(text(place, "displayName"), MAX_NAME) or address, address)
        except AccessDenied as error:
            what = f"the app may not read places (Place.Read.All); type the room's address instead ({error})"
            raise AccessDenied("calendar.places_denied", what) from error
