"""Which font file has a character: Noto Sans and its sisters where Debian puts them, else what fontconfig knows."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

NOTO = Path("/usr/share/fonts/truetype/noto")
CJK = Path("/usr/share/fonts/opentype/noto")
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
_FC_MATCH_S = 3.0
_BLOCKS = 32
_CJK_INDEX = {"ja": 0, "ko": 1, "zh": 2, "zh-tw": 3, "zh-hk": 4}  # faces of Noto Sans CJK's collections
_ARABIC = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))
_EAST_ASIAN = (
    (0x1100, 0x11FF), (0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)  # fmt: skip
_PLAIN = ((0x0000, 0x052F), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2116, 0x2116), (0x2122, 0x2122))


@dataclass(frozen=True, slots=True)
class Face:
    """A font's file and its place in a collection. An empty path: nothing better than Pillow's own font."""

    path: str
    index: int = 0


@lru_cache(maxsize=1024)
def face_for(char: str, language: str = "en", *, bold: bool = False) -> Face:
    """The face that has a character. Han characters look as the language writes them (Japanese unless told)."""
    point = ord(char)
    weight = "Bold" if bold else "Regular"
    if _within(point, _PLAIN):
        return _first(NOTO / f"NotoSans-{weight}.ttf", "a", bold=bold)
    if _within(point, _ARABIC):
        return _first(NOTO / f"NotoSansArabic-{weight}.ttf", "\u0627", bold=bold)
    if _within(point, _EAST_ASIAN):
        index = _CJK_INDEX.get(language.lower(), _CJK_INDEX.get(language.lower().partition("-")[0], 0))
        return _first(CJK / f"NotoSansCJK-{weight}.ttc", "\u6f22", bold=bold, index=index)
    return _of_block(point & ~0x7F, bold=bold)


def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in ranges)


@lru_cache(maxsize=_BLOCKS)
def _of_block(start: int, *, bold: bool) -> Face:
    """The face for a stretch of 128 characters. Asking takes 10 ms: names from outside may not ask without end."""
    if _of_block.cache_info().misses > _BLOCKS:
        return _matched("a", bold=bold)
    letters = (chr(point) for point in range(start, start + 0x80) if unicodedata.category(chr(point))[0] in "LSNP")
    return _matched(next(letters, "a"), bold=bold)


@cache
def _first(path: Path, sample: str, *, bold: bool, index: int = 0) -> Face:
    return Face(str(path), index) if path.is_file() else _matched(sample, bold=bold)


@cache
def _matched(sample: str, *, bold: bool) -> Face:
    """What fontconfig has for a character, asked once; DejaVu Sans where there is no fontconfig."""
    dejavu = DEJAVU / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    fallback = Face(str(dejavu) if dejavu.is_file() else "")
    program = shutil.which("fc-match")
    if program is None:
        return fallback
    pattern = f"sans-serif:weight={200 if bold else 80}:charset={ord(sample):x}"
    try:
        answer = subprocess.run(  # noqa: S603  the pattern is made of numbers
            [program, "--format=%{file}\\n%{index}", pattern], capture_output=True, timeout=_FC_MATCH_S, check=True
        ).stdout.decode()
        path, _, number = answer.partition("\n")
        return Face(path, int(number) & 0xFFFF) if Path(path).is_file() else fallback
    except (OSError, ValueError, subprocess.SubprocessError):
        return fallback
