"""`agent.ports.OwnerMarks` over Microsoft Graph."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from agent.errors import MailboxNotFound
from agent.model.owner import OwnerMark
from agent.ports import Clock
from agent.sources.graph.client import GraphClient
from agent.sources.graph.fields import objects, text
from agent.sources.graph.mapping import item_id_of
from agent.sources.graph.settings import GraphSettings
from agent.sources.graph.signin import open_tokens
from agent.sources.instants import read_instant, stamp
from agent.sources.owner_marks import MOST, WINDOW, mark_of, subject_of
from agent.sources.transport.session import Transport

_UTC = ZoneInfo("UTC")


class GraphOwnerMarks:
    """On a connection of its own; no network traffic before the first call."""

    def __init__(self, settings: GraphSettings, clock: Clock) -> None:
        transport = Transport(settings.http)
        tokens = open_tokens(settings, transport, clock)
        self._client = GraphClient(settings.endpoint, tokens, transport, clock)
        self._user = f"/users/{quote(settings.mailbox.strip(), safe='@')}"
        self._times: dict[str, datetime | None] = {}

    def marks(self) -> Sequence[OwnerMark]:
        """One request, and another for each mark that is new: calendarView tells no times of change."""
        window = {"startDateTime": stamp(WINDOW.start), "endDateTime": stamp(WINDOW.end)}
        view = self._client.get(f"{self._user}/calendarView", {**window, "$top": str(MOST), "$select": "id,subject"})
        subjects = {item_id_of(event) or "": text(event, "subject") for event in objects(view, "value")}
        ours = {item_id: subject for item_id, subject in subjects.items() if mark_of(item_id, subject, WINDOW.start)}
        self._times = {item_id: self._times.get(item_id) or self._time_of(item_id) for item_id in ours}
        read = (mark_of(item_id, subject, self._times[item_id]) for item_id, subject in ours.items())
        return [mark for mark in read if mark is not None]

    def put(self, owner: str, host: str) -> None:
        times = {
            name: {"dateTime": stamp(instant).removesuffix("Z"), "timeZone": "UTC"}
            for name, instant in (("start", WINDOW.start), ("end", WINDOW.end))
        }
        quiet = {"showAs": "free", "sensitivity": "private", "isReminderOn": False}
        self._client.post(f"{self._user}/events", {"subject": subject_of(owner, host), **times, **quiet})

    def remove(self, marks: Sequence[OwnerMark]) -> None:
        for mark in marks:
            try:
                self._client.delete(self._event(mark.item_id))
            except MailboxNotFound:  # somebody else was faster
                continue

    def close(self) -> None:
        self._client.close()

    def _time_of(self, item_id: str) -> datetime | None:
        try:
            event = self._client.get(self._event(item_id), {"$select": "lastModifiedDateTime"})
        except MailboxNotFound:  # it was removed meanwhile
            return None
        return read_instant(text(event, "lastModifiedDateTime"), _UTC)

    def _event(self, item_id: str) -> str:
        return f"{self._user}/events/{quote(item_id, safe='')}"
