"""The many ways in which servers write the same EWS answer. Shares nothing with the demo Exchange, on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from xml.sax.saxutils import escape, quoteattr

URIS = {
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "m": "http://schemas.microsoft.com/exchange/services/2006/messages",
    "t": "http://schemas.microsoft.com/exchange/services/2006/types",
    "e": "http://schemas.microsoft.com/exchange/services/2006/errors",
    "x": "urn:example:not-microsoft",
    "": "",
}


@dataclass(frozen=True)
class Node:
    """An element: `name` with one of the keys of URIS as prefix, "t:Items". Text or children, not both."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: Sequence[Node] = ()
    text: str = ""


def node(name: str, *children: Node, text: str = "", **attributes: str) -> Node:
    return Node(name, attributes, children, text)


def utc(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_fraction(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.1234567Z")


def with_offset(value: datetime) -> str:
    return value.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """`prefixes`: what stands for s, m, t and e; an empty one is the default namespace. `local`: each element declares
    its own namespace. `version`: attributes of ServerVersionInfo, None for none. `without`: elements never sent.
    `last`: IncludesLastItemInRange when nothing was cut, None for none; `total`: TotalItemsInView, None for the truth.
    """

    prefixes: Mapping[str, str] = field(default_factory=lambda: {"s": "s", "m": "m", "t": "t", "e": "e", "x": "x"})
    local: bool = False
    before: bytes = b'<?xml version="1.0" encoding="utf-8"?>'
    encoding: str = "utf-8"
    indent: bool = False
    comments: bool = False
    backwards: bool = False
    unknown: bool = False
    version: Mapping[str, str] | None = field(
        default_factory=lambda: {"MajorVersion": "15", "MinorVersion": "1", "Version": "V2017_07_11"}
    )
    time: Callable[[datetime], str] = utc
    without: frozenset[str] = frozenset()
    zone_id: str = ""
    body_as_text: bool = False
    empty_items: bool = True
    property_uri: Mapping[str, str] = field(default_factory=lambda: {"DistinguishedPropertySetId": "PublicStrings"})
    last: str | None = "true"
    total: str | None = None

    def document(self, content: Node) -> bytes:
        """The SOAP envelope around a body's content."""
        info = [] if self.version is None else [Node("t:ServerVersionInfo", self.version)]
        header = [node("s:Header", *info)] if info or self.indent else []
        envelope = node("s:Envelope", *header, node("s:Body", content))
        return self.before + self._write(envelope, "", 0, top=True).encode(self.encoding, "xmlcharrefreplace")

    def _write(self, element: Node, default: str, depth: int, *, top: bool = False) -> str:
        short, _, local_name = element.name.partition(":")
        prefix, uri = self.prefixes.get(short, short), URIS[short]
        name = f"{prefix}:{local_name}" if prefix else local_name
        attributes = list(element.attributes.items())
        if not prefix and default != uri:
            attributes.insert(0, ("xmlns", uri))
            default = uri
        elif prefix and self.local:
            attributes.append((f"xmlns:{prefix}", uri))
        if top and not self.local:
            attributes += [(f"xmlns:{used}", URIS[each]) for each, used in self.prefixes.items() if used]
        if self.unknown and local_name in ("Items", "CalendarItem", "RootFolder"):
            attributes.append(("Novelty", "1"))
        written = "".join(f" {key}={quoteattr(value)}" for key, value in self._order(attributes))
        inner = self._inner(element, default, depth)
        return f"<{name}{written}/>" if not inner else f"<{name}{written}>{inner}</{name}>"

    def _order(self, attributes: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        return list(reversed(attributes)) if self.backwards else attributes

    def _inner(self, element: Node, default: str, depth: int) -> str:
        if element.text:
            return escape(element.text)
        children = list(element.children)
        if element.name.endswith("CalendarItem"):
            if self.unknown:
                children += [node("t:EnhancedLocation", node("t:DisplayName", text="x")), node("x:Extra", text="?")]
            if self.backwards:
                children.reverse()
        if not children:
            return ""
        gap = "\n" + "  " * (depth + 1) if self.indent else ""
        note = f"{gap}<!-- a note --><?proxy was here?>" if self.comments else ""
        inside = "".join(f"{gap}{self._write(child, default, depth + 1)}" for child in children)
        return f"{note}{inside}{gap[:-2] if gap else ''}"
