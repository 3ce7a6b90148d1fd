"""XML names of EWS and how elements are built: `m()` for messages, `t()` for types."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"

_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")

Element = etree._Element  # noqa: SLF001  # lxml has no public name for it
Child = Element | str | None


def m(tag: str, *children: Child, **attributes: str) -> Element:
    """An element of the messages namespace. Children: elements, text, or None for what is not there."""
    return _element(MESSAGES, tag, children, attributes)


def t(tag: str, *children: Child, **attributes: str) -> Element:
    """An element of the types namespace."""
    return _element(TYPES, tag, children, attributes)


def mt(path: str) -> str:
    """A find() path with the prefixes m: and t: written out."""
    return path.replace("m:", f"{{{MESSAGES}}}").replace("t:", f"{{{TYPES}}}")


def local(element: Element) -> str:
    """The tag without its namespace; "" for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def instant(value: datetime) -> str:
    """xs:dateTime as Exchange writes it: UTC, whole seconds."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def boolean(value: bool) -> str:
    return "true" if value else "false"


def _element(namespace: str, tag: str, children: tuple[Child, ...], attributes: dict[str, str]) -> Element:
    element = etree.Element(f"{{{namespace}}}{tag}", attributes, nsmap={"m": MESSAGES, "t": TYPES})
    for child in children:
        if isinstance(child, str):
            element.text = xml_text(child)
        elif child is not None:
            element.append(child)
    return element


def xml_text(value: str) -> str:
    """The text without what XML 1.0 cannot carry (control characters, lone surrogates)."""
    return _NOT_XML.sub("", value)
