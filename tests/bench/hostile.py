"""Bodies that are made to be slow: one pattern, as long as wanted."""

from __future__ import annotations

_UNITS = {
    "tags": "<b><i>",
    "paragraphs": "<p>",
    "unknown tags": "<x1>",
    "tables": "<table><tr><td>",
    "anchors": "<a href=x>",
    "mail links": '<a href="mailto:a@b.c">',
    "hidden text": '<span style="display:none">x',
    "attributes": "<p a=1 b=2 c=3>",
    "open brackets": "<b",
    "broken links": "<https://zoom.us\n",
    "links": "https://zoom.us/j/81234567890 ",
    "wrapped links": "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F81234567890 ",
    "host names": "a.b/",
    "references": "&amp;amp;amp;",
    "soft breaks": "=\n",
    "escapes": "=3D",
    "accents": "e\u0301",
    "invisible": "\u200b",
    "numbers": "+1 650 555 0100,,123456789# ",
    "addresses": "a@b.c ",
    "labels": "Meeting ID: ",
    "passcodes": "Passcode: \n",
    "chinese labels": "\u4f1a\u8bae\u53f7\uff1a123 456 789\n",
    "headers": "From: a\nSent: b\n",
    "ruled lines": "________________\n",
    "brackets": "(((",
    "comments": "<!--",
    "one word": "a",
}

SHAPES = tuple(f"{name}{kind}" for name in _UNITS for kind in ("", " in markup"))


def hostile(shape: str, size: int) -> str:
    """`size` bytes of a shape."""
    name, _, markup = shape.partition(" in markup")
    unit = _UNITS[name]
    start = "<html><body><p>" if shape != name else ""
    return start + (unit * (size // len(unit.encode()) + 1)) + markup
