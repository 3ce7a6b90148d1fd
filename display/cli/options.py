"""Options that many commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from display import files
from display.places import Places, find


def path(text: str) -> Path:
    """An empty name is a variable that was not set in somebody's script, never the present directory."""
    if not text:
        raise typer.BadParameter("expected a path, found nothing")
    return Path(text)


ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        parser=path,
        envvar="ROOM_AGENT_CONFIG",
        help="Configuration file; counts where no agent answers. Default: config.toml in the state directory.",
    ),
]
StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir",
        metavar="DIR",
        parser=path,
        envvar="ROOM_AGENT_STATE_DIR",
        help="Directory of the agent's socket and of what is learned.",
    ),
]
Core = Annotated[
    Path | None,
    typer.Option(
        "--core", metavar="SOCKET", parser=path, help="The agent's unix socket. Default: in the state directory."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Screen = Annotated[
    str | None, typer.Option("--display", metavar=":N", help="The X server. Default: $DISPLAY.", envvar="DISPLAY")
]
LogLevel = Annotated[str, typer.Option("--log-level", metavar="LEVEL", help="debug, info, warning or error.")]


def places(state_dir: Path | None, core: Path | None, *, serves: bool = True) -> Places:
    """Where things lie, made where they are missing; the runtime directory only for what serves there. Wrong usage
    where a directory cannot be made."""
    found = find(state_dir, core)
    for each in (found.state, found.runtime) if serves else (found.state,):
        try:
            files.make_folder(each)
        except OSError as error:
            raise typer.BadParameter(
                f"{error.filename}: {error.strerror}; name another with --state-dir DIR."
            ) from None
    return found


def level(name: str) -> str:
    """A level of logging. Wrong usage for another word."""
    if name not in ("debug", "info", "warning", "error"):
        raise typer.BadParameter(f"--log-level {name}: expected debug, info, warning or error")
    return name
