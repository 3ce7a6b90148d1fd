"""One content input: its device, what is seen there, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from agent.wire.display import InputConfig
from display.debounce import Phase, Steady
from display.inputs.always_on import Habit, Mode
from display.inputs.device import Device
from display.inputs.faults import GONE
from display.model import Reading, Signal, Trouble
from display.ports import InputDriver

SOONEST_S = 0.02
IDLE_S = 1.0


@dataclass(frozen=True, slots=True)
class InputNow:
    """An input as the rest of the display sees it. `signal` is steady, and says why there is no picture. `shows`: its
    picture may be on the screen; `popup_wanted`: and should come to the front by itself; `likely`: it will in a moment.
    `width` and `height` are the picture's, 0 without one. A player opens the source anew when `generation` grows."""

    name: str
    label: str
    kind: str
    signal: Signal
    phase: Phase
    shows: bool
    likely: bool
    popup_wanted: bool
    width: int
    height: int
    generation: int
    device: str  # for people; empty without one
    code: str | None


class Watched:
    """An input and its device. Every method takes the monotonic time, but those that need none."""

    def __init__(self, config: InputConfig, started: float) -> None:
        self.config = config
        self.device: Device | None = None
        self.driver: InputDriver | None = None
        self.steady = Steady()
        self.habit = Habit(started)
        self.habit_of: str | None = None
        self._started = started

    def attach(self, device: Device, driver: InputDriver, quiet: Mode | None) -> None:
        """It has this device now. `quiet`: the mode of it that is known not to pop up."""
        self.device, self.driver = device, driver
        if device.key != self.habit_of:
            self.habit = Habit(self._started, quiet)
            self.habit_of = device.key

    def detach(self) -> None:
        """Its device is gone, or another's."""
        if self.driver is not None:
            self.driver.close()
        self.device = self.driver = None

    def differs(self, config: InputConfig) -> bool:
        """Whether its driver has to be made anew for this configuration."""
        return (self.config.edid_file, self.config.audio) != (config.edid_file, config.audio)

    @property
    def lost(self) -> bool:
        """Whether its driver says that the device is gone, whatever udev lists."""
        return self.driver is not None and self.steady.reading.code == GONE

    def look(self, now: float) -> None:
        """Read it."""
        reading = self.driver.read() if self.driver is not None else Reading(Signal.ABSENT)
        self.become(self.steady.see(reading, now), now)

    def become(self, steady: Steady, now: float) -> None:
        """It is like this now."""
        self.steady = steady
        self.habit = self.habit.see(steady.picture if steady.shows else None, now)

    def wait(self, now: float) -> float:
        """Seconds until the next look."""
        waits = [self.driver.interval if self.driver is not None else IDLE_S]
        waits += [at - now for at in (self.steady.due(now), self.habit.due()) if at is not None]
        return max(SOONEST_S, min(waits))

    def now(self) -> InputNow:
        """For the rest of the display."""
        steady = self.steady
        width, height = steady.picture
        return InputNow(
            name=self.config.name,
            label=self.config.label or self.config.name,
            kind=self.config.kind,
            signal=steady.reason,
            phase=steady.phase,
            shows=steady.shows,
            likely=steady.likely,
            popup_wanted=steady.shows and self.habit.pops_up,
            width=width,
            height=height,
            generation=steady.generation,
            device=self.device.identity if self.device is not None else "",
            code=steady.code,
        )

    def troubles(self) -> list[Trouble]:
        """What is wrong with it. An absent device is not: grabbers are carried away."""
        problems = list(self.driver.problems) if self.driver is not None else []
        if self.steady.code not in (None, GONE):
            problems.append(str(self.steady.code))
        return [Trouble(code, self.config.name) for code in problems]
