"""Content of many items in few requests, and one bad item never at the others' expense."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from exchangelib.errors import ErrorBatchProcessingStopped, ErrorMessageSizeExceeded, ErrorTimeoutExpired

from agent.errors import SignInFailed, SourceError, SourceThrottled, SourceUnavailable
from agent.model.event import Fetched, Skipped
from agent.sources.ews.faults import GONE
from agent.sources.ews.items import RawItem
from agent.sources.ews.mapping import skipped, to_fetched
from agent.sources.ews.soap import NotSoapError
from agent.sources.transport.failures import TOO_LARGE

SIZES = (25, 10, 1)
BYTES = 4 * 1024 * 1024
MOST_FAILURES = 5
_UNSIZED = 64 * 1024

Read = Callable[[Sequence[RawItem]], list[RawItem | Exception]]
"""Content or an exception for each item, in order. Raises `SourceError` for the whole call."""

Classify = Callable[[Exception], SourceError]

_TOO_MUCH = (ErrorTimeoutExpired, ErrorBatchProcessingStopped, ErrorMessageSizeExceeded)
_SPLITTABLE = frozenset({"calendar.server_timeout", TOO_LARGE, "calendar.not_exchange"})


@dataclass(slots=True)
class Contents:
    """What was read, and what could not be."""

    fetched: list[Fetched] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def read_contents(items: Sequence[RawItem], read: Read, classify: Classify, zone: ZoneInfo) -> Contents:
    """The items' content. Batches the server cannot manage, or whose answer is unreadable, are read again in smaller
    ones. Raises `SourceError` when the trouble is not one item's: at once, after `MOST_FAILURES` in a row, or when none
    of several could be read.
    """
    reading = _Reading(read, classify, zone)
    for batch in batches(items, SIZES[0]):
        reading.read_batch(batch)
    if reading.last_failure is not None and len(reading.contents.skipped) == len(items) > 1:
        raise reading.last_failure
    return reading.contents


class _Reading:
    def __init__(self, read: Read, classify: Classify, zone: ZoneInfo) -> None:
        self.contents = Contents()
        self._read = read
        self._classify = classify
        self._zone = zone
        self._failures = 0
        self.last_failure: SourceError | None = None

    def read_batch(self, batch: Sequence[RawItem]) -> None:
        try:
            results = self._read(batch)
            check_whole(batch, results, self._classify)
        except SourceUnavailable as error:
            self._failures += 1
            self.last_failure = error
            if error.code not in _SPLITTABLE or self._failures > MOST_FAILURES:
                raise
            self._again(batch, error)
            return
        self._failures = 0
        answered = _by_item(batch, results)
        for item, result in answered:
            if not isinstance(result, _TOO_MUCH):
                self._keep(item, result)
        late = [item for item, result in answered if isinstance(result, _TOO_MUCH)]
        for part in batches(late, _below(len(batch))):
            if len(batch) == 1:
                self._skip(part[0], self._classify(ErrorTimeoutExpired("")))
            else:
                self.read_batch(part)

    def _again(self, batch: Sequence[RawItem], error: SourceError) -> None:
        if len(batch) == 1:
            self._skip(batch[0], error)
            return
        for part in batches(batch, _below(len(batch))):
            self.read_batch(part)

    def _keep(self, item: RawItem, result: RawItem | Exception) -> None:
        """The content goes under the change key of the view: a newer one will be in the next view, and what a content
        has of its own can never be compared with a view."""
        if isinstance(result, GONE):
            self.contents.skipped.append(skipped(item, "gone"))
        elif isinstance(result, Exception):
            self._skip(item, self._classify(result))
        elif isinstance(mapped := to_fetched(replace(result, change_key=item.change_key), self._zone), Fetched):
            self.contents.fetched.append(mapped)
        else:
            self.contents.skipped.append(mapped)

    def _skip(self, item: RawItem, error: SourceError) -> None:
        self.contents.skipped.append(skipped(item, "size" if error.code == TOO_LARGE else "parse"))


def check_whole(batch: Sequence[RawItem], results: Sequence[RawItem | Exception], classify: Classify) -> None:
    """Refuses an answer as a whole: items nobody asked for, or a failure that is not about any one item."""
    asked = {item.item_id for item in batch}
    if any(isinstance(result, RawItem) and result.item_id not in asked for result in results):
        raise SourceUnavailable("calendar.wrong_answer", "the server answered with items that were not asked for")
    problems = [classify(result) for result in results if isinstance(result, Exception)]
    for problem in problems:
        if isinstance(problem, SourceThrottled | SignInFailed):
            raise problem
    blameless = (RawItem, NotSoapError, *GONE, *_TOO_MUCH)
    if len(results) > 1 and not any(isinstance(result, blameless) for result in results):
        raise problems[0]


def batches(items: Sequence[RawItem], most: int) -> Iterator[list[RawItem]]:
    """The items in order, in batches of at most `most` and about `BYTES` by the size the server reported."""
    batch: list[RawItem] = []
    total = 0
    for item in items:
        size = _size(item)
        if batch and (len(batch) >= most or total + size > BYTES):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += size
    if batch:
        yield batch


def _by_item(
    batch: Sequence[RawItem], results: Sequence[RawItem | Exception]
) -> list[tuple[RawItem, RawItem | Exception]]:
    """Each item with its result. Contents name theirs; what is left over belongs together in the order it came."""
    contents = {result.item_id: result for result in results if isinstance(result, RawItem)}
    others = iter([result for result in results if isinstance(result, Exception)])
    missing = NotSoapError("an answer without this item")
    return [(item, contents.get(item.item_id) or next(others, missing)) for item in batch]


def _below(size: int) -> int:
    return next((smaller for smaller in SIZES if smaller < size), 1)


def _size(item: RawItem) -> int:
    text = item.texts.get("Size", "")
    return int(text) if text.isdecimal() and len(text) < 12 else _UNSIZED
