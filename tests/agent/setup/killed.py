"""Activation and reset, killed at every call to the system that changes the disk. Run as a program, one JSON line each.

    python -m tests.agent.setup.killed FOLDER

Each attempt is a process of its own that ends itself with SIGKILL at its n-th such call; then a process starts as the
agent does and says what it finds. The last attempt is not killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.app.setup import settle
from agent.config import Config, load
from agent.setup import files, pin, reset
from agent.setup.answers import Answers
from agent.setup.apply import Activation
from agent.setup.draft import DraftStore
from agent.setup.effect import InEffect
from agent.setup.flow import Draft, Verdict, account_hash, judged
from agent.setup.to_config import PIN
from tests.agent.setup.walking import EWS, ROOM
from tests.fakes.clock import FakeClock
from tests.fakes.pins import CHEAP

CHANGING = ("open", "mkdir", "fsync", "rename", "replace", "unlink", "rmdir", "chown")
OLD, NEW = "the old password", "the new password"
OLD_PIN, NEW_PIN = "111111", "222222"
PINS: dict[bytes, str] = {}
"""Which PIN a hash is of; trying them would take long."""


def kill_at(number: int) -> None:
    """End this process at its n-th changing call, before the call does anything."""
    left = [number]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return wrapper

    for name in CHANGING:
        setattr(os, name, counted(getattr(os, name)))


async def answer(answers: Answers, password: str, pin_: str, subject: str) -> None:
    """A draft that lacks nothing but its activation."""
    await answers.submit("language", EWS["language"])
    await answers.submit("network", {})
    await answers.submit("calendar", {"source": "ews"})
    await answers.submit("account", {**EWS["account"], "password": password})
    verdict = Verdict(scope="room", account=account_hash(answers.draft), mailbox=ROOM, ok=True)
    answers.draft = judged(answers.draft, verdict)
    for step, values in (("preflight", {}), ("room", {"mailbox": ROOM}), ("screen", {})):
        await answers.submit(step, values)
    await answers.submit("policies", {"pin": pin_, "show_subject": subject})


def drafted(state: Path) -> Answers:
    answers = Answers(InEffect(state, None), DraftStore(state / "setup"), FakeClock(), CHEAP)
    answers.begin()
    return answers


def activate(state: Path, draft: Draft) -> None:
    """As the service does, up to the end of the draft."""
    activation = Activation(state)
    generation = activation.next_generation()
    activation.commit(*planned(state, draft, generation))
    activation.settle()
    drafted(state)


def revert(state: Path, draft: Draft) -> None:
    """As the service does where the box cannot serve with the answers."""
    activation = Activation(state)
    generation = activation.next_generation()
    activation.revert(activation.commit(*planned(state, draft, generation)))


def planned(state: Path, draft: Draft, generation: int) -> tuple[dict[str, Any], int, dict[str, bytes]]:
    data, secrets = InEffect(state, None).planned(draft, DraftStore(state / "setup"), generation)
    return data, generation, secrets


def found(state: Path) -> dict[str, Any]:
    """What an agent that starts finds."""
    settle(state)
    file = state / "config.toml"
    config = load(file, {}) if file.exists() else Config.default()
    answers = drafted(state)
    secrets = state / "secrets"
    password = config.calendar.ews.password_file
    return {
        "subject": config.meetings.show_subject if config.set_up else None,
        "password": Path(password).read_text("utf-8").strip() if password else None,
        "pin": PINS.get(files.read(secrets / pin.FILE) or b""),
        "draft": answers.draft.answers.get("policies", {}).get("show_subject")
        if answers.draft.mode == "setup"
        else None,
        "secrets": sorted(path.name for path in secrets.iterdir()) if secrets.is_dir() else [],
        "staged": len(list(answers.store.secrets.iterdir())) if answers.store.secrets.is_dir() else 0,
        "files": sorted(str(path.relative_to(state)) for path in state.rglob("*") if path.is_file()),
    }


def attempts(what: str, template: Path, work: Callable[[Path], None]) -> None:
    number = 0
    while True:
        number += 1
        state = template.parent / "state"
        shutil.copytree(template, state)
        child = os.fork()
        if child == 0:
            kill_at(number)
            work(state)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or status == 0, status
        sys.stdout.write(json.dumps({"what": what, "number": number, "killed": killed, **found(state)}) + "\n")
        shutil.rmtree(state)
        if not killed:
            return


def main(folder: Path) -> None:
    first, second, third = (folder / name for name in ("first", "second", "third"))
    first.mkdir()
    answers = drafted(first)
    asyncio.run(answer(answers, OLD, OLD_PIN, "organizer"))
    remember(answers, OLD_PIN)
    attempts("first", first, lambda state: activate(state, answers.draft))

    shutil.copytree(first, second)
    activate(second, answers.draft)
    shutil.copytree(second, third)
    settings = drafted(second)
    asyncio.run(change(settings))
    remember(settings, NEW_PIN)
    attempts("settings", second, lambda state: activate(state, settings.draft))
    attempts("revert", second, lambda state: revert(state, settings.draft))

    (third / "room.db").write_text(ROOM)
    attempts("reset", third, forget)


def forget(state: Path) -> None:
    reset.ask(state)
    reset.finish(state)


def remember(answers: Answers, digits: str) -> None:
    content = files.read(answers.store.path(PIN, answers.draft.marks[PIN]))
    assert content
    PINS[content] = digits


async def change(answers: Answers) -> None:
    """Another password, PIN and policy in the settings."""
    await answers.submit("account", {"password": NEW})
    verdict = Verdict(scope="room", account=account_hash(answers.draft), mailbox=ROOM, ok=True)
    answers.draft = judged(answers.draft, verdict)
    await answers.submit("policies", {"pin": NEW_PIN, "show_subject": "busy"})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
