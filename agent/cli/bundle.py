"""What support asks for first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli import printing
from agent.cli.options import ConfigFile, StateDir, path


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("support-bundle")(support_bundle)


def support_bundle(
    file: Annotated[Path, typer.Argument(metavar="FILE", parser=path, help="The zip file to write; a new one.")],
    config: ConfigFile = None,
    state_dir: StateDir = None,
) -> None:
    """Write what support needs into a zip file.

    Status, figures, versions, configuration, history and logs, at most 5 MiB, and a list of what is inside. No subject,
    person, passcode, link or secret is in it. From the running agent, or from its files when none answers; run as root
    it holds the journal too.
    """
    from agent.app.bundle import write_bundle

    print(printing.bundle(write_bundle(file, config, state_dir), str(file)))
