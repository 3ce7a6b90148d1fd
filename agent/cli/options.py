"""Options that many commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
        help="Configuration file. Default: config.toml in the state directory.",
    ),
]
StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir", metavar="DIR", parser=path, help="Directory of the database, the tokens and the socket."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
LogLevel = Annotated[str, typer.Option("--log-level", metavar="LEVEL", help="debug, info, warning or error.")]
