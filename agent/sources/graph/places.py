"""Rooms and room lists, as Microsoft 365 calls them: places. They need a permission of their own (exchange.md 5.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from agent.errors import AccessDenied, MailboxNotFound, SourceUnavailable
from agent.model.directory import Mailbox
from agent.sources.graph.client import GraphClient
from agent.sources.texts import MAX_NAME, line, smtp_address

MOST_PAGES = 50
MOST_FOUND = 100
Json = Mapping[str, Any]


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
            if any(
                text.startswith(wanted)
                for text in (room.address.lower(), room.name.lower(), *room.name.lower().split())
            ):
                found.append(room)
            if len(found) == MOST_FOUND:
                break
        return sorted(found, key=lambda room: (room.name, room.address))

    def _all(self, path: str) -> Iterator[Mailbox]:
        link, options, seen = path, {"$top": "100"}, set[str]()
        for _ in range(MOST_PAGES):
            page = self._page(link, options)
            for place in page.get("value") or []:
                address = smtp_address(place.get("emailAddress")) if isinstance(place, dict) else None
                if address is not None:
                    yield Mailbox(line(place.get("displayName"), MAX_NAME) or address, address)
            if page.get("@odata.nextLink") is None:
                return
            link, options = self._client.own_link(page["@odata.nextLink"]), {}
            if link in seen:
                break
            seen.add(link)
        raise SourceUnavailable("calendar.wrong_answer", f"{self._client.host}: a list of places without end")

    def _page(self, link: str, options: Mapping[str, str]) -> Json:
        try:
            return self._client.get(link, options)
        except AccessDenied as error:
            what = f"the app may not read places (Place.Read.All); type the room's address instead ({error})"
            raise AccessDenied("calendar.places_denied", what) from error
