"""When the screen sleeps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What sleep depends on; all instants by one clock, in seconds. `spans`: from when to when meetings want the screen
    on. `touched`, `signalled`: the last touch, and the last time an input's signal came or went. `live`: an input has a
    picture now; `meeting`: one is running. `after_min`: minutes of none of these until it sleeps; 0: never. `started`:
    when the display did."""

    now: float
    started: float
    spans: Sequence[tuple[float, float]] = ()
    touched: float | None = None
    signalled: float | None = None
    live: bool = False
    meeting: bool = False
    after_min: int = 0


@dataclass(frozen=True, slots=True)
class Rest:
    """Whether the screen sleeps now, and when to look again at the latest, if nothing else happens; None: never."""

    asleep: bool
    again: float | None = None


def rest(facts: Facts) -> Rest:
    """A touch, a picture, a meeting that runs or will begin wake the screen; enough quiet puts it to sleep."""
    now = facts.now
    if facts.after_min <= 0 or facts.meeting or facts.live:
        return Rest(asleep=False)
    spans = [(start, end) for start, end in facts.spans if start < end]
    current = [end for start, end in spans if start <= now < end]
    if current:
        return Rest(asleep=False, again=max(current))
    ended = [end for _, end in spans if end <= now]
    quiet = max(each for each in (facts.started, facts.touched, facts.signalled, *ended) if each is not None)
    sleeps = quiet + facts.after_min * MINUTE_S
    starts = [start for start, _ in spans if start > now]
    asleep = now >= sleeps
    return Rest(asleep, min([*starts, *([] if asleep else [sleeps])], default=None))
