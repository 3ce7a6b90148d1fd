"""Has anything in the window changed? calendarView/delta, as a change detector only (exchange.md 5.3).

Its occurrences are stubs and its window is frozen in the link, so its elements are a reason to read the view and are
not believed about content. It is asked before the view is read: what changes in between is told the next time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.errors import SourceUnavailable, SyncTokenInvalid
from agent.model.sync import Window
from agent.ports import Clock
from agent.sources.breaker import Breaker
from agent.sources.graph.client import GraphClient
from agent.sources.graph.faults import REQUEST_REFUSED
from agent.sources.graph.fields import Json, objects, text
from agent.sources.instants import read_instant, stamp

MOST_PAGES = 60
PAGE = 100
_CANNOT = frozenset({"calendar.server_error", "calendar.not_graph", "calendar.wrong_answer", REQUEST_REFUSED})
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Looked:
    """`link`: where to ask the next time, "" when it cannot be asked. `quiet`: nothing changed since the link it was
    asked with. `modified`, `created`: when events were edited and made, by id; those the elements told. `failed`: it
    cannot be told now."""

    link: str
    quiet: bool
    modified: Mapping[str, datetime] = field(default_factory=dict)
    created: Mapping[str, datetime] = field(default_factory=dict)
    failed: bool = False


class DeltaDetector:
    """Follows one window. Where the service cannot do it the view alone decides: off for a while, then again."""

    def __init__(self, client: GraphClient, path: str, clock: Clock) -> None:
        self._client = client
        self._path = path
        self._breaker = Breaker(clock)

    def look(self, link: str, window: Window) -> Looked:
        """From `link` on, or from the beginning when it is "". Raises `SourceError`; `SyncTokenInvalid` for a link that
        is no longer known."""
        if self._breaker.is_open:
            return Looked("", quiet=False)
        try:
            looked = self._walk(link, window)
        except SourceUnavailable as error:
            if error.code not in _CANNOT:
                raise
            if link and error.code == REQUEST_REFUSED:  # so may a link be refused that it no longer understands
                raise SyncTokenInvalid("calendar.sync_token_invalid", f"the link is refused: {error}") from error
            return Looked("", quiet=False, failed=True)
        except SyncTokenInvalid:
            if link:
                raise
            return Looked("", quiet=False, failed=True)
        return looked

    def give_up(self) -> None:
        """The service answered everything but this: leave it alone for a while."""
        self._breaker.trip()

    def _walk(self, link: str, window: Window) -> Looked:
        count, modified, created = 0, dict[str, datetime](), dict[str, datetime]()
        asked = None if link else _asked(window)
        for page in self._client.pages(link or self._path, asked, f"odata.maxpagesize={PAGE}", most=MOST_PAGES):
            elements = page.get("value")
            count += len(elements) if isinstance(elements, list) else 0
            modified.update(_times(objects(page, "value"), "lastModifiedDateTime"))
            created.update(_times(objects(page, "value"), "createdDateTime"))
            if "@odata.deltaLink" in page:
                following = self._client.own_link(page["@odata.deltaLink"])
                return Looked(following, quiet=bool(link) and not count, modified=modified, created=created)
        raise SourceUnavailable("calendar.wrong_answer", f"{self._client.host}: changes without a link to go on from")


def _asked(window: Window) -> dict[str, str]:
    return {"startDateTime": stamp(window.start), "endDateTime": stamp(window.end)}


def _times(events: Iterable[Json], name: str) -> dict[str, datetime]:
    found = {}
    for event in events:
        item_id, at = text(event, "id"), read_instant(text(event, name), _UTC)
        if item_id is not None and at is not None:
            found[item_id] = at
    return found
