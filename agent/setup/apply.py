"""Answers into effect: new secrets first, then `STATE/config.toml` by rename, which is the moment it happens.

Secrets are named by their key path and the generation of the file that first names them (`calendar.ews.password.7`), so
the old ones stay untouched until nobody names them. Two files have fixed names, since the agent or the PIN's check
looks for them there: what they get waits as `NAME.7`, what they had as `NAME.7.old`, until a configuration of
generation 7 is in effect, or is not any more. A power cut anywhere leaves the old configuration whole or the new one
whole; `settle` tidies up at the next start.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.setup import files, pin
from agent.setup.to_config import PIN, SIGN_IN, config_text, generation_of
from agent.system.durable import NEW, sync_directory

FIXED = {PIN: pin.FILE, SIGN_IN: SIGN_IN}
"""Secrets whose files have one name."""
_VERSIONED = re.compile(r"((?:calendar|network|branding)\.[a-z_.-]+|admin-pin)\.(\d{1,9})(\.old)?")


@dataclass(frozen=True, slots=True)
class Written:
    """What `commit` did: the file before it, None where there was none, and what it is now."""

    before: bytes | None
    after: bytes


class Activation:
    """Over a state directory. Blocking; raises RoomAgentError where the disk refuses."""

    def __init__(self, state: Path) -> None:
        self._config = state / "config.toml"
        self._secrets = state / "secrets"

    def next_generation(self) -> int:
        """The number of the next file: above that of this one and of every secret."""
        numbers = [int(match[2]) for name in files.names(self._secrets) if (match := _VERSIONED.fullmatch(name))]
        return max([generation_of(_text(self._config)), *numbers]) + 1

    @staticmethod
    def name(key: str, generation: int) -> str:
        """Where a new secret will lie, as the configuration names it."""
        return f"secrets/{key}.{generation}"

    def commit(self, data: Mapping[str, Any], generation: int, secrets: Mapping[str, bytes]) -> Written:
        """Put a configuration and its new secrets (by key path) into effect. Nothing of the old one is lost yet:
        `revert` goes back, `settle` makes it final."""
        fixed = [FIXED[key] for key in secrets if key in FIXED]
        for key, content in secrets.items():
            files.write(self._secrets / f"{FIXED.get(key, key)}.{generation}", content)
        for name in fixed:
            files.write(self._secrets / f"{name}.{generation}.old", files.read(self._secrets / name) or b"")
        written = Written(files.read(self._config), config_text(data, generation).encode())
        files.write(self._config, written.after)
        for name in fixed:
            (self._secrets / f"{name}.{generation}").replace(self._secrets / name)
        return written

    def revert(self, written: Written) -> None:
        """The configuration before, where nobody has written another one meanwhile."""
        if files.read(self._config) != written.after:
            return
        if written.before is None:
            self._config.unlink(missing_ok=True)
            sync_directory(self._config.parent)
        else:
            files.write(self._config, written.before)
        self.settle()

    def settle(self) -> None:
        """Make what is in effect final: fixed names have what belongs to it, and secrets that it does not name are
        removed. Harmless at any time when no activation is under way; called at every start."""
        text = _text(self._config)
        generation = generation_of(text)
        for name in files.names(self._secrets):
            path, match = self._secrets / name, _VERSIONED.fullmatch(name)
            if name.endswith(NEW):
                path.unlink(missing_ok=True)
            elif match is not None and match[1] in FIXED.values():
                self._settle_fixed(path, match, current=int(match[2]) == generation)
            elif match is not None and (generation or not text) and f'secrets/{name}"' not in text:
                path.unlink(missing_ok=True)  # beside a configuration that somebody else wrote it would be theirs
        if self._secrets.is_dir():
            sync_directory(self._secrets)
        self._config.with_name(self._config.name + NEW).unlink(missing_ok=True)

    def _settle_fixed(self, path: Path, match: re.Match[str], *, current: bool) -> None:
        """What waits beside a fixed name takes its place or goes. An empty `.old`: there was nothing before."""
        fixed, is_old = self._secrets / match[1], bool(match[3])
        if is_old == current:
            path.unlink(missing_ok=True)
        elif is_old and path.stat().st_size == 0:
            fixed.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        else:
            path.replace(fixed)


def _text(path: Path) -> str:
    return (files.read(path) or b"").decode("utf-8", "replace")
