"""All content inputs: which devices there are, what they see, and what the shell does with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from agent.wire.display import InputConfig
from display.inputs import kept
from display.inputs.assign import AUTOMATIC, Assignment, assign, by_number
from display.inputs.attention import Attention
from display.inputs.device import Ability, Device, Family
from display.inputs.faults import GONE
from display.inputs.probe import driver_for, probe
from display.inputs.udev import Gathering, Udev
from display.inputs.watched import InputNow, Watched
from display.model import Source, Trouble
from display.ports import InputDriver

log = logging.getLogger(__name__)

AGAIN_S = 60.0
AGAIN_CLOSED_S = 5.0
"""While a device could not be opened."""
EVENTS_LOST = "display.events_lost"
BY_NUMBER = "display.input_by_number"
_UDEV = "\0udev"  # beside the names of inputs


class Devices(Protocol):
    """What udev tells. `drain` is False where news were lost."""

    def fileno(self) -> int: ...
    def drain(self) -> bool: ...
    def devices(self) -> list[Device]: ...


class InputWatch:
    """The content inputs of the room. `changed` is called when `inputs` or `troubles` did, in the loop that runs it."""

    def __init__(
        self,
        inputs: Sequence[InputConfig],
        cameras: Sequence[str],
        state_dir: Path,
        changed: Callable[[], None],
        *,
        udev: Callable[[], Devices] = Udev,
        probe: Callable[[Device], Ability] = probe,
        driver_for: Callable[[Device, Ability, InputConfig, Path], InputDriver] = driver_for,
    ) -> None:
        self.inputs: tuple[InputNow, ...] = ()
        self.troubles: tuple[Trouble, ...] = ()
        self._config = tuple(inputs)
        self._cameras = tuple(cameras)
        self._state_dir = state_dir
        self._changed = changed
        self._make_udev, self._probe, self._driver_for = udev, probe, driver_for
        self._udev: Devices | None = None
        self._attention: Attention | None = None
        self._watched: dict[str, Watched] = {}
        self._abilities: dict[Device, Ability] = {}
        self._closed_to_us: list[Trouble] = []
        self._quiet = kept.quiet_modes(state_dir)
        self._gathering = Gathering()
        self._started = 0.0
        self._lost = False
        self._unsaved = False
        self._saving: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Watch until cancelled."""
        attention = self._attention = Attention(self._look, self._event)
        self._started = attention.now()
        self._udev = self._make_udev()
        attention.listen(_UDEV, self._udev.fileno())
        try:
            self._look_for_devices()
            await asyncio.get_running_loop().create_future()
        finally:
            attention.close()
            self._attention = None
            for watched in self._watched.values():
                watched.detach()
            if self._unsaved:
                kept.keep_quiet_modes(self._state_dir, self._quiet)

    def reconfigure(self, inputs: Sequence[InputConfig], cameras: Sequence[str]) -> None:
        """These hold from now on. An input that stays as it was goes on undisturbed."""
        if (tuple(inputs), tuple(cameras)) != (self._config, self._cameras):
            self._config, self._cameras = tuple(inputs), tuple(cameras)
            if self._attention is not None:
                self._look_for_devices()

    def source(self, name: str) -> Source | None:
        """What a player opens for an input; from now on the device is the player's. None where there is no device."""
        watched = self._watched.get(name)
        if watched is None or watched.driver is None:
            return None
        watched.driver.release()
        return watched.driver.prepare()

    def let_go(self, name: str) -> None:
        """The player has stopped."""
        watched = self._watched.get(name)
        if watched is not None and watched.driver is not None:
            watched.driver.resume()
            self._look(name)

    def failed(self, name: str, code: str) -> None:
        """The player could not show it."""
        if watched := self._watched.get(name):
            log.info("input %s: the player says %s", name, code)
            watched.become(watched.steady.fail(self._now()), self._now())
            self._follow(watched)

    def black(self, name: str, is_black: bool) -> None:
        """The player says that the picture is black, or is no more."""
        if watched := self._watched.get(name):
            watched.become(watched.steady.turn_black(self._now(), is_black=is_black), self._now())
            self._follow(watched)

    def dismissed(self, name: str) -> None:
        """Somebody sent its picture away."""
        if watched := self._watched.get(name):
            watched.habit = watched.habit.dismissed()
            self._follow(watched)

    def tapped(self, name: str) -> None:
        """Somebody wants to see it."""
        if watched := self._watched.get(name):
            watched.habit = watched.habit.tapped()
            watched.become(watched.steady.try_again(), self._now())
            self._look(name)

    def _now(self) -> float:
        return self._attention.now() if self._attention is not None else self._started

    def _event(self, name: str) -> None:
        if name == _UDEV:
            assert self._udev is not None
            self._lost |= not self._udev.drain()
            self._look_soon()
        elif watched := self._watched.get(name):
            if watched.driver is not None:
                watched.driver.drain()
            self._look(name)

    def _look(self, name: str) -> None:
        if name == _UDEV:
            self._look_for_devices()
        elif watched := self._watched.get(name):
            had = not watched.lost
            watched.look(self._now())
            if watched.lost and had:
                self._look_soon()
            self._follow(watched)

    def _look_soon(self) -> None:
        due = self._gathering.news(self._now())
        if due is not None and self._attention is not None:
            self._attention.at(_UDEV, due)

    def _look_for_devices(self) -> None:
        """Enumerate, and give each input its device."""
        if self._udev is None or self._attention is None:
            return
        now = self._now()
        self._lost &= self._gathering.due is not None  # until the next regular look
        self._gathering.looked(now)
        found = assign(self._config, self._cameras, self._udev.devices(), self._ability)
        self._closed_to_us = [
            Trouble(ability.code, next((each.name for each in found.inputs if device.matches(each.match)), device.name))
            for device, ability in found.abilities.items()
            if ability.code not in (None, GONE)
        ]
        self._abilities = {
            device: ability for device, ability in found.abilities.items() if ability.family is not Family.UNKNOWN
        }
        self._hand_out(found)
        again = now + (AGAIN_CLOSED_S if self._closed_to_us else AGAIN_S)
        self._attention.at(_UDEV, self._gathering.due or again)
        self._tell()

    def _ability(self, device: Device) -> Ability:
        return self._abilities.get(device) or self._probe(device)

    def _hand_out(self, found: Assignment) -> None:
        stays = not self._config and AUTOMATIC.name in self._watched  # when the device that made it an input goes
        configs = found.inputs or ((AUTOMATIC,) if stays else ())
        for name in set(self._watched) - {config.name for config in configs}:
            self._forget(self._watched.pop(name))
        self._watched = {
            config.name: self._watched.get(config.name) or Watched(config, self._started) for config in configs
        }
        for config in configs:
            watched, device = self._watched[config.name], found.devices.get(config.name)
            if watched.device != device or watched.lost or watched.differs(config):
                self._forget(watched)
                if device is not None:
                    driver = self._driver_for(device, found.abilities[device], config, self._state_dir)
                    watched.attach(device, driver, self._quiet.get(device.key))
            watched.config = config
            self._look(config.name)

    def _forget(self, watched: Watched) -> None:
        if self._attention is not None:
            self._attention.forget(watched.config.name)
        watched.detach()

    def _follow(self, watched: Watched) -> None:
        """After a change: wait for the next one, remember what was learned, tell."""
        if self._attention is None:
            return
        name, now = watched.config.name, self._now()
        self._attention.listen(name, watched.driver.fileno() if watched.driver is not None else None)
        self._attention.at(name, now + watched.wait(now))
        self._remember(watched)
        self._tell()

    def _remember(self, watched: Watched) -> None:
        key, quiet = watched.habit_of, watched.habit.quiet
        if key is None or self._quiet.get(key) == quiet:
            return
        self._quiet.pop(key, None)
        if quiet is not None:
            self._quiet[key] = quiet
        self._unsaved = True
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save())

    async def _save(self) -> None:
        """Write what was learned, beside the loop: somebody has just tapped and waits, and a disk takes its time."""
        while self._unsaved:
            self._unsaved = False
            await asyncio.to_thread(kept.keep_quiet_modes, self._state_dir, dict(self._quiet))

    def _tell(self) -> None:
        inputs = tuple(watched.now() for watched in self._watched.values())
        troubles = [trouble for watched in self._watched.values() for trouble in watched.troubles()]
        troubles += [Trouble(BY_NUMBER, config.name) for config in self._config if by_number(config)]
        troubles += self._closed_to_us
        troubles += [Trouble(EVENTS_LOST)] if self._lost else []
        if (inputs, tuple(troubles)) != (self.inputs, self.troubles):
            self.inputs, self.troubles = inputs, tuple(troubles)
            self._changed()
