"""The display's configuration for a command: from the agent that runs, else from the file that the agent would read."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path
from typing import Any

from agent.wire import DISPLAY_CONFIG, DisplayConfig
from display.core.client import CoreClient, CoreUnreachable
from display.core.decode import Malformed, decode
from display.places import Places


class ConfigUnreadable(Exception):
    """A configuration file that was named, or the one in the state directory, cannot be used. The message says why."""


def configured(places: Places, file: Path | None) -> DisplayConfig:
    """What holds here. A named file that is missing, and one that is no TOML, raises ConfigUnreadable; what is wrong
    with single values is for `room-agent check-config` to say, here they count as left out."""
    try:
        return decode(DisplayConfig, asyncio.run(CoreClient(places.core).get(DISPLAY_CONFIG)))
    except (CoreUnreachable, Malformed):
        found = file or places.config
        return of_file(found) if found is not None and (file or found.is_file()) else DisplayConfig()


def of_file(file: Path) -> DisplayConfig:
    """The inputs and cameras of a configuration file."""
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigUnreadable(f"{file}: {error.strerror}; name the configuration with --config FILE.") from None
    except ValueError as error:
        raise ConfigUnreadable(f"{file}: not TOML: {error}; see `room-agent check-config`.") from None
    inputs = [{**value, "name": name} for name, value in _table(told, "inputs").items() if isinstance(value, dict)]
    return decode(DisplayConfig, {"inputs": inputs, "cameras": _table(told, "display").get("cameras", [])})


def _table(told: dict[str, Any], name: str) -> dict[str, Any]:
    value = told.get(name)
    return value if isinstance(value, dict) else {}
