"""The same mailbox through both protocols, before a room changes from one to the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.app.accounts import account_of, require_secret
from agent.app.box import Box, read_box
from agent.app.joining import make_extractor
from agent.config.checks import check_source
from agent.errors import ConfigError, SourceError
from agent.model.sync import SOURCE_NAMES, Delta, Window
from agent.sources import open_source
from agent.state.parity import Difference, Side, compare
from agent.state.policy import RoomPolicy
from agent.system import logs


def parity(config_file: Path | None, state_dir: Path | None, reading: Callable[[str], None]) -> list[Difference]:
    """What the screen would show differently. Nothing is stored and no running agent is disturbed.

    `reading` is called with the name of each source before it is read. Raises ConfigError when one of the two is not
    configured, and what the sources raise.
    """
    logs.configure("error")
    box = read_box(config_file, state_dir)
    _check(box)
    now = box.clock.now()
    window = box.window(now)
    sides = {}
    for name in SOURCE_NAMES:
        reading(name)
        sides[name] = Side(_read(box, name, window), window)
    extract, policy = make_extractor(box.config), RoomPolicy.of(box.config)
    return compare(sides["ews"], sides["graph"], extract, policy, now)


def _read(box: Box, name: str, window: Window) -> Delta:
    source = open_source(account_of(box, name), box.clock)
    try:
        return source.changes_since(None, window, {})
    except SourceError as error:
        raise type(error)(error.code, f"{name}: {error}") from error
    finally:
        source.close()


def _check(box: Box) -> None:
    """Both sections, whichever is the source."""
    problems = [str(problem) for name in SOURCE_NAMES for problem in check_source(box.config, name)]
    if not box.config.room.mailbox:
        problems.insert(0, "room.mailbox: expected the mail address of the room that is read through both protocols")
    if problems:
        raise ConfigError("\n".join(f"parity reads both sources: {problem}" for problem in problems))
    for name in SOURCE_NAMES:
        require_secret(box, name)
