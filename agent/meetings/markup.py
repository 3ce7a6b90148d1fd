"""HTML to text with its links, by libxml2's parser; only what a reader of the mail would see.

Comments, style, script, hidden and struck-out content are dropped. Block elements become
lines, table cells tabs, `<hr>` a line of underscores. A link stands in the text as `OBJECT` after its caption; its
address is what `href` says.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import cast
from urllib.parse import unquote

from lxml import etree

from agent.meetings import limits
from agent.meetings.budget import affordable, of_markup
from agent.meetings.characters import OBJECT, clean
from agent.meetings.links import without_urls

RULE = "\n" + "_" * 12 + "\n"


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LINES = _names(
    "address article aside blockquote body br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li"
    " main ol p pre section table tbody tr ul"
)
_BREAKING = _LINES | {"td", "th"}
_SPOKEN = _BREAKING | {"a", "area"}
"""Elements that change the text by being there."""

_UNSEEN = _names("style script template title object svg math noembed select textarea iframe video audio")
_DROPPED = _UNSEEN | _names("s strike del")
_VOID = _names("area base br col embed hr img input link meta source track wbr")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|text-decoration[\w\s:-]{0,40}line-through"
)
_LONG_STYLE = 400
"""Characters of a style that is looked at once; mails repeat theirs."""

_BREAKS = re.compile(r"[\t\n]")
_SPACES = re.compile(r"[ \t\n]+")
_TAG = re.compile(r"<(?:/?([a-z][a-z0-9]{0,9})(?=[\s/>])|!doctype|!--)", re.IGNORECASE)
_TAGS = _LINES | _names("html head span a td th b i u strong em font img meta style s del strike")
_BRACKETED = re.compile(r"<(?=[hmtsz])(?=(?:https?|zoommtg|msteams|tel|mailto|sips?|h323):)", re.IGNORECASE)
_RUN = re.compile("<{3,}")
_DIALLED = ("tel:", "mailto:", "sip:", "sips:", "h323:")


def is_markup(text: str) -> bool:
    """Whether this is HTML, whatever it was declared as."""
    tags = islice(_TAG.finditer(text), limits.UNKNOWN_TAGS)
    return any(tag[1] is None or tag[1].lower() in _TAGS for tag in tags)


def read_markup(source: str) -> tuple[str, list[str]]:
    """The visible text, with one `OBJECT` for every anchor, and the anchors' addresses in order."""
    source = _BRACKETED.sub("&lt;", _RUN.sub("<", source) if "<<<" in source else source)
    head, tail = affordable(source, of_markup, limits.MARKUP, "<")
    page = _Page()
    _read(source, 0, head, page)
    if tail < len(source):
        page.forget_open()
        _read(source, tail, len(source), page)
    return page.text(), page.targets


def _read(source: str, at: int, end: int, page: _Page) -> None:
    parser = _parser(page)
    while at < end:
        cut = source.find("<", at + limits.HTML_STEP, end)
        cut = end if cut < 0 else cut
        try:
            parser.feed(source[at:cut])
        except etree.LxmlError:
            parser = _parser(page)
        if page.depth > limits.HTML_DEPTH:
            _finish(parser, page)
            page.forget_open()
            parser = _parser(page)
        at = cut
    _finish(parser, page)


def _finish(parser: etree.HTMLParser, page: _Page) -> None:
    """Let the parser hand over the text it still holds."""
    try:
        parser.close()
    except etree.LxmlError:
        page.close()


def _parser(page: _Page) -> etree.HTMLParser:
    """Reads no file and no network; the text is already Unicode, so a declared charset does not matter."""
    return etree.HTMLParser(target=cast("etree.ParserTarget", page), huge_tree=True, no_network=True)


class _Page:
    """Receives the parser's events."""

    def __init__(self) -> None:
        self.targets: list[str] = []
        self._pieces: list[str] = []
        self._open: list[bool] = []
        self._unseen = 0
        self._preformatted = 0
        self._href: str | None = None
        self._caption = 0
        self._caption_unseen = False

    @property
    def depth(self) -> int:
        return len(self._open)

    def text(self) -> str:
        return "".join(self._pieces)

    def forget_open(self) -> None:
        """Start over at the top: deeper than any mail, and the parser would need quadratic time."""
        self._end_link()
        self._open.clear()
        self._unseen = self._preformatted = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        unseen = tag in _DROPPED or (bool(attributes) and _hides(attributes))
        self._open.append(unseen)
        self._unseen += unseen
        if tag not in _SPOKEN:
            return
        self._preformatted += tag == "pre"
        if self._unseen:
            return
        if tag in _BREAKING:
            self._break(tag)
        elif tag in ("a", "area"):
            self._end_link()
            self._href = attributes.get("href")
            self._caption = len(self._pieces)
            self._caption_unseen = False
            if tag == "area":
                self._end_link()

    def end(self, tag: str) -> None:
        if self._open and self._open.pop():
            self._unseen -= 1
            return
        if tag not in _SPOKEN:
            return
        self._preformatted -= tag == "pre" and self._preformatted > 0
        if tag == "a" and not self._unseen:
            self._end_link()
        if not self._unseen and tag in _LINES and tag not in _VOID:
            self._break(tag)

    def data(self, data: str) -> None:
        if self._unseen:
            self._caption_unseen = self._caption_unseen or not data.isspace()
            return
        if data == "\n" and not self._preformatted:
            data = " "
        elif not data.isascii() or not data.isprintable() or "  " in data:
            data = clean(data)
            if not self._preformatted:
                data = _SPACES.sub(" ", data)
        if data != " " or not self._at_line_start():
            self._pieces.append(data)

    def comment(self, text: str) -> None:
        """Not text."""

    def close(self) -> None:
        self._end_link()

    def _break(self, tag: str) -> None:
        if tag == "hr":
            if self._pieces[-1:] != [RULE]:
                self._pieces.append(RULE)
        elif tag in ("td", "th"):
            self._pieces.append("\t")
        elif tag == "br" or (tag in _LINES and not self._at_line_start()):
            self._pieces.append("\n")

    def _at_line_start(self) -> bool:
        return not self._pieces or self._pieces[-1] == "\n"

    def _end_link(self) -> None:
        """Put the link behind its caption. The address decides: a caption that looks like one is dropped. A link whose
        whole caption is hidden or struck out is dropped with it."""
        href, self._href = self._href, None
        if href is None:
            return
        caption = "".join(self._pieces[self._caption :])
        del self._pieces[self._caption :]
        if self._caption_unseen and not caption.strip():
            return
        target = clean(href).strip()
        if target.lower().startswith(_DIALLED):
            dialled = re.sub("^mailto:", "", unquote(target), flags=re.IGNORECASE).partition("?")[0]
            self._pieces.append(without_urls(caption))
            if dialled not in caption:
                self._pieces.append(f" {dialled} ")
            return
        self._pieces.append(without_urls(caption) + OBJECT)
        self.targets.append(_BREAKS.sub("", target))


def _hides(attributes: dict[str, str]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style", "")
    return _style_hides(style) if len(style) < _LONG_STYLE else _HIDING.search(style.lower()) is not None


@lru_cache(512)
def _style_hides(style: str) -> bool:
    return _HIDING.search(style.lower()) is not None
