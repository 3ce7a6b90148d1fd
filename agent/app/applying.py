"""Commands of the set-up: a file of the administrator's into effect, everything forgotten, the rooms listed."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.app.box import Box, hold, open_box
from agent.app.setup import Around, settle
from agent.config import Config, load, table
from agent.errors import ConfigError, RoomAgentError, UsageError
from agent.model.directory import Mailbox
from agent.model.preflight import Check
from agent.setup import reset
from agent.setup.apply import Activation
from agent.setup.effect import InEffect
from agent.setup.fields import Field, Kind, Refused, cleaned
from agent.setup.provision import Provision, is_in_effect, provision_of
from agent.setup.service import ADMIN, APPLIED, RESET
from agent.setup.to_config import PIN
from agent.store.audit import FILES as AUDIT_FILES
from agent.store.audit import AuditLog
from agent.system import logs, places
from agent.system.clock import SystemClock
from agent.system.durable import give
from agent.system.local import ask
from agent.system.places import Places
from agent.system.secrets import FileSecrets

TABLE = "setup"
_RESET_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a file: `ok` False where a check failed, and then nothing was changed."""

    ok: bool
    changed: bool
    checks: Sequence[Check]


def apply_file(
    file: Path, config_file: Path | None, state_dir: Path | None, *, skip_checks: bool, tell: Callable[[Check], None]
) -> Applied:
    """Check a configuration file and put it into effect, with copies of the secrets it names: through the agent that
    runs, which serves with it at once, else on the disk. Raises our errors."""
    logs.configure("error")
    found = _own(config_file, state_dir)
    config = load(file, besides=(TABLE,))
    if not config.set_up:
        raise ConfigError(f"{file}: names no room and no account; there is nothing to set up.", "config.incomplete")
    secrets = FileSecrets(found.state / "secrets")
    wanted = provision_of(config, secrets, _pin(file, secrets))
    checks: Sequence[Check] = ()
    if not skip_checks:
        report = _around(found).run_checks(
            config,
            secrets,
            scope="room",
            write=False,
            other_mailbox="",
            language="en",
            tell=tell,
            cancelled=threading.Event(),
        )
        if not report.ok:
            return Applied(ok=False, changed=False, checks=report.checks)
        checks = report.checks
    return Applied(ok=True, changed=_put(found, wanted), checks=checks)


def forget_everything(config_file: Path | None, state_dir: Path | None) -> None:
    """Reset the box: through the agent that runs, whose wizard then comes up, else on the disk. Raises our errors."""
    logs.configure("error")
    found = _own(config_file, state_dir)
    if ask(found.core_socket, "POST", "/api/v1/setup/reset", {}) is not None:
        _wait_until(lambda: (ask(found.core_socket, "GET", "/api/v1/setup") or {}).get("mode") == "setup")
        return
    with _held(found):
        _noted(found, RESET)
        reset.ask(found.state)
        reset.finish(found.state)


def list_rooms(config_file: Path | None, state_dir: Path | None) -> list[tuple[Mailbox, str]]:
    """The organisation's rooms, each with a list that it stands in. Raises our errors."""
    from agent.app.calendar import open_source

    logs.configure("error")
    box = open_box(config_file, state_dir)
    if not box.config.set_up or box.config.calendar.source == "demo":
        raise UsageError("There is no account to ask; set the box up first.", "setup.no_config")
    source = open_source(box, box.config.calendar.source)
    try:
        return [(room, each.address) for each in source.room_lists() for room in source.rooms(each.address)]
    finally:
        source.close()


def _own(config_file: Path | None, state_dir: Path | None) -> Places:
    """Where the state directory's own configuration counts. Raises UsageError where another file does."""
    found = places.find(config_file, state_dir)
    if found.managed:
        sentence = f"{found.config} was named as the configuration; change that file, or name none."
        raise UsageError(sentence, "setup.managed")
    return found


def _pin(file: Path, secrets: FileSecrets) -> str:
    """The administrator's PIN that a file brings, or a systemd credential; empty for none."""
    setup = dict(table(file, TABLE))
    named = setup.pop("admin_pin_file", "")
    if setup or not isinstance(named, str):
        raise ConfigError(f"{file}: [{TABLE}] knows one key, admin_pin_file, the path of a file.")
    path = str(file.absolute().parent / named) if named else ""
    try:
        pin: str = cleaned(Field("admin_pin_file", Kind.PIN), str(secrets.read(PIN, path)))
    except Refused:
        raise ConfigError(f"{file}: {TABLE}.admin_pin_file: expected 6 to 16 digits in that file.") from None
    except ConfigError:
        if path:
            raise
        return ""
    return pin


def _around(found: Places) -> Around:
    async def nothing() -> None:
        pass

    return Around(places=found, clock=SystemClock(), again=nothing)


def _put(found: Places, wanted: Provision) -> bool:
    body = {
        "data": wanted.data,
        "secrets": {key: base64.b64encode(content).decode() for key, content in wanted.secrets.items()},
        "pin": wanted.pin,
    }
    answer = ask(found.core_socket, "POST", "/api/v1/setup/apply", body)
    if answer is not None:
        return bool(answer["changed"])
    with _held(found):
        settle(found.state)
        if is_in_effect(InEffect(found.state, None), wanted):
            return False
        activation = Activation(found.state)
        generation = activation.next_generation()
        data, secrets = wanted.planned(generation)
        activation.commit(data, generation, secrets)
        activation.settle()
        _noted(found, APPLIED)
        return True


def _noted(found: Places, act: str) -> None:
    """What the administrator did is written down where no agent does it, in files that stay the agent's own."""
    AuditLog(found.audit, SystemClock()).add(act, ADMIN)
    for name in AUDIT_FILES:
        if (found.state / name).exists():
            give(found.state / name)


@contextmanager
def _held(found: Places) -> Iterator[None]:
    """The state directory, made where it is missing, with no agent on it. Raises AlreadyRunning."""
    with ExitStack() as resources:
        places.prepare(found)
        hold(Box(Config.default(), found, SystemClock(), FileSecrets(found.state / "secrets")), resources)
        give(found.state / "lock")
        yield


def _wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + _RESET_WITHIN_S
    while not done():
        if time.monotonic() > end:
            raise RoomAgentError(
                "setup.reset_slow", "The agent has not finished the reset; restart it, which finishes it."
            )
        time.sleep(_LOOK_EVERY_S)
