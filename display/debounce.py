"""Readings of an input → a steady picture: what may be shown, and why not.

    absent → candidate → live → lingering → absent
                           └→ unsupported → absent

Laptops renegotiate two or three times when they are plugged in, and drop the signal for a second at a change of
resolution: a picture is shown when its readings have been equal for STABLE_S, and goes LINGER_S after the signal did.
A picture that was given up (black for long, or failed too often) has to change before it gets another chance.

Pure: every method takes the monotonic time and gives the state that follows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from display.model import Reading, Signal

AGREE_S = 0.15
"""Two equal readings this far apart agree."""
STABLE_S = 0.3
LINGER_S = 2.0
BLACK_S = 60.0
FAILURES, FAILURES_WITHIN_S = 3, 10.0
UNSUPPORTED_S = 5.0
RESTLESS_S = 2.0
"""Readings that have not agreed for so long are an unstable signal."""
_EARLY_S = 0.001
"""Timers of an event loop may be early by its clock's resolution."""


_NOTHING = Reading(Signal.ABSENT)


class Phase(StrEnum):
    ABSENT = "absent"
    CANDIDATE = "candidate"  # a picture arrives, not yet steady
    LIVE = "live"
    LINGERING = "lingering"  # it went; its last picture stays for a moment
    UNSUPPORTED = "unsupported"  # it failed too often, and that is being said


@dataclass(frozen=True, slots=True)
class Steady:
    """What is known of an input. `reason` is its signal, for people; `code` why its device cannot be used.
    `picture` is the size of what is shown. `generation` grows whenever a player has to open the device anew."""

    phase: Phase = Phase.ABSENT
    reason: Signal = Signal.ABSENT
    code: str | None = None
    picture: tuple[int, int] = (0, 0)
    generation: int = 0
    reading: Reading = _NOTHING
    since: float = float("-inf")  # `reading` has been the same since then
    settled: bool = True  # two equal readings agreed on it
    restless: float = float("inf")  # the first change since readings agreed
    until: float = float("inf")  # the end of lingering or of saying "unsupported"
    black: bool = False
    spent: Reading | None = None  # given up until the reading is another one
    failures: tuple[float, ...] = ()

    @property
    def shows(self) -> bool:
        """Whether its picture may be on the screen."""
        return self.phase in (Phase.LIVE, Phase.LINGERING)

    @property
    def likely(self) -> bool:
        """Whether a candidate has two equal readings: enough to make a player ready behind what is shown."""
        return self.phase is Phase.CANDIDATE and self.settled

    def due(self, now: float) -> float | None:
        """When the input has to be read next, because time changes something; None: time alone changes nothing."""
        waits = [self.since + wait for wait in (AGREE_S, STABLE_S)]
        later = [at for at in (*waits, self.until) if now + _EARLY_S < at < float("inf")]
        return min(later, default=None)

    def see(self, reading: Reading, now: float) -> Steady:
        """After a reading. A busy device tells nothing while its own picture is shown."""
        if reading.code == "device.busy" and self.shows:
            return _pass_time(self, now)
        after = _settle(_take(self, reading, now), now)
        return _explain(_pass_time(after, now), now)

    def turn_black(self, now: float, *, is_black: bool) -> Steady:
        """The player says that the picture is black, or is no more."""
        if is_black and self.phase is Phase.LIVE:
            return replace(self, phase=Phase.LINGERING, reason=Signal.PROTECTED, until=now + BLACK_S, black=True)
        if not is_black and self.black:
            return replace(self, phase=Phase.LIVE, reason=Signal.LIVE, until=float("inf"), black=False)
        return self

    def fail(self, now: float) -> Steady:
        """The player could not show it. Tried again while that happens seldom; a source that went is no failure."""
        if not self.shows or self.reading.signal is not Signal.LIVE:
            return self
        failures = (*(at for at in self.failures if now - at < FAILURES_WITHIN_S), now)[-FAILURES:]
        after = replace(self, failures=failures, black=False, since=now, settled=False, restless=now)
        after = replace(after, phase=Phase.LINGERING, reason=Signal.LIVE, until=now + LINGER_S)
        if len(failures) < FAILURES:
            return after
        return replace(
            after,
            phase=Phase.UNSUPPORTED,
            reason=Signal.UNSUPPORTED,
            picture=(0, 0),
            until=now + UNSUPPORTED_S,
            spent=self.reading,
            failures=(),
        )

    def try_again(self) -> Steady:
        """Somebody asked for it: what was given up gets another chance."""
        return replace(self, spent=None, failures=())


def _take(steady: Steady, reading: Reading, now: float) -> Steady:
    if reading == steady.reading:
        agreed = steady.settled or now - steady.since >= AGREE_S - _EARLY_S
        return replace(steady, settled=True, restless=float("inf")) if agreed else steady
    after = replace(steady, reading=reading, since=now, settled=False, restless=min(steady.restless, now))
    given_up = steady.spent is not None and reading == steady.spent
    return after if given_up or steady.spent is None else replace(after, spent=None, failures=())


def _settle(steady: Steady, now: float) -> Steady:
    """The phase that follows from the reading and how long it has been the same."""
    arrives = steady.reading.signal is Signal.LIVE and steady.reading != steady.spent
    stable = steady.settled and now - steady.since >= STABLE_S - _EARLY_S
    changed = not arrives or _size(steady.reading) != steady.picture
    match steady.phase:
        case Phase.ABSENT if arrives:
            return replace(steady, phase=Phase.CANDIDATE)
        case Phase.CANDIDATE if not arrives:
            return replace(steady, phase=Phase.ABSENT)
        case Phase.LIVE if changed:
            return replace(steady, phase=Phase.LINGERING, until=now + LINGER_S)
        case Phase.LINGERING if steady.black and changed:
            return replace(steady, black=False, until=min(steady.until, now + LINGER_S))
        case Phase.CANDIDATE | Phase.LINGERING if arrives and stable and not steady.black:
            return _live(steady)
    return steady


def _live(steady: Steady) -> Steady:
    return replace(
        steady,
        phase=Phase.LIVE,
        reason=Signal.LIVE,
        code=None,
        picture=_size(steady.reading),
        generation=steady.generation + 1,
        until=float("inf"),
    )


def _pass_time(steady: Steady, now: float) -> Steady:
    if now < steady.until - _EARLY_S:
        return steady
    if steady.phase is Phase.UNSUPPORTED:
        return _gone(steady, steady.reason)
    if steady.black:
        return replace(_gone(steady, Signal.PROTECTED), spent=steady.reading)
    arrives = steady.reading.signal is Signal.LIVE
    if arrives and steady.since < steady.until and now < steady.since + STABLE_S + AGREE_S:
        return steady  # it is just coming back
    return _gone(steady, Signal.UNSTABLE if arrives else steady.reading.signal)


def _gone(steady: Steady, reason: Signal) -> Steady:
    code = steady.reading.code
    return replace(
        steady, phase=Phase.ABSENT, reason=reason, code=code, picture=(0, 0), until=float("inf"), black=False
    )


def _explain(steady: Steady, now: float) -> Steady:
    """`reason` while nothing is shown: what readings agree on, or that they do not."""
    if steady.phase not in (Phase.ABSENT, Phase.CANDIDATE) or steady.spent is not None:
        return steady
    if now - steady.restless >= RESTLESS_S - _EARLY_S:
        return replace(steady, reason=Signal.UNSTABLE, code=None)
    if steady.settled and steady.phase is Phase.ABSENT and steady.reading.signal is not Signal.LIVE:
        return replace(steady, reason=steady.reading.signal, code=steady.reading.code)
    return steady


def _size(reading: Reading) -> tuple[int, int]:
    return reading.width, reading.height
