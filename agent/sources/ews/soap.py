"""From an answer's bytes to its XML, whole or not at all.

exchangelib parses one byte at a time, and with a parser that silently ends where the trouble starts: a cut-off answer
would look like a shorter calendar (exchange.md 3.4, patch 2). Here an answer is well-formed or refused. The one defect
that is mended is characters XML 1.0 forbids, which Exchange copies from mails into its answers
(recording broken-getitem-control-characters.xml).
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from lxml import etree

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
MESSAGES = "{http://schemas.microsoft.com/exchange/services/2006/messages}"
TYPES = "{http://schemas.microsoft.com/exchange/services/2006/types}"

_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SOAP_START = re.compile(r"^[\s\ufeff]*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:[\w.-]+:)?Envelope\b", re.DOTALL)
_BEFORE = re.compile(rb"^(?:\xef\xbb\xbf|\s)+(?=<)")


class NotSoapError(Exception):
    """The bytes are not a well-formed SOAP envelope."""


def looks_like_soap(content: bytes) -> bool:
    """Whether the bytes begin as an envelope does, with whatever prefix and in UTF-8 or UTF-16."""
    charset = "utf-16" if content[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8"
    return _SOAP_START.match(content[:2048].decode(charset, "replace")) is not None


def parse_envelope(content: bytes) -> tuple[etree._Element | None, etree._Element]:
    """The envelope's header (None without one) and body. Raises `NotSoapError`; entities and DTDs are refused."""
    root = _parse(content)
    body = root.find(f"{SOAP}Body")
    if body is None:
        raise NotSoapError("no SOAP body")
    return root.find(f"{SOAP}Header"), body


def _parse(content: bytes) -> etree._Element:
    try:
        return _strictly(content)
    except etree.XMLSyntaxError:
        try:
            return _strictly(_without_forbidden(content))
        except etree.XMLSyntaxError as error:
            raise NotSoapError("not well-formed") from error


def _strictly(content: bytes) -> etree._Element:
    """Without comments and processing instructions: they are no elements, and nobody has to step over them."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    before = _BEFORE.match(content)
    root = etree.fromstring(content[before.end() :] if before else content, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotSoapError("a document type, which SOAP forbids")
    return root


def _without_forbidden(content: bytes) -> bytes:
    text = content.decode("utf-8-sig", "replace")
    return _FORBIDDEN.sub("", _REFERENCE.sub(_legal_reference, text)).encode()


def _legal_reference(match: re.Match[str]) -> str:
    digits = match.group(1) or match.group(2)
    number = int(digits[-9:], 16 if match.group(1) else 10) if len(digits.lstrip("0")) < 9 else 0
    return match.group() if 0 < number <= 0x10FFFF and not _FORBIDDEN.match(chr(number)) else ""
