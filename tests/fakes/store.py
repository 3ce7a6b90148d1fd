"""A calendar store in memory. Passes the contract suite, so it may stand for the real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count

from agent.model.event import ChangeKey, ItemId, OccurrenceKey
from agent.model.sync import Entry, SyncToken, Window
from agent.ports import StoredEntry
from agent.store.identity import Known, inherit


class MemoryStore:
    """`fail` is raised by the next write, once."""

    def __init__(self) -> None:
        self.fail: Exception | None = None
        self._rows: dict[str, tuple[str, Entry]] = {}  # meeting id → scope, entry
        self._keys: dict[str, OccurrenceKey] = {}
        self._notes: dict[str, str] = {}
        self._scope: str | None = None
        self._token: SyncToken | None = None
        self._as_of: datetime | None = None
        self._ids = count(1)

    def token(self, scope: str) -> SyncToken | None:
        return self._token if scope == self._scope else None

    def known(self, scope: str, window: Window) -> Mapping[ItemId, ChangeKey]:
        items = (e.occurrence for s, e in self._rows.values() if s == scope and _in(e, window))
        return {item.item_id: item.change_key for item in items}

    def apply(
        self,
        scope: str,
        token: SyncToken | None,
        upserts: Sequence[Entry],
        removed: Sequence[ItemId],
        as_of: datetime,
    ) -> None:
        self._may_fail()
        by_item = {entry.occurrence.item_id: entry for entry in upserts}
        entries = {entry.occurrence.key: entry for entry in by_item.values()}
        ids = inherit(self._known(), removed, [entry.occurrence for entry in entries.values()])
        items = {entry.occurrence.item_id for entry in entries.values()} | set(removed)
        self._rows = {m: row for m, row in self._rows.items() if row[1].occurrence.item_id not in items}
        for key, entry in entries.items():
            meeting_id = ids.get(key) or f"m{next(self._ids)}"
            self._keys[meeting_id] = key
            self._rows[meeting_id] = (scope, entry)
        self._scope, self._token, self._as_of = scope, token, as_of

    def entries(self, window: Window) -> Sequence[StoredEntry]:
        found = [StoredEntry(m, entry) for m, (_, entry) in self._rows.items() if _in(entry, window)]
        return sorted(found, key=lambda each: (each.entry.occurrence.start, each.meeting_id))

    def as_of(self) -> datetime | None:
        return self._as_of

    def forget_before(self, end: datetime) -> int:
        old = [m for m, (_, e) in self._rows.items() if max(e.occurrence.end, e.occurrence.start) < end]
        for meeting_id in old:
            del self._rows[meeting_id]
        return len(old)

    def note(self, key: str) -> str | None:
        return self._notes.get(key)

    def set_note(self, key: str, value: str | None) -> None:
        self._may_fail()
        if value is None:
            self._notes.pop(key, None)
        else:
            self._notes[key] = value

    def close(self) -> None:
        pass

    def _known(self) -> list[Known]:
        result = []
        for meeting_id, key in self._keys.items():
            if meeting_id in self._rows:
                item = self._rows[meeting_id][1].occurrence
                result.append(Known(meeting_id, key, item.item_id, item.start))
            else:
                result.append(Known(meeting_id, key))
        return result

    def _may_fail(self) -> None:
        if self.fail is not None:
            error, self.fail = self.fail, None
            raise error


def _in(entry: Entry, window: Window) -> bool:
    start, end = entry.occurrence.start, entry.occurrence.end
    return start < window.end and (end > window.start or (start >= end and start >= window.start))
