"""doctor: whether this box can serve its room, check by check, and what to do where it cannot."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.options import ConfigFile, Json, StateDir
from agent.errors import RoomAgentError, UsageError

if TYPE_CHECKING:
    from agent.cli.checklist import Checklist
    from agent.preflight.context import Wishes


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    write_test: Annotated[
        bool, typer.Option("--write-test", help="Also create a hidden test item in the room's calendar and remove it.")
    ] = False,
    other_mailbox: Annotated[
        str, typer.Option(metavar="ADDRESS", help="A mailbox that this account must not be able to open: tries to.")
    ] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Wait for a mailbox that is not ready yet.")] = False,
    config: ConfigFile = None,
    state_dir: StateDir = None,
    as_json: Json = False,
) -> None:
    """Check this box's way to its calendar.

    Network, sign-in, mailbox and rights, in this order. Says what is wrong, what to do and who can do it. Through the
    running agent, or by this command itself when none runs. Exit 1 when a check fails.
    """
    from agent.cli.checklist import Checklist
    from agent.preflight.context import Wishes

    if other_mailbox and ("@" not in other_mailbox or not other_mailbox.isprintable() or len(other_mailbox) > 320):
        raise UsageError("--other-mailbox: expected a mail address.")
    wishes = Wishes(write=write_test, other_mailbox=other_mailbox, wait=wait)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    shown = None if as_json else Checklist(sys.stdout, colors=not os.environ.get("NO_COLOR"))
    heard = _Heard(shown)
    try:
        language = _consulted(config, state_dir, wishes, heard)
    finally:
        if shown is not None:
            shown.clear()
    checks = heard.checks
    failed = [check["id"] for check in checks if check["status"] == "fail"]
    if shown is None:
        print(json.dumps({"ok": not failed, "checks": checks}, ensure_ascii=False))
    else:
        shown.summary(checks, language)
    if failed:
        raise RoomAgentError("preflight.failed", f"{', '.join(failed)} failed; standard output says what to do.")


class _Heard:
    """What was told so far; shown at once where somebody looks on."""

    def __init__(self, shown: Checklist | None) -> None:
        self.checks: list[dict[str, Any]] = []
        self._shown = shown

    def begin(self, id_: str) -> None:
        if self._shown is not None:
            self._shown.begin(id_)

    def tell(self, check: dict[str, Any]) -> None:
        self.checks.append(check)
        if self._shown is not None:
            self._shown.tell(check)


def _consulted(config: Path | None, state_dir: Path | None, wishes: Wishes, heard: _Heard) -> str:
    """Has everything checked, by the agent that runs or by ourselves; the language of the sentences."""
    from dataclasses import asdict

    from agent.system import places
    from agent.system.local import ask_lines

    lines = ask_lines(places.find(config, state_dir).core_socket, "/api/v1/doctor", asdict(wishes))
    if lines is not None:
        return _followed(lines, heard)
    from agent.app.preflight import consult

    return consult(config, state_dir, wishes, lambda check: heard.tell(asdict(check)), heard.begin)


def _followed(lines: Iterator[dict[str, Any]], heard: _Heard) -> str:
    """The same, told by the agent. What it refuses is wrong usage where we would have found so ourselves."""
    try:
        for line in lines:
            if "doing" in line:
                heard.begin(line["doing"])
            elif "ok" not in line:
                heard.tell(line)
            else:
                return _ended(line)
    except RoomAgentError as error:
        if error.code == "setup.no_config":
            raise UsageError(str(error), error.code) from error
        raise
    raise RoomAgentError("agent.no_answer", "The agent stopped in the middle of its checks; ask again.")


def _ended(line: dict[str, Any]) -> str:
    if "code" in line:
        raise RoomAgentError(line["code"], line["detail"])
    return str(line["language"])
