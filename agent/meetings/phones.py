"""Telephone numbers of a meeting, with the code to type after them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from agent.meetings import vocabulary
from agent.meetings.labels import matcher, terms

_NUMBER = re.compile(
    r"(?<![\w.@/+*#,=-])(?P<number>(?>\+[ ]?\d{1,4}+(?:[ ]?\(0\))?(?:[ .\-/]{0,2}+\(?\d{1,5}+\)?){1,7}+"
    r"|1[ .\-]\(?\d{3}\)?[ .\-]\d{3}[ .\-]\d{4}))(?!\d)"
    r"(?P<code>[ ]?(?:,{1,6}|;|x|p)[ ]?(?:\*\d{1,2}\*)?(?P<digits>\d[\d \-]{1,22}\d|\d{3,20})#{0,2})?"
)
"""Digits are taken without going back: a run of them can be cut in very many ways."""

_TYPED = re.compile(r"[^\d\n+]{1,40}(\d[\d \-]{2,20})#")
"""Digits that end in "#" behind a number, whatever the word between."""

_TEL = re.compile(r"\btel:([+%\w\-.(),*#;=]{3,80})", re.IGNORECASE)
_ANNOUNCED = matcher(terms(vocabulary.PHONES))
_CONTACT = matcher(term.rstrip(":.") for term in terms(vocabulary.CONTACT))
_LEAST, _MOST = 7, 15


@dataclass(frozen=True, slots=True)
class Phone:
    """A printed number and the code printed with it, if any. `contact`: announced like somebody's own number."""

    number: str
    code: str | None
    start: int
    end: int
    contact: bool


def decode_tel(text: str) -> str:
    """`tel:` addresses without scheme and escapes, so that they read like printed numbers."""
    if "tel:" not in text.lower():
        return text
    return _TEL.sub(lambda found: unquote(found[1], errors="replace"), text)


def find_phones(text: str) -> Iterator[Phone]:
    """All numbers with country code, in order."""
    for found in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", found["number"].replace("(0)", ""))
        if not _LEAST <= len(digits) <= _MOST:
            continue
        code = re.sub(r"\D", "", found["digits"]) if found["digits"] else None
        typed = _TYPED.match(text, found.end()) if code is None else None
        code = re.sub(r"\D", "", typed[1]) if typed is not None else code
        yield Phone("+" + digits, code, found.start(), found.end(), _is_contact(text, found.start()))


def announcements(text: str) -> list[int]:
    """Where the text says that one can dial in."""
    return [found.start() for found in _ANNOUNCED.finditer(text.lower())]


def _is_contact(text: str, start: int) -> bool:
    line = text[max(0, start - 60) : start].rpartition("\n")[2].strip(" \t:.|•*-()").lower()
    return _CONTACT.fullmatch(line.rstrip(".:")) is not None or _CONTACT.fullmatch(line.rpartition(" ")[2]) is not None
