"""How long a stream that ended is left alone. Pure.

With the round after each connect a new attempt costs up to four requests: attempts that come to nothing are at least
45 s apart, so that a fault never costs more than six requests a minute.
"""

from __future__ import annotations

from random import Random

from agent.errors import SignInFailed, SourceThrottled

FLOOR_S = 45.0
CAP_S = 120.0
HOPELESS_AFTER = 4
HOPELESS_S = 900.0
SOON_S = 5.0
_NETWORK = frozenset({"calendar.unreachable", "calendar.timeout", "calendar.tls", "calendar.proxy"})


def pause_after(error: Exception | None, in_a_row: int, chance: Random) -> float:
    """Seconds until the next attempt. `in_a_row`: how many attempts have come to nothing, 0 after a good connection.

    A refused secret rests as long as the sync lets it rest; a server that cannot stream is asked every quarter of an
    hour; one that is away, every two minutes.
    """
    if error is None:
        return chance.uniform(0.0, 1.0)
    if isinstance(error, SignInFailed):
        return HOPELESS_S * chance.uniform(1.0, 1.1)
    if isinstance(error, SourceThrottled):
        return max(error.retry_after_s or 0.0, FLOOR_S * 2.0 ** min(in_a_row, 4)) * chance.uniform(1.0, 1.2)
    if in_a_row == 0:
        return chance.uniform(1.0, SOON_S)
    if in_a_row >= HOPELESS_AFTER and getattr(error, "code", "") not in _NETWORK:
        return HOPELESS_S * chance.uniform(0.9, 1.1)
    return chance.uniform(FLOOR_S, min(CAP_S, FLOOR_S * 2.0 ** min(in_a_row, 4)))
