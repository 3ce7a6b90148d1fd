"""What is wrong at the display, and since when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from agent.wire import DisplayProblem, instant
from display.inputs.watched import InputNow
from display.model import Signal, Trouble

LIMIT = 20

_FOR_PEOPLE = {
    "device.busy": "display.input_busy",
    "device.refused": "display.input_busy",
    "device.gone": "display.input_gone",
    "device.failed": "display.input_unstable",
    "device.no_timings": "display.input_unsupported",
    "player.busy": "display.input_busy",
    "player.refused": "display.input_busy",
    "player.gone": "display.input_gone",
    "player.format": "display.input_unsupported",
    "player.died": "display.player_died",
    "player.hung": "display.player_hung",
    "player.missing": "display.no_player",
}
"""What parts say among themselves → what people are told."""


_MISSING = "player.missing"
_UNPLUGGED = (Signal.ABSENT, Signal.NO_CABLE, Signal.NO_SIGNAL)


def lasts(trouble: Trouble, inputs: Sequence[InputNow]) -> bool:
    """Whether what the player said last is still so: unplugging the laptop ends all but a missing player."""
    plugged = any(each.name == trouble.part and each.signal not in _UNPLUGGED for each in inputs)
    return trouble.code == _MISSING or plugged


class Troubles:
    """Troubles of all parts of this process. One that stays keeps the instant at which it came."""

    def __init__(self) -> None:
        self._since: dict[Trouble, datetime] = {}

    def update(self, present: Iterable[Trouble], now: datetime) -> list[DisplayProblem]:
        """What is wrong now, the oldest first, at most LIMIT of them."""
        told = (Trouble(_FOR_PEOPLE.get(each.code, each.code), each.part) for each in present)
        self._since = {each: self._since.get(each, now) for each in told}
        oldest = sorted(self._since.items(), key=lambda item: (item[1], item[0].code, item[0].part))
        return [DisplayProblem(code=one.code, part=one.part, since=instant(since)) for one, since in oldest[:LIMIT]]
