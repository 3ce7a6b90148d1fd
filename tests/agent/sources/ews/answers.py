"""EWS answers for a scripted server, and the recordings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"'
    ' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">'
    "<s:Header>"
    '<t:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" MinorBuildNumber="4"/>'
    "</s:Header><s:Body>{}</s:Body></s:Envelope>"
)
MESSAGES = "<m:{0}Response><m:ResponseMessages>{1}</m:ResponseMessages></m:{0}Response>"
SUCCESS = (
    '<m:{0}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{1}</m:{0}ResponseMessage>'
)
ERROR = (
    '<m:{0}ResponseMessage ResponseClass="Error"><m:MessageText>room@x.example</m:MessageText>'
    "<m:ResponseCode>{1}</m:ResponseCode></m:{0}ResponseMessage>"
)
_SHARED = Path(os.environ.get("ROOM_AGENT_SHARED") or Path(__file__).parents[5] / "shared")
RECORDINGS = _SHARED / "data" / "recordings" / "ews"
START, END = "2026-11-23T10:00:00Z", "2026-11-23T10:30:00Z"


def head(item_id: str, change_key: str = "1", *, size: int = 2000) -> str:
    """An item as a view lists it."""
    return item(item_id, f"<t:Size>{size}</t:Size>", change_key=change_key)


def item(item_id: str, more: str = "", *, change_key: str = "1", start: str = START, end: str = END) -> str:
    """`start` or `end` empty: left out."""
    times = "".join(f"<t:{name}>{value}</t:{name}>" for name, value in (("Start", start), ("End", end)) if value)
    return f'<t:CalendarItem><t:ItemId Id="{item_id}" ChangeKey="{change_key}"/>{more}{times}</t:CalendarItem>'


def view(*items: str, last: str = "true") -> str:
    """A FindItem answer."""
    folder = (
        f'<m:RootFolder TotalItemsInView="{len(items)}" IncludesLastItemInRange="{last}">'
        f"<t:Items>{''.join(items)}</t:Items></m:RootFolder>"
    )
    return ENVELOPE.format(MESSAGES.format("FindItem", SUCCESS.format("FindItem", folder)))


def contents(*items: str) -> str:
    """A GetItem answer: an item's XML, or an error code, for each."""
    messages = (
        SUCCESS.format("GetItem", f"<m:Items>{each}</m:Items>")
        if each.startswith("<")
        else ERROR.format("GetItem", each)
        for each in items
    )
    return ENVELOPE.format(MESSAGES.format("GetItem", "".join(messages)))


def failure(operation: str, code: str) -> str:
    """An answer whose one response message is an error."""
    return ENVELOPE.format(MESSAGES.format(operation, ERROR.format(operation, code)))


def fault(code: str) -> str:
    """A SOAP fault, as it comes with HTTP 500."""
    errors = "http://schemas.microsoft.com/exchange/services/2006/errors"
    return ENVELOPE.format(
        f"<s:Fault><faultcode>t:{code}</faultcode><faultstring>room@x.example</faultstring><detail>"
        f'<e:ResponseCode xmlns:e="{errors}">{code}</e:ResponseCode>'
        f'<e:Message xmlns:e="{errors}">room@x.example</e:Message>'
        "</detail></s:Fault>"
    )


def recording(name: str) -> bytes:
    """A recorded answer; the test is skipped where the recordings are not."""
    path = RECORDINGS / name
    if not path.exists():
        pytest.skip(f"recordings are not here: {path.parent}")
    return path.read_bytes()
