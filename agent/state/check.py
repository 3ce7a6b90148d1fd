"""One measurement of the status document. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`code` is stable; `output` says more, else it is None. `part`: which one of several, as people call it."""

    key: str
    status: str
    code: str
    value: str | float | bool | None = None
    unit: str | None = None
    since: datetime | None = None
    output: str | None = None
    part: str = ""
