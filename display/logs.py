"""What the display's processes log, on stderr: with the journal's priorities where it is the journal's, with the time
elsewhere. Addresses lose their path, which may hold a passcode, and of an exception only its type and place is told:
its words may quote a page."""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*://[^/?#\s\"'<>]*)[/?#][^\s\"'<>]*", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FRAMES = 3
ExcInfo: TypeAlias = "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]"


def configure(level: str, environ: Mapping[str, str] = os.environ) -> None:
    """Log from this level on: "debug", "info", "warning", "error"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(journal="JOURNAL_STREAM" in environ))
    logging.basicConfig(handlers=[handler], level=level.upper())
    logging.getLogger("asyncio").setLevel(max(logging.WARNING, logging.root.level))


class OneLine(logging.Formatter):
    """A line for each record, so that no text can forge another. `journal`: it begins with its priority
    (sd-daemon(3))."""

    def __init__(self, *, journal: bool) -> None:
        super().__init__("%(name)s: %(message)s" if journal else "%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another formatter's, with the exception's words
        text = _CONTROL.sub(" ", _ADDRESS.sub(r"\1/…", super().format(record)))
        return f"<{priority_of(record.levelno)}>{text}" if self._journal else text

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  the library's name
        """The exception's type, and where it was raised: the innermost frames, the place itself last."""
        found = traceback.extract_tb(ei[2])[-_FRAMES:]
        places = (f"{Path(each.filename).parent.name}/{Path(each.filename).name}:{each.lineno}" for each in found)
        return f"{ei[0].__name__ if ei[0] else 'nothing'} at {' '.join(places)}"


def priority_of(level: int) -> int:
    """The journal's priority for a level of the standard library."""
    return next((priority for least, priority in _PRIORITIES if level >= least), 7)
