"""Where the older part of a body begins: a forwarded or quoted message."""

from __future__ import annotations

import re

from agent.meetings import vocabulary
from agent.meetings.labels import matcher, terms

_LONGEST_LINE = 2_000
_MARK = r"[> \t*_]{0,12}+"
_FROM = matcher(terms(vocabulary.QUOTE_FROM)).pattern
_SENT = matcher(terms(vocabulary.QUOTE_SENT)).pattern
_RULE = matcher(terms(vocabulary.QUOTE_RULE)).pattern
_COLON = r"[ \t*]{0,3}[:：]"
_START = re.compile(
    rf"^{_MARK}(?=[^\s\d])(?:-{{2,20}}[ \t]*[^\n-]{{0,20}}(?:{_RULE})[^\n]{{0,30}}?-{{2,20}}[ \t]*$"
    rf"|(?:{_FROM}){_COLON}[^\n]{{0,300}}\n(?:[^\n]{{0,300}}\n){{0,2}}{_MARK}(?:{_SENT}){_COLON})",
    re.IGNORECASE | re.MULTILINE,
)
_NAME = r"[^\W\d][^\n:：@<>\ufffc]{0,24}"
_ANY_LANGUAGE = re.compile(
    rf"^{_MARK}{_NAME}{_COLON}[^\n:<]{{1,80}}<[^\s<>@]{{1,64}}@[^\s<>@]{{3,200}}>[ \t]*\n"
    rf"{_MARK}{_NAME}{_COLON}(?=[^\n]{{0,80}}(?:\d[:.]\d\d|\b20\d\d\b))[^\n\ufffc]{{6,80}}\n{_MARK}{_NAME}{_COLON}",
    re.MULTILINE,
)
"""Three header lines whose names we do not know: somebody's name with address, a date or time, another one."""


def quoted_from(text: str) -> int:
    """The offset where the older part begins; the text's length when there is none."""
    starts = [found.start() for pattern in (_START, _ANY_LANGUAGE) if (found := pattern.search(text)) is not None]
    return min(starts, default=len(text))


def is_quoted_line(text: str, offset: int) -> bool:
    """Whether the line of this offset is marked with ">" as somebody's earlier words."""
    earliest = max(0, offset - _LONGEST_LINE)
    end_of_previous = text.rfind("\n", earliest, offset)
    return (end_of_previous >= 0 or earliest == 0) and text.startswith(">", end_of_previous + 1)
