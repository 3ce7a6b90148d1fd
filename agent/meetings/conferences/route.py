"""Path shapes without regular expressions in the way: literal segments with `{names}`.

`/j/{id}` fits a path of exactly two segments; `/p/...` anything below `/p`. Behind `?` stand parameters that must be
there (`/join?confno={id}`), behind `#` how the fragment begins (`/call/#key={key}`). A `{name}` stands for one segment
or value that is not empty; a shape narrows it down. Literals match in any case.

Names: `{id}` is the meeting's id; `{key}` tells meetings apart but is no id for people; `{passcode}` is one; others are
just required.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from agent.meetings.urls import Url

DIGITS = r"\d{3,20}"
WORD = r"[\w.~%@+:-]{1,200}"
"""One path segment as a name: letters of any script, and escapes."""

_ANY = r".{1,2000}"
_NAME = re.compile(r"\{(\w+)\}")


def other_than(*pages: str) -> str:
    """The shape of a name that is none of these pages."""
    return rf"(?!(?:{'|'.join(pages)})$){WORD}"


@dataclass(frozen=True, slots=True)
class Route:
    """One compiled shape; made by `route`. `first`: the first segment when it is literal, lower case."""

    segments: tuple[re.Pattern[str], ...]
    first: str | None
    open_ended: bool
    parameters: tuple[tuple[str, re.Pattern[str]], ...]
    fragment: re.Pattern[str] | None

    def match(self, url: Url) -> dict[str, str] | None:
        """What the names stand for in this address, or None when it has another shape."""
        segments = url.segments
        few, many = len(segments) < len(self.segments), len(segments) > len(self.segments)
        if few or (many and not self.open_ended) or (self.open_ended and not many):
            return None
        found: dict[str, str] = {}
        for pattern, segment in zip(self.segments, segments, strict=False):
            if not _take(pattern, segment, found):
                return None
        for name, pattern in self.parameters:
            value = url.parameter(name)
            if value is None or not _take(pattern, value, found):
                return None
        if self.fragment is not None and not _take(self.fragment, url.fragment or "", found):
            return None
        return found


def route(shape: str, **shapes: str) -> Route:
    """Compile a shape; `shapes` gives the regular expression a `{name}` has to match as a whole (default: anything)."""
    shape, _, fragment = shape.partition("#")
    path, _, query = shape.partition("?")
    segments = [segment for segment in path.split("/") if segment]
    open_ended = segments[-1:] == ["..."]
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return Route(
        first=segments[0].lower() if segments and "{" not in segments[0] else None,
        segments=tuple(_compiled(segment, shapes) for segment in segments[: -1 if open_ended else None]),
        open_ended=open_ended,
        parameters=tuple(
            (name.lower(), _compiled(value if equals else "{any}", shapes | ({} if equals else {"any": ".*"})))
            for name, equals, value in pairs
        ),
        fragment=_compiled(fragment + "{any}" * (not fragment.endswith("}")), shapes) if fragment else None,
    )


def _compiled(template: str, shapes: dict[str, str]) -> re.Pattern[str]:
    parts = _NAME.split(template)
    pattern = "".join(
        f"(?P<{part}>{shapes.get(part, _ANY)})" if at % 2 else re.escape(part) for at, part in enumerate(parts)
    )
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _take(pattern: re.Pattern[str], value: str, found: dict[str, str]) -> bool:
    match = pattern.fullmatch(value) or (pattern.fullmatch(unquote(value)) if "%" in value else None)
    if match is None:
        return False
    found.update(match.groupdict())
    return True
