"""Runs the steps of a preflight in order, and tells each result as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from agent.errors import RoomAgentError
from agent.model.preflight import Check, Finding, PreflightReport, Status
from agent.preflight.context import Notes, Target
from agent.preflight.findings import SKIPPED, skipped
from agent.preflight.texts import described

log = structlog.get_logger()

Tell = Callable[[Check], None]
Begin = Callable[[str], None]


class Step(Protocol):
    """One thing that is checked. Blocking, bounded in time, changes nothing (but with `target.write`)."""

    @property
    def id(self) -> str:
        """The check's stable id, such as `network.dns`."""

    @property
    def needs(self) -> Sequence[str]:
        """Ids of steps without whose success this one says nothing: it is then skipped."""

    def __call__(self, target: Target, notes: Notes) -> Finding:
        """What is so. Raises nothing but what is a bug."""


def unheard(_id: str) -> None:
    """For who does not want to know what is being done."""


def run(
    steps: Sequence[Step],
    target: Target,
    language: str,
    tell: Tell,
    notes: Notes | None = None,
    begin: Begin = unheard,
) -> PreflightReport:
    """All checks, each told when it is done; `begin` hears the id of each before it is. One that fails unexpectedly is
    a failed check, never an exception. Ends early when `notes.cancelled` is set."""
    notes = notes or Notes()
    notes.interim = lambda id_, finding: tell(described(id_, finding, language))
    checks: list[Check] = []
    causes: dict[str, str] = {}
    for step in steps:
        if notes.cancelled.is_set():
            break
        begin(step.id)
        cause = next((causes[need] for need in step.needs if need in causes), None)
        finding = _found(step, target, notes) if cause is None else skipped(cause)
        if finding.status in (Status.FAIL, Status.SKIPPED):
            causes[step.id] = finding.values["step"] if finding.code == SKIPPED else step.id
        checks.append(described(step.id, finding, language))
        tell(checks[-1])
    return PreflightReport(tuple(checks))


def _found(step: Step, target: Target, notes: Notes) -> Finding:
    try:
        return step(target, notes)
    except RoomAgentError as error:
        return Finding(Status.FAIL, error.code)
    except Exception as error:
        log.exception("preflight.step_failed", step=step.id)
        return Finding(Status.FAIL, "preflight.internal", {"error": type(error).__name__})
