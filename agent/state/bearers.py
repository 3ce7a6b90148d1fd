"""How many wrong tokens a peer of the network may send. Pure: instants are monotonic seconds."""

from __future__ import annotations

from collections import OrderedDict, deque
from math import ceil

WITHIN_S = 60.0
MOST_WRONG = 10
MOST_WRONG_TOGETHER = 60
PEERS_KEPT = 256


class Bearers:
    """Ten wrong tokens of a peer within a minute lock that peer; sixty of all lock everybody whose token was never
    right, so that who may read goes on reading."""

    def __init__(self) -> None:
        self._wrong = OrderedDict[str, deque[float]]()
        self._together = deque[float](maxlen=MOST_WRONG_TOGETHER)
        self._right = OrderedDict[str, None]()

    def wait_s(self, peer: str, now: float) -> int:
        """Seconds until this peer's next try; 0: now."""
        own = _wait_s(self._wrong.get(peer, deque(maxlen=MOST_WRONG)), now)
        return ceil(own if peer in self._right else max(own, _wait_s(self._together, now)))

    def wrong(self, peer: str, now: float) -> None:
        """One more."""
        self._wrong.setdefault(peer, deque(maxlen=MOST_WRONG)).append(now)
        self._wrong.move_to_end(peer)
        self._together.append(now)
        if len(self._wrong) > PEERS_KEPT:
            self._wrong.popitem(last=False)

    def right(self, peer: str) -> None:
        """One that has the token. Its wrong ones stay counted: others may ask from the same address."""
        self._right[peer] = None
        self._right.move_to_end(peer)
        if len(self._right) > PEERS_KEPT:
            self._right.popitem(last=False)


def _wait_s(tries: deque[float], now: float) -> float:
    full = len(tries) == tries.maxlen
    return max(0.0, tries[0] + WITHIN_S - now) if full else 0.0
