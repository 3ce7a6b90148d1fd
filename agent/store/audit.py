"""What was done to this box, by whom and when, in a file that shows when somebody changed it.

`STATE/audit.jsonl` (0600) holds one entry a line, each with the SHA-256 of the line before (`agent.store.audit_chain`);
`STATE/audit.mark` says where it ends. At `SIZE` the file becomes `audit.1.jsonl`, in place of an older one, and the
first entry of the new file holds the hash of the last one of the old: the chain goes through both.

There is no key in this: who may write the state directory can write a whole new log. Each entry's number and hash go to
the program's log too, which a site sends elsewhere.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import structlog

from agent import wire
from agent.ports import Clock
from agent.store.audit_chain import (
    BROKEN,
    FIRST_HASH,
    LOST,
    REPAIRED,
    AuditEntry,
    Fact,
    Mark,
    Verdict,
    check,
    from_line,
    hash_of,
    is_noted,
    mark_of,
    to_line,
    to_mark,
)
from agent.system.durable import append_whole, locked, replace_whole, sync_directory

log = structlog.get_logger()

FILE = "audit.jsonl"
FILES = (FILE, "audit.1.jsonl", "audit.mark")
"""All of the log."""
SIZE = 4 * 1024 * 1024
"""Bytes of a file before another is begun: about 20,000 entries, years of a room's."""
AGENT = "agent"
"""`who` for what the program did by itself."""


class AuditLog:
    """The log at a path. Safe to use from several threads, instances and processes."""

    def __init__(self, path: Path, clock: Clock, size: int = SIZE) -> None:
        self._path = path
        self._old = path.with_suffix(".1.jsonl")
        self._mark_path = path.with_suffix(".mark")
        self._clock = clock
        self._size = size
        self._lock = threading.Lock()
        self._mark: Mark | None = None
        self._lost = 0

    def add(self, act: str, who: str, **facts: Fact) -> bool:
        """Write down that somebody did something; on disk when this returns. `who`: a role or a place, no name.

        Facts are few and small and no secret, subject or person's address. Whether it could be written: a full disk
        must not keep anybody from mending the box, so the entry then goes to the program's log alone and the next one
        that can be written says how many are missing.
        """
        with self._lock:
            try:
                with locked(self._path.parent):
                    self._add(act, who, facts)
            except OSError as error:
                self._mark, self._lost = None, self._lost + 1
                log.error("audit.not_written", act=act, who=who, reason=error.strerror)  # noqa: TRY400
                return False
        return True

    def entries(self, limit: int) -> list[AuditEntry]:
        """The newest entries, newest last; lines that are none are left out. Raises OSError."""
        with self._lock, locked(self._path.parent):
            found = [from_line(line) for line in self._lines()]
        return [entry for entry in found if entry is not None][-limit:]

    def verify(self) -> Verdict:
        """Whether the log is as it was written. Raises OSError."""
        with self._lock, locked(self._path.parent):
            return check(self._lines(), self._marked())

    def _add(self, act: str, who: str, facts: dict[str, Fact]) -> None:
        if self._mark is None or self._mark != self._marked():
            self._mark = self._taken_up()
        if self._lost:
            self._mark = self._written(self._mark, LOST, AGENT, {"count": self._lost})
            self._lost = 0
        self._mark = self._written(self._mark, act, who, facts)
        log.info("audit", act=act, who=who, n=self._mark.n, hash=self._mark.hash)

    def _taken_up(self) -> Mark:
        """The end of the log as an earlier process left it, mended if it is torn, which is then noted in it."""
        torn = _torn_off(self._path)
        lines, mark = self._lines(), self._marked()
        last = from_line(lines[-1]) if lines else None
        end = Mark(last.n if last else 0, hash_of(lines[-1]) if lines else FIRST_HASH, mark.first if mark else 1)
        if not check(lines, mark).intact:
            end = Mark(max(end.n, mark.n if mark else len(lines)), end.hash, end.first)
            if not is_noted(lines, mark):
                return self._written(end, BROKEN, AGENT, {"torn": torn})
        self._put(end)  # it may be one line behind: two would look like a line that was slipped in
        return self._written(end, REPAIRED, AGENT, {"bytes": torn}) if torn else end

    def _written(self, mark: Mark, act: str, who: str, facts: dict[str, Fact]) -> Mark:
        entry = AuditEntry(mark.n + 1, wire.instant(self._clock.now()), who, act, facts, mark.hash)
        line = to_line(entry)
        if self._path.exists() and self._path.stat().st_size + len(line) >= self._size:
            mark = self._rotated(mark)
        append_whole(self._path, line + b"\n")
        marked = Mark(entry.n, hash_of(line), mark.first)
        self._put(marked)
        return marked

    def _put(self, mark: Mark) -> None:
        replace_whole(self._mark_path, to_mark(mark))

    def _rotated(self, mark: Mark) -> Mark:
        """Begin another file. What the mark asks for is less from before the older one is gone."""
        lines = _whole_lines(self._path)
        first = from_line(lines[0]) if lines else None
        moved = Mark(mark.n, mark.hash, first.n if first is not None else mark.first)
        self._put(moved)
        self._path.replace(self._old)
        sync_directory(self._path.parent)
        return moved

    def _lines(self) -> list[bytes]:
        return [*_whole_lines(self._old), *_whole_lines(self._path)]

    def _marked(self) -> Mark | None:
        try:
            return mark_of(self._mark_path.read_bytes())
        except FileNotFoundError:
            return None


def _whole_lines(path: Path) -> Sequence[bytes]:
    """The lines of a file without what follows the last line end: that is being written, or was torn."""
    try:
        return path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def _torn_off(path: Path) -> int:
    """Take off what follows the last line end; how many bytes that were."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return 0
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)
    return len(content) - whole
