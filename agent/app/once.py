"""Commands that do one thing and end: ask the running agent, or do its work once when none runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import wire
from agent.app.box import Box, hold, open_box
from agent.errors import UsageError
from agent.system import local, logs, places

if TYPE_CHECKING:
    from agent.sync.sign_in import Pulls


def ask(config_file: Path | None, state_dir: Path | None, method: str, path: str) -> dict[str, Any] | None:
    """The answer of the agent that runs on the state directory; None when none does."""
    return local.ask(places.find(config_file, state_dir).core_socket, method, path)


def look_up(config_file: Path | None, state_dir: Path | None, path: str) -> dict[str, Any] | None:
    """As `ask` for what a running agent knows by itself, which must not take it long."""
    return local.ask(places.find(config_file, state_dir).core_socket, "GET", path, timeout_s=local.KNOWN_S)


def stored_state(config_file: Path | None, state_dir: Path | None) -> dict[str, Any]:
    """The RoomState of the stored calendar, for a box whose agent does not run. Raises AlreadyRunning."""
    from agent.app.core import Core

    logs.configure("error")
    with ExitStack() as resources:
        box = open_box(config_file, state_dir)
        hold(box, resources)
        return wire.to_dict(Core(box, resources, reads=False).stored_state())


def sync_once(config_file: Path | None, state_dir: Path | None) -> dict[str, Any]:
    """Read the calendar once and store it: `{ok, added, changed, removed, requests, duration_s, problem}`."""
    from agent.api.room import sync_answer

    with _puller(config_file, state_dir) as (box, puller):
        return sync_answer(puller.pull(), box.config.room.language)


def raw_once(config_file: Path | None, state_dir: Path | None) -> dict[str, Any]:
    """Read the whole calendar and say what becomes of it; nothing is stored. Raises our errors."""
    from agent.app.joining import make_explainer

    with _puller(config_file, state_dir) as (box, puller):
        return puller.look(make_explainer(box.config)).to_dict()


def audit_once(config_file: Path | None, state_dir: Path | None) -> dict[str, Any]:
    """The audit log of a box whose agent does not run: `{intact, problem, entries}`. Changes none of it."""
    from agent.api.audit import audit_answer
    from agent.store.audit import AuditLog

    box = open_box(config_file, state_dir)
    return audit_answer(AuditLog(box.places.audit, box.clock))


@contextmanager
def _puller(config_file: Path | None, state_dir: Path | None) -> Iterator[tuple[Box, Pulls]]:
    """The box, held, and what reads its calendar. Raises AlreadyRunning, and UsageError where nothing is set up."""
    from agent.app.core import Core

    logs.configure("error")
    with ExitStack() as resources:
        box = open_box(config_file, state_dir)
        hold(box, resources)
        core = Core(box, resources)
        if core.puller is None:
            raise UsageError("There is no configuration yet; name one with --config FILE.", "setup.no_config")
        yield box, core.puller
