"""Hand-written EWS requests, for what no client library would send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import requests
from lxml import etree

from tests.fakes.exchange import ACCOUNT, PASSWORD, ROOM

_HEAD = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"'
    ' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
)
_CONTENT = {
    "GetFolder": "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
    '<m:FolderIds><t:DistinguishedFolderId Id="calendar">{mailbox}</t:DistinguishedFolderId></m:FolderIds>',
}


@dataclass(frozen=True)
class Answer:
    """`code`: the first response code in the answer, "" when there is none."""

    status: int
    code: str
    body: bytes
    headers: Mapping[str, str]


def envelope(content: str, *, header: str = "") -> str:
    """A request whose body is `content`, which may use the prefixes m: and t:."""
    return f"{_HEAD}<s:Header>{header}</s:Header><s:Body>{content}</s:Body></s:Envelope>"


def post(
    url: str,
    operation: str,
    content: str | None = None,
    *,
    impersonate: str | None = ROOM,
    sid: str = "PrimarySmtpAddress",
    folder_mailbox: str | None = None,
) -> Answer:
    """Send an operation as the service account, with Basic; without `content` one that asks for the calendar folder."""
    mailbox = f"<t:Mailbox><t:EmailAddress>{folder_mailbox}</t:EmailAddress></t:Mailbox>" if folder_mailbox else ""
    inner = _CONTENT[operation].format(mailbox=mailbox) if content is None else content
    header = ""
    if impersonate is not None:
        connecting = f"<t:ConnectingSID><t:{sid}>{impersonate}</t:{sid}></t:ConnectingSID>"
        header = f"<t:ExchangeImpersonation>{connecting}</t:ExchangeImpersonation>"
    return send(url, envelope(f"<m:{operation}>{inner}</m:{operation}>", header=header))


def send(url: str, body: str | bytes) -> Answer:
    """Send any body at all."""
    data = body.encode() if isinstance(body, str) else body
    with requests.Session() as session:
        response = session.post(
            url, data=data, auth=(ACCOUNT, PASSWORD), headers={"Content-Type": "text/xml; charset=utf-8"}, timeout=10
        )
    return Answer(response.status_code, _code(response.content), response.content, response.headers)


def _code(body: bytes) -> str:
    try:
        root = etree.fromstring(body)
    except etree.XMLSyntaxError:
        return ""
    for element in root.iter("{*}ResponseCode"):
        return (element.text or "").strip()
    return ""
