"""Which step is due: a pure function of the steps, of what the page shows, and of the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum

from display.prejoin.rules import TOTAL_S, Step

ABSENT_S = 1.0
"""Seconds that a step's element is waited for before an optional earlier one is taken to be absent."""
SETTLE_S = 0.7
"""Seconds after which a thing done counts when its element is gone."""
AGAIN_S = 4.0
"""Seconds after which a thing done without effect is done again."""


class Ending(StrEnum):
    """How the help ended."""

    DONE = "done"
    STUCK = "stuck"  # a step did not match, or had no effect; the page is the person's
    TOUCHED = "touched"  # a person took over
    ELSEWHERE = "elsewhere"  # the page went to another host and stayed there


@dataclass(frozen=True, slots=True)
class Outcome:
    """`step`: the one that was stuck, by id."""

    ending: Ending
    step: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done until now. `acts`: how often each step was done, `last`: when; `seen`: when its element was seen
    first; `met`: what is as it should be; `moved`: when anything was done last."""

    started: float
    moved: float
    acts: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, float] = field(default_factory=dict)
    seen: Mapping[str, float] = field(default_factory=dict)
    met: frozenset[str] = frozenset()

    def noticed(self, found: Mapping[str, bool], now: float) -> Progress:
        """With a look at the page: which steps' elements are there, and whether they are as they should be."""
        seen = {**self.seen, **{step: now for step in found if step not in self.seen}}
        return replace(self, seen=seen, met=self.met | {step for step, is_met in found.items() if is_met})

    def acted(self, step: str, now: float) -> Progress:
        """With a step done once more."""
        acts = {**self.acts, step: self.acts.get(step, 0) + 1}
        return replace(self, acts=acts, last={**self.last, step: now}, moved=now)


def begin(now: float) -> Progress:
    return Progress(now, now)


class _State(Enum):
    WAITS = 0
    DUE = 1  # can be done now
    OVER = 2  # nothing more to do
    FAILED = 3  # given up, and needed


def decide(steps: Sequence[Step], progress: Progress, found: Mapping[str, bool], now: float) -> Step | Outcome | None:
    """The step to do now, how it ended, or None: wait. `found`: the elements that can be seen and pressed, and whether
    nothing is left to do there."""
    states = {step.id: _state(step, steps, progress, found, now) for step in steps}
    pending = [step for step in steps if states[step.id] is not _State.OVER]
    if not pending or now - progress.started >= TOTAL_S:
        needed = next((step for step in pending if not _may_fail(step, progress)), None)
        return Outcome(Ending.STUCK, needed.id) if needed else Outcome(Ending.DONE)
    for step in pending:
        if states[step.id] is _State.FAILED:
            return Outcome(Ending.STUCK, step.id)
        earlier = [one for one in pending if one.id in step.after]
        if states[step.id] is _State.DUE and all(_absent(one, step, progress, now) for one in earlier):
            return step
    return None


def _state(step: Step, steps: Sequence[Step], progress: Progress, found: Mapping[str, bool], now: float) -> _State:
    if any(step.id in later.after and later.id in progress.acts for later in steps):
        return _State.OVER
    if step.do == "wait_gone":
        return _in_time(step, progress, now) if step.id in found else _State.OVER
    there = found.get(step.id) is False
    if step.id in progress.acts:
        return _afterwards(step, progress, now, there=there)
    if step.id in progress.met and not there:
        return _State.OVER
    state = _in_time(step, progress, now)
    return _State.DUE if there and state is _State.WAITS else state


def _afterwards(step: Step, progress: Progress, now: float, *, there: bool) -> _State:
    """Of a step done at least once: a click counts when its element is gone, all else when it is as it should be."""
    since = now - progress.last[step.id]
    if not there and (step.do == "click" or step.id in progress.met):
        return _State.OVER if since >= SETTLE_S else _State.WAITS
    if since < AGAIN_S:
        return _State.WAITS
    return _State.DUE if there and progress.acts[step.id] < step.times else _given_up(step, progress)


def _in_time(step: Step, progress: Progress, now: float) -> _State:
    return _State.WAITS if now - progress.moved < step.within_s else _given_up(step, progress)


def _given_up(step: Step, progress: Progress) -> _State:
    return _State.OVER if _may_fail(step, progress) else _State.FAILED


def _may_fail(step: Step, progress: Progress) -> bool:
    return step.optional and not any(one in progress.acts for one in step.required_after)


def _absent(earlier: Step, step: Step, progress: Progress, now: float) -> bool:
    """Whether `step` need not wait for `earlier`: it is optional, and its element did not come while `step`'s stood."""
    waited = now - progress.seen.get(step.id, now) >= ABSENT_S
    return earlier.optional and earlier.do != "wait_gone" and earlier.id not in progress.seen and waited
