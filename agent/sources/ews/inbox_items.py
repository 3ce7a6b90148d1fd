"""From a meeting message's element to its texts. Nothing is interpreted here, nothing can fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from agent.sources.ews.items import MAX_ID, RawItem, read_item
from agent.sources.ews.recurrence import PATTERNS, RANGES
from agent.sources.ews.soap import TYPES

MOST_EXCEPTIONS = 1_000
MAX_TEXT = 256


@dataclass(frozen=True, slots=True)
class RawMessage(RawItem):
    """A message as the server wrote it. `texts` as of a `RawItem`, `FromName` and `FromAddress` beside them.

    `associated`: the meeting's item in the calendar, "" for none. `pattern`, `range`: the names of the recurrence's
    elements, `rule` what is in both. `moved`: original start, start and end of exceptions; `gone`: original starts.
    """

    associated: str = ""
    pattern: str = ""
    range: str = ""
    rule: Mapping[str, str] = field(default_factory=dict)
    moved: tuple[tuple[str, str, str], ...] = ()
    gone: tuple[str, ...] = ()


def read_message(element: etree._Element) -> RawMessage:
    """The message; empty id and change key when it has none."""
    item = read_item(element)
    texts = dict(item.texts)
    for name in ("Name", "EmailAddress"):
        if value := element.findtext(f"{TYPES}From/{TYPES}Mailbox/{TYPES}{name}"):
            texts["FromName" if name == "Name" else "FromAddress"] = value
    pattern, range_, rule = _recurrence(element.find(f"{TYPES}Recurrence"))
    return RawMessage(
        item.item_id,
        item.change_key,
        texts,
        item.properties,
        associated=_associated(element),
        pattern=pattern,
        range=range_,
        rule=rule,
        moved=tuple(_moved(element)),
        gone=tuple(_texts(element, "DeletedOccurrences", "DeletedOccurrence", "Start")),
    )


def _associated(element: etree._Element) -> str:
    found = element.find(f"{TYPES}AssociatedCalendarItemId")
    item_id = "" if found is None else found.get("Id", "")
    return item_id if len(item_id) <= MAX_ID else ""


def _recurrence(element: etree._Element | None) -> tuple[str, str, dict[str, str]]:
    """The names of pattern and range, and what is in both."""
    pattern = range_ = ""
    rule: dict[str, str] = {}
    for part in element if element is not None else ():
        name = etree.QName(part).localname
        pattern = name if name in PATTERNS else pattern
        range_ = name if name in RANGES else range_
        rule.update((etree.QName(each).localname, (each.text or "")[:MAX_TEXT]) for each in part)
    return pattern, range_, rule


def _moved(element: etree._Element) -> Iterator[tuple[str, str, str]]:
    for each in islice(element.iterfind(f"{TYPES}ModifiedOccurrences/{TYPES}Occurrence"), MOST_EXCEPTIONS):
        yield (
            each.findtext(f"{TYPES}OriginalStart", "")[:MAX_TEXT],
            each.findtext(f"{TYPES}Start", "")[:MAX_TEXT],
            each.findtext(f"{TYPES}End", "")[:MAX_TEXT],
        )


def _texts(element: etree._Element, parent: str, child: str, name: str) -> Iterator[str]:
    for each in islice(element.iterfind(f"{TYPES}{parent}/{TYPES}{child}"), MOST_EXCEPTIONS):
        yield each.findtext(f"{TYPES}{name}", "")[:MAX_TEXT]
