"""What is in the room's inbox about meetings, and what the calendar has of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from zoneinfo import ZoneInfo

from exchangelib import errors as ews

from agent.model.requests import Span
from agent.model.sync import Window
from agent.sources.ews.batches import check_whole
from agent.sources.ews.calls import Calls
from agent.sources.ews.faults import GONE, NO_SUCH_SEARCH
from agent.sources.ews.fields import MEETING_MAIL_URIS
from agent.sources.ews.inbox_items import RawMessage
from agent.sources.ews.inbox_mapping import Said, is_about_a_meeting, said_on
from agent.sources.ews.inbox_services import FindMail, ReadMessages
from agent.sources.ews.items import RawItem
from agent.sources.ews.mapping import uid_of
from agent.sources.ews.services import ReadItems, View, ViewCalendar
from agent.sources.instants import read_instant

PAGE = 200
MOST_PAGES = 20
"""So far an inbox is looked through where the server cannot choose: other mail is never cleared away."""
BATCH = 50
MOST_IN_VIEW = 100
_ANSWER_URIS = ("calendar:MyResponseType", "calendar:AppointmentReplyTime")
_PLACE_URIS = ("calendar:UID", "calendar:Start", "calendar:End")
_UTC = ZoneInfo("UTC")
_NEVER_READ = (
    *GONE,
    ews.ErrorContentConversionFailed,
    ews.ErrorCorruptData,
    ews.ErrorItemCorrupt,
    ews.ErrorMessageSizeExceeded,
    ews.ErrorMimeContentInvalid,
    ews.ErrorVirusDetected,
)


class InboxReader:
    """Methods raise `SourceError`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._chooses = True

    def messages(self, most: int) -> list[RawMessage]:
        """Requests and cancellations, the oldest first. One that cannot be read is left where it is."""
        read = ReadMessages(account=self._calls.account)
        messages: dict[str, RawMessage] = {}
        found = self._found(most)
        for batch in _batches(found):
            results = self._calls(lambda batch=batch: read(batch, MEETING_MAIL_URIS, ()))  # type: ignore[misc]
            self._check(batch, results)
            messages.update((each.item_id, each) for each in results if isinstance(each, RawMessage))
        return [messages[item.item_id] for item in found if item.item_id in messages]

    def answers(self, messages: Sequence[RawMessage]) -> dict[str, Said]:
        """What the room has said on the meetings that are in its calendar, by the item's id."""
        wanted = [RawItem(item_id, "") for item_id in {each.associated for each in messages if each.associated}]
        read = ReadItems(account=self._calls.account)
        answers: dict[str, Said] = {}
        for batch in _batches(wanted):
            results = self._calls(lambda batch=batch: read(batch, _ANSWER_URIS, ()))  # type: ignore[misc]
            self._check(batch, results)
            answers |= {each.item_id: said_on(each) for each in results if isinstance(each, RawItem)}
        return answers

    def occurrence(self, uid: str, span: Span) -> RawItem | None:
        """The meeting's item at this time; None when it is not there."""
        view = ViewCalendar(account=self._calls.account)
        found = self._calls(lambda: view(Window(span.start, span.end), MOST_IN_VIEW, _PLACE_URIS))
        then = [item for item in found.items if item.item_id and _place(item) == span]
        vague = [item for item in then if "UID" not in item.texts]
        read = ReadItems(account=self._calls.account)
        told = self._calls(lambda: read(vague, _PLACE_URIS, ())) if vague else []
        known = [*then, *(each for each in told if isinstance(each, RawItem))]
        return next((item for item in known if uid_of(item) == uid), None)

    def _check(self, batch: Sequence[RawItem], results: Sequence[RawItem | Exception]) -> None:
        """Raises what is no message's own fault: what is only missing for a moment must not look as if it were gone."""
        check_whole(batch, results, self._calls.translate)
        for each in results:
            if isinstance(each, Exception) and not isinstance(each, _NEVER_READ):
                raise self._calls.translate(each)

    def _found(self, most: int) -> list[RawItem]:
        found: list[RawItem] = []
        offset = 0
        for _ in range(MOST_PAGES):
            view = self._page(offset, most if self._chooses else PAGE)
            found += [item for item in view.items if item.item_id and is_about_a_meeting(item)]
            offset += len(view.items)
            if len(found) >= most or not view.truncated or not view.items:
                break
        return found[:most]

    def _page(self, offset: int, most: int) -> View:
        """A page of what the server chooses, where it can."""
        find = FindMail(account=self._calls.account)

        def ask() -> View:
            try:
                return find.page(offset, most, chosen=self._chooses)
            except NO_SUCH_SEARCH:
                if not self._chooses:
                    raise
                self._chooses = False
                return find.page(offset, PAGE, chosen=False)

        return self._calls(ask)


def _batches(items: Sequence[RawItem]) -> Iterator[list[RawItem]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _place(item: RawItem) -> Span | None:
    start, end = read_instant(item.texts.get("Start"), _UTC), read_instant(item.texts.get("End"), _UTC)
    return Span(start=start, end=end) if start is not None and end is not None else None
