"""What a preflight asks of Graph beside the calendar: sign-in alone, whose mailbox it is, the right to write."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from agent.errors import AccessDenied, MailboxNotFound, SourceUnavailable
from agent.model.directory import MailboxKind
from agent.ports import Clock
from agent.sources.graph.fields import objects, text, word
from agent.sources.graph.mapping import item_id_of
from agent.sources.graph.settings import GraphSettings
from agent.sources.graph.source import GraphSource
from agent.sources.instants import stamp
from agent.sources.transport.adapter import Traffic
from agent.sources.write_check import SUBJECT, WINDOW, Written, write_and_remove

_KINDS = {
    "room": MailboxKind.ROOM,
    "equipment": MailboxKind.EQUIPMENT,
    "shared": MailboxKind.SHARED,
    "user": MailboxKind.USER,
    "linked": MailboxKind.USER,
}
"""`userPurpose` of mailboxSettings."""


class GraphCheckup:
    """One account's connection, shared with its `source`; see `agent.preflight.mailbox.visit.Checkup`."""

    def __init__(self, settings: GraphSettings, clock: Clock) -> None:
        self.source = GraphSource(settings, clock)
        self._client = self.source.client
        self._user = f"/users/{quote(settings.mailbox.strip(), safe='@')}"
        self._app = settings.client_id

    @property
    def traffic(self) -> Traffic:
        return self.source.transport.traffic

    def sign_in(self) -> None:
        self._client.sign_in()

    def kind(self) -> MailboxKind:
        """By the mailbox's settings, which need a permission of their own (MailboxSettings.Read)."""
        try:
            settings = self._client.get(f"{self._user}/mailboxSettings")
        except (AccessDenied, MailboxNotFound):
            return MailboxKind.UNKNOWN
        return _KINDS.get(word(settings, "userPurpose"), MailboxKind.UNKNOWN)

    def owners(self) -> int | None:
        """How many people own the app registration; None when the app may not ask, as it should not."""
        app = quote(self._app.replace("'", "''"), safe="")
        try:
            answer = self._client.get(f"/applications(appId='{app}')/owners", {"$select": "id"})
        except (AccessDenied, MailboxNotFound, SourceUnavailable):
            return None
        return len(objects(answer, "value"))

    def try_writing(self) -> Written:
        return write_and_remove(self._create, self._find, self._remove)

    def close(self) -> None:
        self.source.close()

    def _create(self) -> None:
        times = {
            name: {"dateTime": stamp(instant).removesuffix("Z"), "timeZone": "UTC"}
            for name, instant in (("start", WINDOW.start), ("end", WINDOW.end))
        }
        quiet = {"showAs": "free", "sensitivity": "private", "isReminderOn": False}
        self._client.post(f"{self._user}/events", {"subject": SUBJECT, **times, **quiet})

    def _find(self) -> Sequence[str]:
        window = {"startDateTime": stamp(WINDOW.start), "endDateTime": stamp(WINDOW.end)}
        view = self._client.get(f"{self._user}/calendarView", {**window, "$top": "25", "$select": "id,subject"})
        found = (item_id_of(event) for event in objects(view, "value") if text(event, "subject") == SUBJECT)
        return [item_id for item_id in found if item_id is not None]

    def _remove(self, item_ids: Sequence[str]) -> None:
        for item_id in item_ids:
            self._client.delete(f"{self._user}/events/{quote(item_id, safe='')}")
