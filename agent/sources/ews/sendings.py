"""Messages whose answer was lost: a server may take a while to show among the sent items what it has sent."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from agent.errors import SourceUnavailable
from agent.ports import Clock
from agent.sources.transport.failures import TIMEOUT

SETTLES_S = 120.0
"""A message that was sent is among the sent items by then."""
_KEPT = 1_000


class Sendings:
    """Those of one process, by key."""

    def __init__(self, host: str, clock: Clock) -> None:
        self._host = host
        self._clock = clock
        self._tried: OrderedDict[str, float] = OrderedDict()

    @contextmanager
    def trying(self, key: str) -> Iterator[None]:
        """Around an attempt to send what was not found. Raises SourceUnavailable while an earlier one may still show
        itself; an attempt that was refused has sent nothing."""
        now = self._clock.monotonic()
        if now - self._tried.get(key, now - SETTLES_S) < SETTLES_S:
            raise SourceUnavailable(TIMEOUT, f"{self._host}: whether an earlier attempt sent it is not known yet")
        try:
            yield
        except SourceUnavailable:
            self._tried[key] = now
            while len(self._tried) > _KEPT:
                self._tried.popitem(last=False)
            raise
