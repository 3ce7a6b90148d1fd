"""Commands about the configuration: check-config, show-config."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.options import ConfigFile, StateDir


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("check-config")(check_config)
    app.command("show-config")(show_config)


def check_config(file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to check.")]) -> None:
    """Check a configuration file.

    Exit 0 when it is good; 2, with one line a problem, when it is not. Secret files need not exist.
    """
    from agent.config import load

    load(file)
    print(f"{file}: good")


def show_config(
    config: ConfigFile = None,
    state_dir: StateDir = None,
    changed: Annotated[bool, typer.Option("--changed", help="Only what differs from the defaults.")] = False,
) -> None:
    """Print the effective configuration.

    As TOML. Secrets are never in it, only the paths of their files.
    """
    from agent import config as configuration
    from agent.system import places

    found = places.find(config, state_dir).config
    effective = configuration.load(found) if found else configuration.Config.default()
    print(configuration.show_config(effective, changed_only=changed))
