"""Envelopes: requests parsed safely, answers and faults wrapped."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.names import ERRORS, MESSAGES, SOAP, TYPES, Element, local, mt

MAX_REQUEST_BYTES = 8 * 1024 * 1024
# Exchange Server SE as it reports itself.
VERSION = {
    "MajorVersion": "15",
    "MinorVersion": "2",
    "MajorBuildNumber": "2562",
    "MinorBuildNumber": "17",
    "Version": "V2017_07_11",
}


@dataclass(frozen=True, slots=True)
class Impersonation:
    """Whom the request acts for: `kind` is PrimarySmtpAddress, SmtpAddress, PrincipalName or SID."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class SoapRequest:
    """The operation asked for, its element, and the headers that change what it means."""

    operation: str
    element: Element
    impersonation: Impersonation | None
    time_zone: str | None


def parse(body: bytes) -> SoapRequest:
    """Read a request; entities are not expanded, a document type is refused. Raises `SoapFault`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise schema_violation("The request is not well-formed XML.", error.lineno or 1) from error
    if envelope.getroottree().docinfo.internalDTD is not None:
        raise schema_violation("A document type declaration is not allowed.")
    if envelope.tag != f"{{{SOAP}}}Envelope":
        raise schema_violation(f"The element '{local(envelope)}' is not a SOAP envelope.")
    content = envelope.find(f"{{{SOAP}}}Body")
    children = [] if content is None else [child for child in content if isinstance(child.tag, str)]
    if len(children) != 1 or etree.QName(children[0]).namespace != MESSAGES:
        raise schema_violation("The body must hold one operation of the messages namespace.")
    header = envelope.find(f"{{{SOAP}}}Header")
    return SoapRequest(local(children[0]), children[0], _impersonation(header), _time_zone(header))


def envelope(content: Element) -> bytes:
    """A complete answer, the server's version in its header; no XML declaration, so that a stream can hold many."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP})
    header = etree.SubElement(root, f"{{{SOAP}}}Header")
    etree.SubElement(header, f"{{{TYPES}}}ServerVersionInfo", VERSION, nsmap={"h": TYPES})
    etree.SubElement(root, f"{{{SOAP}}}Body").append(content)
    return etree.tostring(root, encoding="utf-8")


def fault(error: EwsError) -> bytes:
    """A SOAP fault as Exchange writes it: the code twice, no header."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP})
    element = etree.SubElement(etree.SubElement(root, f"{{{SOAP}}}Body"), f"{{{SOAP}}}Fault")
    etree.SubElement(element, "faultcode", nsmap={"a": TYPES}).text = f"a:{error.code}"
    string = etree.SubElement(element, "faultstring")
    string.set("{http://www.w3.org/XML/1998/namespace}lang", "en-US")
    string.text = error.text
    detail = etree.SubElement(element, "detail")
    etree.SubElement(detail, f"{{{ERRORS}}}ResponseCode", nsmap={"e": ERRORS}).text = error.code
    etree.SubElement(detail, f"{{{ERRORS}}}Message", nsmap={"e": ERRORS}).text = error.text
    if error.details:
        etree.SubElement(detail, f"{{{TYPES}}}MessageXml", nsmap={"t": TYPES}).extend(error.details)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _impersonation(header: Element | None) -> Impersonation | None:
    sid = None if header is None else header.find(mt("t:ExchangeImpersonation/t:ConnectingSID"))
    if sid is None or len(sid) == 0:
        return None
    return Impersonation(local(sid[0]), (sid[0].text or "").strip())


def _time_zone(header: Element | None) -> str | None:
    zone = None if header is None else header.find(mt("t:TimeZoneContext/t:TimeZoneDefinition"))
    return None if zone is None else zone.get("Id")
