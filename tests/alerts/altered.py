"""Agents that differ from the product in one thing, for faults that it does not let happen or that take too long:
Python runs a `sitecustomize` when it starts. Each says what is no longer as it is shipped.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.alerts.shorten import FACTOR

REPOSITORY = Path(__file__).parents[2]

HOME_IN_QUICK_MOTION = f"""
from agent.state import home

home.SILENT_AFTER_S /= {FACTOR}
home.FIRST_PAUSE_S /= {FACTOR}
home.LONGEST_PAUSE_S /= {FACTOR}
"""
"""How long a page may be silent, and the pauses between two restarts of the home screen: as much shorter as the rules
are. What decides by them is the product's."""

NEVER_HANGS_UP = """
from agent.sources.ews.stream import EwsStream

EwsStream.hang_up = lambda stream: None
"""
"""The stream of changes cannot be closed any more: the thread that reads it goes on for as long as the server talks.
The product shuts the connection; where even that did not help, systemd's watchdog, which is not there in a test, would
start the agent anew."""


def of_release(version: str) -> str:
    """The present program, which says that it is another release."""
    return f"import agent\n\nagent.__version__ = {version!r}\n"


def environment_with(folder: Path, altered: str) -> dict[str, str]:
    """What a process is started with, to begin with this code. `folder` is made for it."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(altered)
    path = os.pathsep.join(filter(None, [str(folder), str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    return {"PYTHONPATH": path}
