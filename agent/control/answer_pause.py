"""How long the inbox is left alone after trouble, and which trouble is one message's alone. Pure."""

from __future__ import annotations

from random import Random

from agent.errors import RoomAgentError, SourceThrottled

FIRST_S, LONGEST_S = 1.0, 60.0
SHORTEST_S = 0.1
_REFUSALS = frozenset({"calendar.server_error", "calendar.request_refused", "calendar.write_refused"})


def pause_after(error: RoomAgentError, in_a_row: int, chance: Random) -> float:
    """Seconds until the next attempt, with full jitter; what the server asks for wins. `in_a_row`: failures so far,
    this one included."""
    if isinstance(error, SourceThrottled) and error.retry_after_s is not None and error.retry_after_s > 0:
        return max(error.retry_after_s * chance.uniform(1.0, 1.1), FIRST_S)
    ceiling = min(LONGEST_S, FIRST_S * 2.0 ** min(max(in_a_row - 1, 0), 10))
    return max(SHORTEST_S, chance.uniform(0.0, ceiling))


def is_one_messages(error: RoomAgentError) -> bool:
    """Whether the service may have refused this message alone, and be well otherwise."""
    return error.code in _REFUSALS
