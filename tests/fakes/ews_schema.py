"""Microsoft's EWS schema over everything that passed between a client and the demo Exchange.

The schema is data beside the checkout: `$ROOM_AGENT_SHARED/data/ews-schema` or `../shared/data/ews-schema`.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from lxml import etree

ABSENT = "Microsoft's EWS schema is not there (ROOM_AGENT_SHARED, or a shared folder beside the checkout)"
_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
_MESSAGES = "{http://schemas.microsoft.com/exchange/services/2006/messages}"
_TYPES = "{http://schemas.microsoft.com/exchange/services/2006/types}"


def schema_file() -> Path | None:
    """messages.xsd, or None where nobody put it."""
    beside = Path(__file__).resolve().parents[3] / "shared"
    root = Path(os.environ.get("ROOM_AGENT_SHARED", beside))
    path = root / "data" / "ews-schema" / "messages.xsd"
    return path if path.exists() else None


class SchemaCheck:
    """An observer for `DemoServer`. `violations`: what the schema does not allow; empty where there is no schema."""

    def __init__(self) -> None:
        self.seen = 0
        self.violations: list[str] = []

    def __call__(self, request: bytes, answer: bytes) -> None:
        known = schema()
        if known is None:
            return
        self.seen += 1
        told = _content(answer)
        if told.tag == f"{_SOAP}Fault":
            return  # faults are not in the schema, and their requests may break it on purpose
        for content in (_content(request), told):
            _as_the_schema_has_it(content)
            if not known.validate(content):
                self.violations.append(f"{etree.QName(content).localname}: {known.error_log}")


@cache
def schema() -> etree.XMLSchema | None:
    """The schema of all messages, or None where nobody put it."""
    path = schema_file()
    return None if path is None else etree.XMLSchema(etree.parse(str(path)))


def _content(envelope: bytes) -> etree._Element:
    """The first child of the SOAP body, in a document of its own."""
    body = etree.fromstring(envelope).find(f"{_SOAP}Body")
    assert body is not None, "a SOAP envelope"
    return etree.fromstring(etree.tostring(body[0]))


def _as_the_schema_has_it(content: etree._Element) -> None:
    """Servers send m:Notification where the schema wants t:Notification (README of the schema)."""
    for notifications in content.iter(f"{_MESSAGES}Notifications"):
        for notification in notifications:
            notification.tag = f"{_TYPES}Notification"
