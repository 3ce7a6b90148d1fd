"""From a `t:CalendarItem` element to its texts. Nothing is interpreted here, nothing can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from lxml import etree

from agent.sources.ews.soap import TYPES
from agent.sources.property_names import KEY_NAME, PUBLIC_STRINGS

_READ = frozenset({*PUBLIC_STRINGS, KEY_NAME})
MAX_ID = 2048  # Exchange's are 100 to 500 characters long

_ORGANIZER = {
    "OrganizerName": f"{TYPES}Mailbox/{TYPES}Name",
    "OrganizerAddress": f"{TYPES}Mailbox/{TYPES}EmailAddress",
}
_ATTRIBUTES = {
    "Body": ("BodyType", "BodyType"),
    "StartTimeZone": ("Id", "StartTimeZone"),
    "EndTimeZone": ("Id", "EndTimeZone"),
}


@dataclass(frozen=True, slots=True)
class RawItem:
    """An item as the server wrote it.

    `texts`: the text of each simple child element by its local name, `OrganizerName`, `OrganizerAddress`, `BodyType`
    and the zones' ids beside it. `properties`: those of `PUBLIC_STRINGS`, and the key of an operation, by name. What is
    absent or empty is missing.
    """

    item_id: str
    change_key: str
    texts: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


def read_item(element: etree._Element) -> RawItem:
    """The item's texts; empty id and change key when it has no `t:ItemId`, or one that is none."""
    texts: dict[str, str] = {}
    properties: dict[str, str] = {}
    item_id = change_key = ""
    for child in element.iterchildren(f"{TYPES}*"):
        name = etree.QName(child).localname
        if name == "ItemId":
            item_id, change_key = child.get("Id", ""), child.get("ChangeKey", "")
            if max(len(item_id), len(change_key)) > MAX_ID:
                item_id = change_key = ""
        elif name == "ExtendedProperty":
            _read_property(child, properties)
        else:
            _read_text(name, child, texts)
    return RawItem(item_id, change_key, texts, properties)


def versioned(item: RawItem) -> RawItem:
    """An item of a view with a change key. Of a server that sends none, whatever the view tells of it stands in."""
    if item.change_key or not item.item_id:
        return item
    told = "\0".join(f"{name}={text}" for name, text in sorted(item.texts.items()))
    return replace(item, change_key=f"seen:{sha256(told.encode()).hexdigest()}")


def _read_text(name: str, element: etree._Element, texts: dict[str, str]) -> None:
    if name in _ATTRIBUTES:
        attribute, key = _ATTRIBUTES[name]
        if value := element.get(attribute):
            texts[key] = value
    if name == "Organizer":
        texts.update((key, value) for key, path in _ORGANIZER.items() if (value := element.findtext(path)))
    if element.text and len(element) == 0:
        texts[name] = element.text


def _read_property(element: etree._Element, properties: dict[str, str]) -> None:
    uri, value = element.find(f"{TYPES}ExtendedFieldURI"), element.findtext(f"{TYPES}Value")
    name = None if uri is None else uri.get("PropertyName")
    if value and name in _READ:
        properties[name] = value
