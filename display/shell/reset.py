"""The key that begins a new set-up: held in the first seconds after power-on, then confirmed on the screen. Pure.

Whoever stands before the box and can switch it off may begin anew, which a thief could do with a screwdriver as well;
nobody can by accident, in the middle of a day, or from a page that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from display.overlay.state import Reset, ResetQuestion

KEY = "r"
"""For "reset". It wakes no firmware menu, as Delete, Esc and the function keys do at power-on."""
WITHIN_S = 20.0
"""Uptime of the machine until which the press counts; it may be held beyond."""
HOLD_S = 5.0
ASK_S = 30.0
"""Without an answer nothing happens."""
GUARD_S = 0.25
"""An answer that comes sooner was meant for something else."""


class Phase(StrEnum):
    WAITING = "waiting"  # for the key
    HOLDING = "holding"
    ASKING = "asking"
    CONFIRMED = "confirmed"
    OVER = "over"  # too late, or answered with no; for good


@dataclass(frozen=True, slots=True)
class ResetKey:
    """Where it stands. `since`: when this phase began, in seconds of the machine's uptime."""

    phase: Phase = Phase.WAITING
    since: float = 0.0

    def looked(self, uptime: float, *, held: bool) -> ResetKey:
        """After a look whether the key is down."""
        if self.phase is Phase.WAITING and uptime >= WITHIN_S:
            return ResetKey(Phase.OVER, uptime)
        if self.phase is Phase.WAITING and held:
            return ResetKey(Phase.HOLDING, uptime)
        if self.phase is Phase.HOLDING and not held:
            return ResetKey(Phase.WAITING if uptime < WITHIN_S else Phase.OVER, uptime)
        if self.phase is Phase.HOLDING and uptime >= self.since + HOLD_S:
            return ResetKey(Phase.ASKING, uptime)
        if self.phase is Phase.ASKING and uptime >= self.since + ASK_S:
            return ResetKey(Phase.OVER, uptime)
        return self

    def answered(self, uptime: float, *, yes: bool) -> ResetKey:
        """After an answer by touch or key. One that comes too soon to be meant changes nothing."""
        if self.phase is not Phase.ASKING or uptime < self.since + GUARD_S:
            return self
        return ResetKey(Phase.CONFIRMED if yes else Phase.OVER, uptime)

    def message(self, uptime: float) -> Reset | ResetQuestion | None:
        """What the screen says of it."""
        if self.phase is Phase.HOLDING:
            return Reset(seconds=max(1, round(self.since + HOLD_S - uptime)))
        return ResetQuestion() if self.phase is Phase.ASKING else None
