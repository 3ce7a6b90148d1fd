"""Text that fits: cut with an ellipsis, or broken into lines. Pure; widths come from a `Measure`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

ELLIPSIS = "…"
LONGEST = 400  # characters anybody looks at; what is beyond is not even measured
_SPACE = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")  # no-break spaces stay
# East Asian text may break anywhere but before closing punctuation and small kana; other text after spaces.
_BREAKS = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
    r"[、。，．：；！？）」』】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ]*"
    r"|[^ \u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+| +"
)


class Measure(Protocol):
    """How wide a text is drawn, in pixels."""

    def __call__(self, text: str, size: float, *, bold: bool = False) -> float: ...


def one_line(text: str, width: float, size: float, measure: Measure, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits into `width` with an ellipsis; empty where nothing does."""
    text = _tidy(text)
    if measure(text, size, bold=bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + ELLIPSIS, size, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS if low else ""


def lines(
    text: str, width: float, size: float, measure: Measure, *, bold: bool = False, most: int = 4
) -> tuple[str, ...]:
    """The text in up to `most` lines no wider than `width`, about equally long; the last one is cut where there is more
    to say."""
    tidy = _tidy(text)
    found = list(_broken(tidy, width, size, measure, bold=bold))
    if len(found) > most:
        found[most - 1 :] = [" ".join(found[most - 1 :])]
    else:
        found = _balanced(tidy, found, width, size, measure, bold=bold)
    return tuple(one_line(line, width, size, measure, bold=bold) for line in found)


def _tidy(text: str) -> str:
    return _SPACE.sub(" ", text[:LONGEST]).strip()


def _balanced(text: str, found: list[str], width: float, size: float, measure: Measure, *, bold: bool) -> list[str]:
    """The same number of lines in the least width that holds them: no word is left alone in the last one."""
    least, most = width / 2, width
    while len(found) > 1 and most - least > size / 2:
        middle = (least + most) / 2
        tried = list(_broken(text, middle, size, measure, bold=bold))
        if len(tried) > len(found):
            least = middle
        else:
            found, most = tried, middle
    return found


def _broken(text: str, width: float, size: float, measure: Measure, *, bold: bool) -> Iterator[str]:
    line = ""
    for piece in _BREAKS.findall(text):
        if line and measure((line + piece).rstrip(), size, bold=bold) > width:
            yield line.strip()
            line = ""
        line += piece
    if line.strip():
        yield line.strip()
