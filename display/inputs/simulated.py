"""Inputs whose cables are drawn: a simulator tells what each one sees, and an InputWatch takes them for devices.

What it tells, over `display.channel`: `{"inputs": {"hdmi": {"signal": "live", "width": 1280, "height": 720, "picture":
"slides"}}}`, with the words of Signal and Picture. While nobody tells, no input is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from agent.wire.display import InputConfig
from display.channel import Listener
from display.inputs.device import Ability, Device, Family
from display.inputs.simulated_driver import Bell, SimulatedDriver, Told, signal_of
from display.model import Signal

_MOST = 16
"""Inputs that are read."""


class SimulatedUdev:
    """The simulated devices, in place of udev's."""

    def __init__(self, present: Callable[[], Sequence[str]]) -> None:
        self._present = present
        self.bell = Bell()

    def fileno(self) -> int:
        fd = self.bell.fileno()
        return -1 if fd is None else fd

    def drain(self) -> bool:
        self.bell.silence()
        return True

    def devices(self) -> list[Device]:
        return [_device(name) for name in self._present()]


class Simulation:
    """The listening side. `udev`, `probe` and `driver_for` are what an InputWatch asks for; `configured` what it is to
    be configured with: each input takes the simulated device of its own name."""

    def __init__(self, socket: Path) -> None:
        self._listener = Listener(socket, self._heard)
        self._udev = SimulatedUdev(self._present)
        self._known: tuple[str, ...] = ()
        self._drivers: dict[str, SimulatedDriver] = {}

    async def run(self) -> None:
        """Listen until cancelled."""
        await self._listener.run()

    def udev(self) -> SimulatedUdev:
        return self._udev

    def probe(self, _: Device) -> Ability:
        return Ability(Family.TIMINGS)

    def driver_for(self, device: Device, _ability: Ability, _config: InputConfig, _state_dir: Path) -> SimulatedDriver:
        name = device.number
        driver = self._drivers[name] = SimulatedDriver(lambda: self._inputs().get(name))
        return driver

    def configured(self, inputs: Sequence[InputConfig]) -> list[InputConfig]:
        return [replace(each, match=_device(each.name).serial) for each in inputs]

    def _heard(self) -> None:
        present = tuple(self._present())
        if present != self._known:
            self._known = present
            self._udev.bell.ring()
        for driver in self._drivers.values():
            driver.bell.ring()

    def _present(self) -> Sequence[str]:
        return [name for name, told in self._inputs().items() if signal_of(told) is not Signal.ABSENT]

    def _inputs(self) -> Mapping[str, Told]:
        inputs = self._listener.state.get("inputs")
        if not isinstance(inputs, dict):
            return {}
        return {name: told for name, told in list(inputs.items())[:_MOST] if isinstance(told, dict)}


def _device(name: str) -> Device:
    where = f"simulated/{name}"
    return Device(node=where, number=name, parent=where, name=f"Simulated {name}", id_path=where, serial=where)
