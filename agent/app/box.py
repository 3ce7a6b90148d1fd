"""What every program starts from: places, configuration, clock, secrets."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.config import Config, load
from agent.model.sync import Window
from agent.ports import Clock, Secrets
from agent.store.lock import DirectoryLock
from agent.sync.window import room_window
from agent.system import places
from agent.system.clock import SystemClock
from agent.system.places import Places
from agent.system.secrets import FileSecrets


@dataclass(frozen=True, slots=True)
class Box:
    """A state directory with its configuration."""

    config: Config
    places: Places
    clock: Clock
    secrets: Secrets

    @property
    def zone(self) -> ZoneInfo:
        """The room's time zone."""
        return ZoneInfo(self.config.room.timezone)

    def window(self, now: datetime) -> Window:
        """The span that is synced and listed."""
        calendar = self.config.calendar
        return room_window(now, self.zone, days_behind=calendar.days_behind, days_ahead=calendar.days_ahead)


def open_box(config_file: Path | None, state_dir: Path | None) -> Box:
    """Places found, configuration read, state directory made. Without a configuration: the defaults, in set-up mode."""
    box = read_box(config_file, state_dir)
    places.prepare(box.places)
    return box


def read_box(config_file: Path | None, state_dir: Path | None) -> Box:
    """As `open_box`, without touching the state directory."""
    found = places.find(config_file, state_dir)
    config = load(found.config) if found.config else Config.default()
    return Box(config, found, SystemClock(), FileSecrets(found.state / "secrets"))


def hold(box: Box, resources: ExitStack) -> None:
    """Keep other agents off the state directory for as long as the resources live. Raises AlreadyRunning."""
    resources.enter_context(DirectoryLock(box.places.state).hold())
