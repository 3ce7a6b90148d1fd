"""`room-display`: parses arguments and prints results; everything else is imported when a command needs it."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from display.cli import devices, programs

app = typer.Typer(
    name="room-display",
    help="The screen of a room: window manager, content inputs, home and meeting browser.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for commands in (programs, devices):
    commands.add_to(app)


@app.callback(invoke_without_command=True, no_args_is_help=True)
def options(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Options that stand before the command."""
    if show_version:
        print(f"room-display {version('room-agent')}")
        raise typer.Exit


def main() -> NoReturn:
    """Run the command line. Failures end in one sentence on stderr: exit 2 for usage and configuration, else 1."""
    try:
        app(prog_name="room-display", standalone_mode=True)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"room-display: {place}{error.strerror or type(error).__name__}.", file=sys.stderr)
        sys.exit(1)
    sys.exit(0)
