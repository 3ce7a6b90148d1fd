"""`room-agent`: parses arguments and prints results; everything else is imported when a command needs it."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from agent.cli import asking, bundle, commands, configuring, control, doctor, joining, serving, setup, signing_in
from agent.errors import ConfigError, RoomAgentError, UsageError

app = typer.Typer(
    name="room-agent",
    help="Turns this box into a meeting-room system: the room's calendar from Exchange, one click to join.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for group in (serving, configuring, asking, control, doctor, joining, signing_in, setup, commands, bundle):
    group.add_to(app)


@app.callback(invoke_without_command=True, no_args_is_help=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Options that stand before the command."""
    if version:
        from agent import __version__

        print(f"room-agent {__version__}")
        raise typer.Exit


def main() -> NoReturn:
    """Run the command line. Failures end in one sentence on stderr: exit 2 for usage and configuration, else 1."""
    try:
        _run()
    except (ConfigError, UsageError) as error:
        _fail(error, 2)
    except RoomAgentError as error:
        _fail(error, 1)
    except BrokenPipeError:  # whoever read our output has gone: nothing is left to be said, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _fail(RoomAgentError("system.refused", f"{place}{error.strerror or type(error).__name__}."), 1)
    except Exception as error:  # noqa: BLE001  # a bug: a person gets a sentence to report, and no traceback
        from agent.system.logs import place_of

        sentence = f"{type(error).__name__} at {place_of(error)}. This is a bug of room-agent; please report this line."
        _fail(RoomAgentError("agent.internal", sentence), 1)
    sys.exit(0)


def _run() -> None:
    """The command; what it printed has left before the process ends, while a broken pipe can still be dealt with."""
    try:
        app()
    except SystemExit:
        sys.stdout.flush()
        raise


def _fail(error: RoomAgentError, status: int) -> NoReturn:
    print(f"room-agent: {error}\n[{error.code}]", file=sys.stderr)
    sys.exit(status)
