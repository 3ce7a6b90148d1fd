"""Commands that ask a running agent, or do its work once when none runs: status, meetings, sync."""

from __future__ import annotations

import json
import os
import shutil
import sys
from typing import Annotated, Any

import typer

from agent.cli import printing
from agent.cli.options import ConfigFile, Json, StateDir
from agent.errors import RoomAgentError, UsageError


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(status)
    app.command()(meetings)
    app.command()(sync)
    app.command()(raw)
    app.command()(parity)
    app.command()(audit)


def status(config: ConfigFile = None, state_dir: StateDir = None, as_json: Json = False) -> None:
    """Say how the running agent is.

    What is wrong and what to do first, then its checks, the worst first. Exit 1 when it fails.
    """
    from agent.app.box import read_box
    from agent.app.once import look_up
    from agent.cli import health
    from agent.system.clock import SystemClock

    answer = look_up(config, state_dir, "/api/v1/status")
    if answer is None:
        read_box(config, state_dir)  # a configuration that keeps it from starting is the better answer
        raise RoomAgentError(
            "agent.not_running", "No agent runs on this state directory; start it with room-agent run."
        )
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else health.WIDEST
    colors = terminal and not os.environ.get("NO_COLOR")
    now = SystemClock().now()
    _print(answer, as_json, lambda answer: health.status(answer, now, colors=colors, width=width))
    if answer["status"] == "fail":
        raise RoomAgentError("status.fail", printing.failures(answer))


def meetings(config: ConfigFile = None, state_dir: StateDir = None, as_json: Json = False) -> None:
    """List the room's meetings.

    As the screen shows them: from the running agent, or from the stored calendar when none runs.
    """
    from agent.app.once import look_up, stored_state

    answer = look_up(config, state_dir, "/api/v1/room") or stored_state(config, state_dir)
    _print(answer, as_json, printing.meetings)


def sync(
    once: Annotated[bool, typer.Option("--once", help="Read the calendar once and say what changed.")] = False,
    config: ConfigFile = None,
    state_dir: StateDir = None,
    as_json: Json = False,
) -> None:
    """Read the room's calendar once.

    Through the running agent, or by this command itself when none runs.
    """
    from agent.app.once import ask, sync_once

    if not once:
        raise UsageError("sync needs --once; the agent itself (room-agent run) keeps the calendar in step.")
    answer = ask(config, state_dir, "POST", "/api/v1/sync") or sync_once(config, state_dir)
    if answer["ok"] or as_json:
        _print(answer, as_json, printing.sync)
    if not answer["ok"]:
        problem = answer["problem"]
        raise RoomAgentError(problem["code"], f"the calendar was not read: {problem['title']}. {problem['detail']}")


def raw(config: ConfigFile = None, state_dir: StateDir = None, as_json: Json = False) -> None:
    """Show what the calendar server says of each item.

    What becomes of it on the screen, and why. Reads the whole window anew and changes nothing. Private items stay
    masked; the answer holds subjects and links.
    """
    from agent.app.once import ask, raw_once

    answer = ask(config, state_dir, "GET", "/api/v1/raw") or raw_once(config, state_dir)
    _print(answer, as_json, printing.raw)


def parity(config: ConfigFile = None, state_dir: StateDir = None, as_json: Json = False) -> None:
    """Compare EWS and Microsoft Graph.

    Reads the room's calendar through both and says what the screen would show differently. Exit 1 when anything does.
    Needs both [calendar.ews] and [calendar.graph]; changes nothing.
    """
    from agent.app.parity import parity as compare
    from agent.model.sync import SOURCE_NAMES
    from agent.state.parity import report

    def reading(name: str) -> None:
        if not as_json:
            print(f"Reading through {SOURCE_NAMES[name]} …", file=sys.stderr)

    found = compare(config, state_dir, reading)
    print(json.dumps(report(found), ensure_ascii=False) if as_json else printing.parity(found))
    if found:
        counted = "1 difference" if len(found) == 1 else f"{len(found)} differences"
        raise RoomAgentError("parity.different", f"{counted} between EWS and Microsoft Graph; see standard output.")


def audit(
    config: ConfigFile = None,
    state_dir: StateDir = None,
    as_json: Json = False,
    verify: Annotated[bool, typer.Option("--verify", help="Exit 1 when the log is not as it was written.")] = False,
) -> None:
    """Show what was done to this box.

    By whom and when, the newest last, at most 1,000 entries; STATE/audit.jsonl holds them all. Each entry holds the
    hash of the one before, so a changed, moved or missing one shows.
    """
    from agent.app.once import audit_once, look_up

    answer = look_up(config, state_dir, "/api/v1/audit") or audit_once(config, state_dir)
    shown = {"intact": answer["intact"], "entries": answer["entries"]} if as_json else answer
    _print(shown, as_json, printing.audit)
    if verify and not answer["intact"]:
        raise RoomAgentError("audit.broken", f"The audit log is not as it was written. {answer['problem']}")


def _print(answer: dict[str, Any], as_json: bool, render: printing.Render) -> None:
    print(json.dumps(answer, ensure_ascii=False) if as_json else render(answer))
