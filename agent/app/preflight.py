"""The preflight of a box, and of a configuration that is not in effect yet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from agent.app.accounts import account_of, way_of
from agent.app.box import Box, read_box
from agent.config import Config
from agent.errors import UsageError
from agent.model.preflight import PreflightReport
from agent.ports import Clock, Secrets
from agent.preflight.context import Notes, Scope, Target, Wishes
from agent.preflight.engine import Begin, Tell, run, unheard
from agent.system import logs

if TYPE_CHECKING:
    from agent.api.parts import Doctor


@dataclass(frozen=True, slots=True)
class _Draft:
    config: Config
    secrets: Secrets


def preflight_of(
    config: Config,
    secrets: Secrets,
    clock: Clock,
    *,
    scope: Scope = Scope.ROOM,
    write: bool = False,
    other_mailbox: str = "",
    wait: bool = False,
    language: str,
    tell: Tell,
    notes: Notes | None = None,
    begin: Begin = unheard,
) -> PreflightReport:
    """All checks of this configuration, in its own words; each is told when it is done. Blocking: runs in a thread.

    Nothing of it needs to be in effect. What is missing for signing in is a failed check (`account.secret`). Raises
    `ConfigError` only for an account that cannot be: an endpoint that would send a password in the clear.
    """
    from agent.preflight.catalogue import steps_for  # with all that speaks HTTP: not at the agent's start

    draft = _Draft(config, secrets)
    source = config.calendar.source
    known = scope is not Scope.NETWORK and source != "demo"
    target = Target(
        config=config,
        clock=clock,
        account=account_of(draft, source) if known else None,
        http=way_of(draft),
        scope=scope,
        write=write,
        other_mailbox=other_mailbox,
        wait=wait,
    )
    return run(steps_for(target), target, language, tell, notes, begin)


def doctor_of(box: Box) -> Doctor | None:
    """The preflight of what the box runs with; None while it is not set up."""
    return partial(_consulted, box) if box.config.set_up else None


def consult(config_file: Path | None, state_dir: Path | None, wishes: Wishes, tell: Tell, begin: Begin) -> str:
    """The preflight of a box whose agent does not run, without its store and its lock; the language of its sentences.
    Raises UsageError where nothing is set up."""
    logs.configure("error")
    box = read_box(config_file, state_dir)
    if not box.config.set_up:
        raise UsageError("There is no configuration yet; name one with --config FILE.", "setup.no_config")
    _consulted(box, wishes, tell, begin, Notes())
    return box.config.room.language


def _consulted(box: Box, wishes: Wishes, tell: Tell, begin: Begin, notes: Notes) -> PreflightReport:
    return preflight_of(
        box.config,
        box.secrets,
        box.clock,
        scope=wishes.scope,
        write=wishes.write,
        other_mailbox=wishes.other_mailbox,
        wait=wishes.wait,
        language=box.config.room.language,
        tell=tell,
        notes=notes,
        begin=begin,
    )
