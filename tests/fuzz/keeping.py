"""Of all inputs a run left, the shortest ones that together take every way through the extractor that any took."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from tests.fuzz.inputs import invitation_of
from tests.fuzz.invariants import check

Step = tuple[str, int, int]
"""File, line before, line."""

_LONGEST = 600


def keep(found: Path, kept: Path) -> list[Path]:
    """Copy what takes a new way into `kept`. Returns the new files."""
    seen: set[Step] = set()
    for path in _shortest_first(kept.iterdir()):
        seen |= steps_of(path.read_bytes())
    new = []
    for path in _shortest_first(found.iterdir()):
        steps = steps_of(path.read_bytes())
        if not steps <= seen:
            seen |= steps
            target = kept / path.name
            target.write_bytes(path.read_bytes())
            new.append(target)
    return new


def steps_of(data: bytes) -> set[Step]:
    """The steps from line to line that reading this input takes."""
    steps: set[Step] = set()
    before: dict[FrameType, int] = {}

    def line(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        if event == "line":
            steps.add((frame.f_code.co_filename, before.get(frame, 0), frame.f_lineno))
            before[frame] = frame.f_lineno
        return line

    def call(frame: FrameType, _event: str, _: Any) -> Callable[..., Any] | None:
        return line if "/agent/meetings/" in frame.f_code.co_filename else None

    invitation = invitation_of(data)
    sys.settrace(call)
    try:
        check(invitation)
    finally:
        sys.settrace(None)
    return steps


def _shortest_first(paths: Iterable[Path]) -> list[Path]:
    sizes = {path: path.stat().st_size for path in paths}
    return sorted((path for path, size in sizes.items() if size <= _LONGEST), key=lambda path: (sizes[path], path.name))
