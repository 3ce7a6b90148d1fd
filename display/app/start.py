"""From the command line to the shell's own process."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from display.places import Places


@dataclass(frozen=True, slots=True)
class Options:
    """What the shell is started with. `simulator`: the socket of simulated inputs, for demonstrations."""

    state: str
    runtime: str
    core: str
    display: str | None
    browsers: bool
    log_level: str
    simulator: str = ""

    @property
    def places(self) -> Places:
        return Places(Path(self.state), Path(self.runtime), Path(self.core))

    @classmethod
    def read(cls, text: str) -> Options:
        """The options of a command line made by `replace_with_shell`."""
        return cls(**json.loads(text))


def replace_with_shell(places: Places, display: str | None, *, browsers: bool, log_level: str) -> NoReturn:
    """Become the shell, which runs for months in 40 MB: the command line's library, a sixth of that, stays behind."""
    simulator = os.environ.get("ROOM_DISPLAY_SIMULATOR", "")
    options = Options(str(places.state), str(places.runtime), str(places.core), display, browsers, log_level, simulator)
    os.execv(sys.executable, [sys.executable, "-m", "display.app.shell", json.dumps(asdict(options))])  # noqa: S606
