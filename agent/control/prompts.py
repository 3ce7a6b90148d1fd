"""The questions on the screen whether anybody is there: for which meetings, and since when. Pure.

One that was raised under another clock, or for another start of its meeting, was a question about something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.state.agenda import Slot

STEP_S = 5.0
"""Between wall and monotonic time since a prompt was raised: the clock was set."""


@dataclass(frozen=True, slots=True)
class _Prompt:
    """For which start of the meeting, and since when by both clocks."""

    begin: datetime
    shown: datetime
    since: float


class Prompts:
    """By meeting id. `now` is wall time, `at` monotonic, in seconds."""

    def __init__(self) -> None:
        self._up: dict[str, _Prompt] = {}

    def __contains__(self, meeting_id: object) -> bool:
        return meeting_id in self._up

    def __iter__(self) -> Iterator[str]:
        return iter([*self._up])

    def shown(self, slot: Slot) -> datetime | None:
        """When the prompt for this meeting was raised; None while it is not up."""
        prompt = self._up.get(slot.id)
        return prompt.shown if prompt is not None and prompt.begin == slot.begin else None

    def age(self, slot: Slot, now: datetime, at: float) -> timedelta | None:
        """For how long it has been up without a break; None where it is not, or was a question about something else."""
        prompt = self._up.get(slot.id)
        if prompt is None or prompt.begin != slot.begin:
            return None
        age_s = at - prompt.since
        stepped = abs((now - prompt.shown).total_seconds() - age_s) > STEP_S
        return None if stepped else timedelta(seconds=age_s)

    def put_up(self, slot: Slot, now: datetime, at: float) -> None:
        """Ask about this meeting from now on."""
        self._up[slot.id] = _Prompt(slot.begin, now, at)

    def take_down(self, meeting_ids: Iterable[str]) -> bool:
        """Ask about these no more; whether any of them was asked about."""
        up = [each for each in meeting_ids if self._up.pop(each, None) is not None]
        return bool(up)
