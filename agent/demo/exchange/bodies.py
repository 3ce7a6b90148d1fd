"""Bodies in the type that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from agent.demo import world as w
from agent.demo.exchange.names import Element, t, xml_text

_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol", "hr"})
_UNSEEN = frozenset({"head", "style", "script", "title"})


def body(booking: w.Booking, body_type: str) -> Element:
    """`Body` as HTML, as text, or (Best) as whatever the item has."""
    if body_type == "Text" or (body_type == "Best" and not booking.body_html and booking.body_text):
        return t("Body", text_of(booking), BodyType="Text")
    return t("Body", booking.body_html or as_html(booking.body_text), BodyType="HTML")


def text_of(booking: w.Booking) -> str:
    """The plain text; made from the HTML as Exchange does, with link targets behind the label: `label<https://…>`."""
    if booking.body_text is not None:
        return booking.body_text
    return plain_text(booking.body_html)


def plain_text(page: str) -> str:
    """The text of an HTML page."""
    if not page.strip():
        return ""
    source = xml_text(page).encode()
    try:
        root = html.document_fromstring(source, parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:
        return ""
    text = re.sub(r"[ \t]+\n", "\n", "".join(_pieces(root)))
    return re.sub(r"\n{3,}", "\n\n", text).strip().replace("\n", "\r\n")


def _pieces(root: Element) -> Iterator[str]:
    """The text in reading order, without recursion: bodies may be nested deeply."""
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _BLOCKS:
                yield "\n"
            if not tag or tag in _UNSEEN:
                walk.skip_subtree()
            else:
                yield _squeezed(element.text)
            continue
        target = element.get("href") if tag == "a" else None
        if target and target != (element.text or "").strip():
            yield f"<{target}>"
        if tag in _BLOCKS and tag != "br":
            yield "\n"
        yield _squeezed(element.tail)


def _squeezed(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def as_html(text: str | None) -> str:
    """The plain text as a page; empty for nothing."""
    if not text:
        return ""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>\n")
    return f"<html><body>{escaped}</body></html>"
