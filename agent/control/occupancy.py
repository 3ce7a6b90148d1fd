"""What occupies the room, kept while requests are answered one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from agent.model.control import Taken
from agent.model.requests import Span
from agent.model.sync import Window

PIECE = timedelta(days=28)
"""A server tells some hundred meetings at once: as many as a room has in a month."""
MOST_PIECES = 60
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)

ReadTaken = Callable[[Window], Sequence[Taken]]


class Occupancy:
    """Reads what is taken piece by piece, each once until it is forgotten. Not thread-safe."""

    def __init__(self, read: ReadTaken) -> None:
        self._read = read
        self._pieces: dict[int, list[Taken]] = {}
        self._since = _EPOCH

    def around(self, spans: Sequence[Span]) -> list[Taken]:
        """What is taken in the pieces that these times touch; what is long over is left out. Raises `SourceError`."""
        wanted = sorted({piece for span in spans for piece in self._touched(span.start, span.end)})[:MOST_PIECES]
        return [taken for piece in wanted for taken in self._piece(piece)]

    def add(self, taken: Iterable[Taken]) -> None:
        """The room itself has accepted these."""
        for each in taken:
            for piece in self._touched(each.start, each.end):
                if piece in self._pieces:
                    self._pieces[piece].append(each)

    def forget(self, now: datetime) -> None:
        """Others may have changed the calendar: it is read again."""
        self._pieces.clear()
        self._since = now - timedelta(days=1)

    def _piece(self, piece: int) -> list[Taken]:
        if piece not in self._pieces:
            begin = _EPOCH + piece * PIECE
            self._pieces[piece] = list(self._read(Window(begin, begin + PIECE)))
        return self._pieces[piece]

    def _touched(self, start: datetime, end: datetime) -> Iterator[int]:
        first = (max(start, self._since) - _EPOCH) // PIECE
        last = (max(end, start, self._since) - _EPOCH) // PIECE
        return iter(range(first, min(last, first + MOST_PIECES) + 1))
