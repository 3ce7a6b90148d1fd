"""Commands that set a box up without the wizard: setup apply, setup reset, setup rooms."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.options import ConfigFile, Json, StateDir, path
from agent.errors import ConfigError, RoomAgentError, UsageError


def add_to(app: typer.Typer) -> None:
    """Add the commands, as one group."""
    group = typer.Typer(help="Set this box up from a file, forget its set-up, list the organisation's rooms.")
    group.command()(apply)
    group.command()(reset)
    group.command()(rooms)
    app.add_typer(group, name="setup", no_args_is_help=True)


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A configuration, as config.example.toml.")],
    skip_checks: Annotated[bool, typer.Option("--skip-checks", help="Do not try the account first.")] = False,
    config: ConfigFile = None,
    state_dir: StateDir = None,
    as_json: Json = False,
) -> None:
    """Put a configuration file into effect, after trying it.

    The secrets it names are copied into the state directory; names of files are relative to FILE, and a systemd
    credential counts where no file is named. A table [setup] may name the administrator's PIN with admin_pin_file. A
    running agent serves with it at once. The same file again changes nothing. Exit 1 when a check fails: then nothing
    was changed.
    """
    from agent.app.applying import apply_file
    from agent.cli.checklist import Checklist

    shown = Checklist(sys.stderr, colors=not os.environ.get("NO_COLOR"))
    try:
        applied = apply_file(
            file, config, state_dir, skip_checks=skip_checks, tell=lambda check: shown.tell(asdict(check))
        )
    except (ConfigError, UsageError):
        raise
    except RoomAgentError as error:
        if as_json:
            _print_json(ok=False, changed=False, checks=[], problem={"code": error.code, "detail": str(error)})
        raise
    if applied.checks and not as_json:
        shown.summary([asdict(each) for each in applied.checks], "en")
    failed = [each for each in applied.checks if each.status.value == "fail"]
    problem = {"code": failed[0].code, "detail": failed[0].title} if failed else None
    if as_json:
        _print_json(
            ok=applied.ok, changed=applied.changed, checks=[asdict(each) for each in applied.checks], problem=problem
        )
    elif applied.ok:
        print("In effect." if applied.changed else "Already in effect; nothing was changed.")
    if failed:
        counted = "1 check failed" if len(failed) == 1 else f"{len(failed)} checks failed"
        raise RoomAgentError(failed[0].code, f"{counted}, nothing was changed: {failed[0].title}.")


def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigFile = None,
    state_dir: StateDir = None,
) -> None:
    """Forget everything this box was told.

    Configuration, secrets and the stored calendar are removed; the software and the log of what was done (audit) stay,
    and the wizard comes up. At a terminal it asks first; a program that calls it has decided.
    """
    from agent.app.applying import forget_everything

    question = "Forget this box's configuration, secrets and calendar?"
    if not yes and sys.stdin.isatty() and not typer.confirm(question, err=True):
        raise RoomAgentError("setup.not_confirmed", "Nothing was changed.")
    forget_everything(config, state_dir)
    print("Forgotten. The set-up wizard comes up.")


def rooms(
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", parser=path, help="Write them as CSV into this file.")
    ] = None,
    config: ConfigFile = None,
    state_dir: StateDir = None,
) -> None:
    """List the organisation's rooms by room list.

    As the account of this box sees them: name, address, list.
    """
    from agent.app.applying import list_rooms
    from agent.setup.rooms import written

    found = list_rooms(config, state_dir)
    if csv is not None:
        csv.write_text(written(found), encoding="utf-8", newline="")
        print(f"{len(found)} rooms in {csv}")
        return
    for room, room_list in found:
        print("\t".join(" ".join(text.split()) for text in (room.name, room.address, room_list)))


def _print_json(**answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False))
