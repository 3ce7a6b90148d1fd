"""`agent.ports.OwnerMarks` over EWS."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from agent.model.owner import OwnerMark
from agent.ports import Clock
from agent.sources.ews.calls import Calls
from agent.sources.ews.fields import SUBJECT_URIS
from agent.sources.ews.hidden_item import CreateHiddenItem, DeleteItems
from agent.sources.ews.services import ViewCalendar
from agent.sources.ews.settings import EwsSettings
from agent.sources.instants import read_instant
from agent.sources.owner_marks import MOST, WINDOW, mark_of, subject_of

_UTC = ZoneInfo("UTC")


class EwsOwnerMarks:
    """On connections of its own; no network traffic before the first call."""

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        self._call = Calls(settings, clock)

    def marks(self) -> Sequence[OwnerMark]:
        service = ViewCalendar(account=self._call.account)
        view = self._call(lambda: service(WINDOW, MOST, SUBJECT_URIS))
        read = (
            mark_of(item.item_id, item.texts.get("Subject"), read_instant(item.texts.get("LastModifiedTime"), _UTC))
            for item in view.items
        )
        return [mark for mark in read if mark is not None]

    def put(self, owner: str, host: str) -> None:
        service = CreateHiddenItem(account=self._call.account)
        self._call(lambda: service(WINDOW, subject_of(owner, host)))

    def remove(self, marks: Sequence[OwnerMark]) -> None:
        service = DeleteItems(account=self._call.account)
        if marks:
            self._call(lambda: service([mark.item_id for mark in marks]))

    def close(self) -> None:
        self._call.close()
