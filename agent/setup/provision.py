"""An administrator's own file into effect, for fleets: `room-agent setup apply FILE`. Secrets are copied beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.config import Config
from agent.config.schema import all_keys
from agent.errors import ConfigError
from agent.ports import Secrets
from agent.setup import pin
from agent.setup.apply import Activation
from agent.setup.effect import InEffect
from agent.setup.to_config import PIN

_COPIED = ("calendar", "network", "branding")
"""Sections whose files the core itself reads. Those of front and display stay where they are: other users read them."""


@dataclass(frozen=True, slots=True)
class Provision:
    """A configuration's data without the files that are copied, and their content by key path. `pin`: in the clear,
    for as long as it takes to hash it; empty: the one there is stays."""

    data: Mapping[str, Any]
    secrets: Mapping[str, bytes] = field(repr=False)
    pin: str = field(default="", repr=False)

    def planned(self, generation: int) -> tuple[dict[str, Any], dict[str, bytes]]:
        """The data of the new file, and its secrets. Blocking: hashes the PIN."""
        secrets = dict(self.secrets)
        if self.pin:
            secrets[PIN] = pin.hashed(self.pin)
        return _named(self.data, {key: Activation.name(key, generation) for key in self.secrets}), secrets


def provision_of(config: Config, secrets: Secrets, pin_: str) -> Provision:
    """What a loaded configuration asks for: every file it names, or the systemd credential in its place. Raises
    ConfigError for one that cannot be read."""
    data = config.model_dump(mode="json", exclude_defaults=True)
    found = {}
    for key in copied_keys():
        file = _taken(data, f"{key}_file")
        try:
            found[key] = secrets.read_bytes(key, file)
        except ConfigError:
            if file:
                raise
    return Provision(data, found, pin_)


def copied_keys() -> Iterator[str]:
    """Key paths, without `_file`, of everything that is copied."""
    for path in all_keys(Config):
        if path[0] in _COPIED and path[-1].endswith("_file"):
            yield ".".join(path).removesuffix("_file")


def is_in_effect(effect: InEffect, wanted: Provision) -> bool:
    """Whether the state directory holds exactly this already. Blocking: verifies the PIN."""
    data = effect.config.model_dump(mode="json", exclude_defaults=True)
    keys = list(copied_keys())
    content = {key: effect.content(key) for key in keys if effect.file(key)}
    for key in keys:
        _taken(data, f"{key}_file")
    if _compact(data) != _compact(wanted.data) or content != dict(wanted.secrets):
        return False
    return not wanted.pin or pin.is_right(wanted.pin, effect.secrets)


def _compact(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without tables that say nothing."""
    inner = {key: _compact(value) if isinstance(value, Mapping) else value for key, value in data.items()}
    return {key: value for key, value in inner.items() if value != {}}


def _taken(data: dict[str, Any], key: str) -> str:
    *path, last = key.split(".")
    for part in path:
        data = data.get(part, {})
    return str(data.pop(last, ""))


def _named(data: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    named = {key: _named(value, {}) if isinstance(value, Mapping) else value for key, value in data.items()}
    for key, file in files.items():
        *path, last = f"{key}_file".split(".")
        table = named
        for part in path:
            table = table.setdefault(part, {})
        table[last] = file
    return named
