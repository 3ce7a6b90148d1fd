"""What a request asks for beside its path: OData options and the Prefer header."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from agent.demo.exchange.zones import iana_name
from agent.demo.graph.errors import GraphError

EVENT = "microsoft.graph.eventMessage/event"
_PREFERENCE = re.compile(r'([A-Za-z.\-]+)\s*=\s*"?([^",]*)"?')
_PROPERTY = re.compile(r"id eq '([^']+)'")
_MARKED = re.compile(
    r"singleValueExtendedProperties/Any\(ep: ep/id eq '([^']+)' and ep/value eq '((?:[^']|'')*)'\)", re.IGNORECASE
)
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """`select` None: everything. `expanded`: ids of the extended properties that were named, in lower case.

    `zone`: times are told in it; `zone_name` is how it was asked for. `text`: bodies as plain text.
    """

    options: dict[str, str] = field(default_factory=dict)
    select: frozenset[str] | None = None
    expanded: frozenset[str] = frozenset()
    zone: tzinfo = UTC
    zone_name: str = "UTC"
    text: bool = False
    page_size: int | None = None

    @property
    def marked(self) -> frozenset[tuple[str, str]] | None:
        """Id and value of the extended property that a `$filter` asks for; None without one."""
        if "$filter" not in self.options:
            return None
        found = _MARKED.fullmatch(self.options["$filter"].strip())
        if found is None:
            raise GraphError(400, "ErrorInvalidUrlQueryFilter", "The query filter is invalid.")
        return frozenset({(mark_of(found[1]), found[2].replace("''", "'"))})

    @property
    def with_event(self) -> bool:
        """Whether messages are told with the events they are about."""
        return self.options.get("$expand", "").startswith(EVENT)

    @property
    def top(self) -> int:
        """Items on a page of a list."""
        size = self.options.get("$top", "10")
        if not size.isdecimal() or not 1 <= int(size) <= _MOST:
            raise GraphError(400, "ErrorInvalidUrlQueryFilter", f"$top is 1 to {_MOST}.")
        return int(size)

    def number(self, name: str) -> int:
        value = self.options.get(name, "0")
        return int(value) if value.isdecimal() and len(value) < 10 else 0

    def window(self) -> tuple[datetime, datetime]:
        """StartDateTime and endDateTime; without an offset they are UTC, whatever Prefer says."""
        try:
            start, end = (datetime.fromisoformat(self.options[name]) for name in ("startDateTime", "endDateTime"))
        except (KeyError, ValueError):
            raise GraphError(400, "ErrorInvalidParameter", "startDateTime and endDateTime are needed.") from None
        return tuple(each.astimezone(UTC) if each.tzinfo else each.replace(tzinfo=UTC) for each in (start, end))  # type: ignore[return-value]  # two of them


def mark_of(property_id: str) -> str:
    """Set and name of a string property, as marks are kept: "set/name"; "" for any other id."""
    words = property_id.split()
    if len(words) != 4 or (words[0].lower(), words[2].lower()) != ("string", "name"):
        return ""
    return f"{words[1].strip('{}').lower()}/{words[3]}"


def read_query(raw: bytes, prefer: str | None) -> Query:
    """From the query string and the Prefer header. Raises `GraphError` for what Graph refuses."""
    options = dict(parse_qsl(raw.decode("latin-1"), keep_blank_values=True))
    wishes = {name.lower(): value for name, value in _PREFERENCE.findall(prefer or "")}
    zone_name = wishes.get("outlook.timezone", "UTC")
    size = wishes.get("odata.maxpagesize", "")
    select = options.get("$select")
    return Query(
        options,
        frozenset(name.strip() for name in select.split(",")) if select else None,
        _expanded(options.get("$expand")),
        UTC if zone_name == "UTC" else ZoneInfo(iana_name(zone_name)),
        zone_name,
        wishes.get("outlook.body-content-type", "html").lower() == "text",
        int(size) if size.isdecimal() and 1 <= int(size) <= _MOST else None,
    )


def _expanded(text: str | None) -> frozenset[str]:
    """Without an inner `$filter` an expansion gives nothing, as with the real one."""
    text = (text or "").removeprefix(EVENT).removeprefix(",")
    if not text:
        return frozenset()
    if not text.startswith("singleValueExtendedProperties("):
        raise GraphError(400, "RequestBroker--ParseUri", f"Could not find a property named '{text[:40]}'.")
    return frozenset(each.lower() for each in _PROPERTY.findall(text))
