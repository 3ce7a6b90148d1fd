"""The support bundle: what the running agent tells of itself, what only root sees, or, without an agent, its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agent import __version__
from agent.api.audit import audit_answer
from agent.app.box import Box, read_box
from agent.app.sensitive import scrub_of
from agent.config import Config, show_for_support
from agent.errors import ConfigError, RoomAgentError, StoreError, UsageError
from agent.model.history import Past
from agent.state.bundle import Bundle, Item, LeftOut, json_item, packed, text_item, unpacked
from agent.state.display import DisplayFacts
from agent.state.scrub import Scrub
from agent.state.timeline import timeline
from agent.store.audit import AuditLog
from agent.store.left import read_left
from agent.system import places
from agent.system.clock import SystemClock
from agent.system.durable import claimed
from agent.system.local import fetch
from agent.system.log_memory import Remembered
from agent.system.logs import redact
from agent.system.places import Places
from agent.system.programs import JOURNAL, UNITS, last_said
from agent.system.versions import versions
from agent.wire.ops import OpsTimeline

HISTORY = timedelta(days=7)
PATH = "/api/v1/ops/bundle"
STATUS, METRICS, CONFIG, VERSIONS = "status.json", "metrics.txt", "config.toml", "versions.json"
TIMELINE, AUDIT, DISPLAY, LOG, JOURNAL_FILE, UNITS_FILE = (
    "timeline.json", "audit.json", "display.json", "log.txt", "journal.txt", "units.txt"
)  # fmt: skip
SAYS: Mapping[str, str] = {
    STATUS: "The checks of the agent, as /api/v1/status answers them.",
    METRICS: "The figures of the agent, as /metrics answers them.",
    CONFIG: "What differs from the default configuration; of mailboxes, people, files and hosts, but for the calendar "
    "service's, only that they are set.",
    VERSIONS: "Versions of the programs on this box.",
    TIMELINE: "Reads, outages, joins, inputs and starts of the last seven days.",
    AUDIT: "What was done to this box, and whether that log is intact; addresses are not shown.",
    DISPLAY: "Screens, inputs and problems that the display reports.",
    LOG: "The last lines that the running agent logged.",
    JOURNAL_FILE: "The last 24 hours of the journal of the units room-*.",
    UNITS_FILE: "The states of the units room-*.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a running core knows."""

    status: Mapping[str, Any]
    metrics: str
    versions: Mapping[str, str]
    timeline: OpsTimeline
    display: DisplayFacts
    lines: list[Remembered]


def running_bundle(box: Box, audit: AuditLog, told: Told) -> bytes:
    """The bundle of a core that runs. Blocking."""
    scrub = scrub_of(box.places, box.config)
    lines = "\n".join(_line(each) for each in told.lines)
    bundle = Bundle(box.clock.now()).plus(
        _json(STATUS, told.status, scrub),
        text_item(METRICS, SAYS[METRICS], scrub.data(told.metrics)),
        _config(box.config, scrub),
        _json(VERSIONS, told.versions, scrub),
        _json(TIMELINE, asdict(told.timeline), scrub),
        _audit(audit, scrub),
        _json(DISPLAY, _display(told.display), scrub),
        text_item(LOG, SAYS[LOG], scrub.text(redact_lines(lines))),
        LeftOut(JOURNAL_FILE, "Only the command room-agent support-bundle, run as root, reads the journal."),
        LeftOut(UNITS_FILE, "Only the command room-agent support-bundle asks the service manager."),
    )
    return packed(bundle)


def write_bundle(file: Path, config_file: Path | None, state_dir: Path | None) -> dict[str, Any]:
    """Write the bundle into a new file (0600), whole or not at all; its manifest. Raises UsageError for a file that is
    there already, and OSError."""
    try:
        with claimed(file) as write:
            bundle = support_bundle(config_file, state_dir)
            write(packed(bundle))
    except FileExistsError:
        raise UsageError(f"{file}: there is such a file already; name another one.", "bundle.exists") from None
    return bundle.manifest()


def support_bundle(config_file: Path | None, state_dir: Path | None) -> Bundle:
    """What the agent on the state directory tells, or what its files say where none answers; and what the system tells
    of both. Raises our errors where not even the place is known or may be looked at."""
    found = places.find(config_file, state_dir)
    bundle = _asked(found) or _from_files(found)
    config, _ = _read(found)
    scrub = scrub_of(found, config)
    return bundle.plus(
        _said(JOURNAL_FILE, JOURNAL, "There is no journal here, or this user may not read it.", scrub),
        _said(UNITS_FILE, UNITS, "There is no service manager here that could be asked.", scrub),
    )


def _asked(found: Places) -> Bundle | None:
    """None where no agent answers with a bundle."""
    try:
        content = fetch(found.core_socket, PATH)
        return unpacked(content) if content is not None else None
    except RoomAgentError as error:
        if error.code == "agent.not_allowed":
            raise
    except ValueError:
        pass
    return None


def _from_files(found: Places) -> Bundle:
    """What a box says whose agent does not run, or does not answer. Changes nothing, and needs no file."""
    clock = SystemClock()
    config, problem = _read(found)
    scrub = scrub_of(found, config)
    silent = "No running agent answered."
    bundle = Bundle(clock.now()).plus(
        *(LeftOut(name, silent) for name in (STATUS, METRICS, DISPLAY, LOG)),
        LeftOut(CONFIG, problem) if problem else _config(config, scrub),
        _json(VERSIONS, {**versions(), "agent": __version__}, scrub),
        _timeline_left(found, config, clock.now(), scrub),
    )
    return bundle.plus(_audit(AuditLog(found.audit, clock), scrub) if found.state.is_dir() else _no_audit())


def _read(found: Places) -> tuple[Config, str]:
    """The configuration, or the default one and why it cannot be read."""
    try:
        return read_box(found.config, found.state).config, ""
    except ConfigError:
        return Config.default(), "It cannot be read; room-agent check-config says what is wrong with it."


def _timeline_left(found: Places, config: Config, now: datetime, scrub: Scrub) -> Item | LeftOut:
    try:
        past: Past = read_left(found.database, now - HISTORY, now)
    except StoreError as error:
        return LeftOut(TIMELINE, f"The database cannot be read ({error.code}).")
    told = timeline(past, now - HISTORY, now, labels=labels_of(config), language="en")
    return _json(TIMELINE, asdict(told), scrub)


def labels_of(config: Config) -> dict[str, str]:
    """What people call the inputs, by name."""
    return {name: each.label for name, each in config.inputs.items()}


def _said(name: str, command: tuple[str, ...], why: str, scrub: Scrub) -> Item | LeftOut:
    said = last_said(command, 2 * 1024 * 1024)
    if not said or not said.strip():
        return LeftOut(name, why)
    return text_item(name, SAYS[name], scrub.text(redact_lines(said)))


def _json(name: str, data: Any, scrub: Scrub) -> Item:
    return json_item(name, SAYS[name], scrub.data(data))


def _config(config: Config, scrub: Scrub) -> Item:
    return text_item(CONFIG, SAYS[CONFIG], scrub.text(show_for_support(config)) + "\n")


def _audit(audit: AuditLog, scrub: Scrub) -> Item | LeftOut:
    try:
        return _json(AUDIT, audit_answer(audit), scrub)
    except OSError:
        return _no_audit()


def _no_audit() -> LeftOut:
    return LeftOut(AUDIT, "The audit log cannot be read.")


def _display(facts: DisplayFacts) -> dict[str, Any]:
    troubles = [{"code": e.code, "part": e.part, "since": e.since.isoformat()} for e in facts.troubles]
    inputs = [asdict(each) for each in facts.inputs]
    return {**asdict(facts), "troubles": troubles, "inputs": inputs, "silent_since": str(facts.silent_since or "")}


def _line(line: Remembered) -> str:
    fields = " ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in line.fields.items())
    return f"{line.at} {line.level} {line.event} {fields}".rstrip()


def redact_lines(text: str) -> str:
    """Lines without what is named like a secret."""
    return "\n".join(redact(line) for line in text.splitlines()) + "\n"
