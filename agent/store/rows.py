"""Entries as rows and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from agent.model.event import ChangeKey, ItemId, Occurrence, OccurrenceKey, Response, Sensitivity, ShowAs
from agent.model.sync import Entry
from agent.ports import StoredEntry
from agent.store import outcome
from agent.store.schema import instant_text

Values = dict[str, Any]  # a row's columns, for the driver alone


def place(key: OccurrenceKey) -> str:
    """The `original_start` column of a key."""
    return "" if key.original_start is None else instant_text(key.original_start)


def key_of(uid: str, original_start: str) -> OccurrenceKey:
    """The key of a meeting row."""
    return OccurrenceKey(uid, datetime.fromisoformat(original_start) if original_start else None)


def to_row(entry: Entry, meeting_id: str, scope: str) -> Values:
    """The occurrence row of an entry."""
    item = entry.occurrence
    return {
        "meeting_id": meeting_id,
        "item_id": item.item_id,
        "change_key": item.change_key,
        "scope": scope,
        "start": item.start,
        "end": item.end,
        "start_date": item.start_date,
        "end_date": item.end_date,
        "subject": item.subject,
        "organizer": item.organizer,
        "organizer_address": item.organizer_address,
        "sensitivity": item.sensitivity.value,
        "show_as": item.show_as.value,
        "response": item.response.value,
        "cancelled": item.cancelled,
        "last_modified": item.last_modified,
        "outcome": outcome.dump(entry.outcome, item.created),
    }


def from_row(row: Row[Any]) -> StoredEntry:
    """The entry of an occurrence row joined with its meeting row."""
    item = Occurrence(
        item_id=ItemId(row.item_id),
        change_key=ChangeKey(row.change_key),
        key=key_of(row.uid, row.original_start),
        start=row.start,
        end=row.end,
        start_date=row.start_date,
        end_date=row.end_date,
        subject=row.subject,
        organizer=row.organizer,
        organizer_address=row.organizer_address,
        sensitivity=Sensitivity(row.sensitivity),
        show_as=ShowAs(row.show_as),
        response=Response(row.response),
        cancelled=row.cancelled,
        last_modified=row.last_modified,
        created=outcome.created_in(row.outcome),
    )
    return StoredEntry(row.meeting_id, Entry(item, outcome.load(row.outcome)))
